import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {describe, it} from 'node:test';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a module in a fresh Node, and gives what it wrote. */
const inNode = (module: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', module], {cwd: root, encoding: 'utf8', timeout: 30_000}).trim();

describe('without a DOM', () => {
  it('the built package can be imported', () => {
    assert.equal(inNode(`const door = await import('./dist/index.js'); console.log(typeof door.ChunkUploader)`), 'function');
  });

  it('importing it defines no tag', () => {
    const defined = inNode(`await import('./dist/index.js'); console.log(globalThis.customElements?.get('chunk-uploader') === undefined)`);
    assert.equal(defined, 'true');
  });

  it('the module that defines the tag can be imported', () => {
    assert.equal(inNode(`await import('./dist/define.js'); console.log('there')`), 'there');
  });

  it('importing it twice does no harm', () => {
    assert.equal(inNode(`await import('./dist/define.js'); await import('./dist/define.js?again'); console.log('there')`), 'there');
  });

  it('the server can be imported', () => {
    assert.equal(
      inNode(`const server = await import('./dist/server/index.js'); console.log(typeof server.createUploadHandler)`),
      'function',
    );
  });

  it('importing leaves nothing behind that would keep Node running', () => {
    assert.equal(inNode(`await import('./dist/index.js'); await import('./dist/server/index.js');`), '');
  });
});
