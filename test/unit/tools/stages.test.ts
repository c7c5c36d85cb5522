import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {inNode, type Count} from '../../../tools/stages.mjs';

type Numbers = Omit<Count, 'file' | 'browser'>;

const sum = (counts: readonly Count[]): Numbers =>
  counts.reduce<Numbers>(
    (total, {passed, failed, skipped}) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    {passed: 0, failed: 0, skipped: 0},
  );

const print = (): void => undefined;
const head = `import {before, describe, it} from 'node:test';`;

describe('a stage of tests in Node', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'chunk-uploader-stages-'));
  });
  after(() => {
    rmSync(folder, {recursive: true, force: true});
  });

  /** What a test file with this text counts as. */
  async function count(text: string, signal = AbortSignal.timeout(60_000)): Promise<Numbers> {
    const file = join(folder, 'some.test.ts');
    writeFileSync(file, `${head}\n${text}`);
    return sum(await inNode(2)({files: [file], browsers: [], signal, print}));
  }

  it('counts leaves, not the suites around them', async () => {
    const text = `describe('a', () => { describe('b', () => { it('1', () => {}); it('2', () => {}); }); it('3', () => {}); });`;
    assert.deepEqual(await count(text), {passed: 3, failed: 0, skipped: 0});
  });

  it('counts tests inside a test, not the test around them', async () => {
    const text = `it('a', async (t) => { await t.test('1', () => {}); await t.test('2', () => { throw new Error('2'); }); });`;
    assert.deepEqual(await count(text), {passed: 1, failed: 1, skipped: 0});
  });

  it('counts what is skipped', async () => {
    const text = `it('1', () => {}); it.skip('2', () => {}); it.todo('3');`;
    assert.deepEqual(await count(text), {passed: 1, failed: 0, skipped: 2});
  });

  it('counts a hook that fails', async () => {
    const {passed, failed} = await count(`describe('a', () => { before(() => { throw new Error('hook'); }); it('1', () => {}); });`);
    assert.equal(passed, 0);
    assert.ok(failed > 0, 'no failure');
  });

  it('takes a file without a test for a failure', async () => {
    assert.deepEqual(await count(''), {passed: 0, failed: 1, skipped: 0});
  });

  it('takes a suite without a test for a failure', async () => {
    assert.deepEqual(await count(`describe('a', () => {});`), {passed: 0, failed: 1, skipped: 0});
  });

  it('takes a file that does not load for a failure', async () => {
    assert.deepEqual(await count(`import './nothing.js';`), {passed: 0, failed: 1, skipped: 0});
  });

  it('takes a file that ends its process in the middle for a failure', async () => {
    const text = `it('1', () => {}); it('2', async () => { await new Promise((go) => setTimeout(go, 50)); process.exit(0); }); it('3', () => {});`;
    assert.equal((await count(text)).failed, 1);
  });

  it('takes an error after the last test for a failure', async () => {
    const text = `it('1', () => { setTimeout(() => { throw new Error('late'); }, 20); });`;
    assert.deepEqual(await count(text), {passed: 1, failed: 1, skipped: 0});
  });

  it('ends a file that is over the limit, with what it has started', {timeout: 60_000}, async () => {
    const note = join(folder, 'pid');
    const text = `
      import {spawn} from 'node:child_process';
      import {writeFileSync} from 'node:fs';
      it('1', () => {});
      it('2', () => new Promise(() => {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
        writeFileSync(${JSON.stringify(note)}, String(child.pid));
      }));`;
    const limit = new AbortController();
    const counting = count(text, limit.signal);
    while (!existsSync(note) || readFileSync(note, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 50));
    limit.abort();
    assert.deepEqual(await counting, {passed: 1, failed: 1, skipped: 0});
    const stat = `/proc/${readFileSync(note, 'utf8')}/stat`;
    // A process that has ended and that nobody has asked for is still listed, as a zombie.
    assert.equal(existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8')), false, 'it is still running');
  });

  it('does not begin a file when it is over the limit already', async () => {
    const files = ['one.test.ts', 'two.test.ts'].map((name) => join(folder, name));
    assert.deepEqual(sum(await inNode(1)({files, browsers: [], signal: AbortSignal.abort(), print})), {passed: 0, failed: 2, skipped: 0});
  });
});
