import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {open, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';

import {blockCount, blockSize, blockSpan, blocksIn, digestStored, rootDigest} from '../../../src/server/blocks.js';
import {freshFolder, removeFolders} from '../../support/serve.js';
import {MiB, block, bytesOf, created, digestsOf, put, withServer} from './scene.js';

const file = bytesOf(3 * block + 1000);

describe('Upload-Blocks', () => {
  const all = digestsOf(file);
  const refused: Record<string, [value: string | undefined, type: string]> = {
    'that is missing': [undefined, 'blocks-required'],
    'with a digest missing': [`0;${all[0]}`, 'blocks-required'],
    'with a digest too many': [`0;${all.slice(0, 3).join(',')}`, 'bad-request'],
    'with another first block': [`1;${all.slice(1, 3).join(',')}`, 'bad-request'],
    'in upper case': [`0;${all.slice(0, 2).join(',').toUpperCase()}`, 'bad-request'],
    'with digests of another algorithm': [`0;${digestsOf(file, 'sha-256').slice(0, 2).join(',')}`, 'bad-request'],
    'without a first block': [all.slice(0, 2).join(','), 'bad-request'],
    'with spaces': [`0; ${all.slice(0, 2).join(', ')}`, 'bad-request'],
    'with an empty digest': [`0;${all[0]},`, 'bad-request'],
    'with nothing in it': ['', 'bad-request'],
    'with a number too large to be one': [`99999999999999999999;${all[0]}`, 'bad-request'],
  };

  for (const [name, [value, type]] of Object.entries(refused)) {
    it(`${name} is refused as ${type}, unread`, () =>
      withServer({}, async (server) => {
        const url = await created(server, file.length, {algorithm: 'md5'});
        const {status: code, said} = await put(url, file, 100, block + 1, value === undefined ? {} : {'Upload-Blocks': value});
        assert.equal(code, 400);
        assert.equal(said.type, `urn:chunks:${type}`);
        assert.match(said.detail, /^Upload-Blocks/);
        assert.equal(server.bytesRead, 0);
      }));
  }

  it('is not needed, and not looked at, with algorithm none', () =>
    withServer({}, async (server) => {
      const url = await created(server, 1000);
      assert.equal((await put(url, bytesOf(1000), 0, 1000, {'Upload-Blocks': 'nonsense'})).said.complete, true);
    }));
});

describe('the blocks of a file', () => {
  it('are 4 MiB but for the last', () => {
    assert.equal(blockSize, 4_194_304);
    assert.deepEqual(blockSpan(0, 10), {start: 0, end: 10});
    assert.deepEqual(blockSpan(1, 2 * block), {start: block, end: 2 * block});
    assert.deepEqual(blockSpan(2, 2 * block + 7), {start: 2 * block, end: 2 * block + 7});
  });

  it('are counted', () => {
    assert.deepEqual([0, 1, block - 1, block, block + 1, 5 * block].map(blockCount), [0, 1, 1, 1, 2, 5]);
  });

  it('are found for a span', () => {
    assert.deepEqual(blocksIn({start: 5, end: 5}), []);
    assert.deepEqual(blocksIn({start: 0, end: 1}), [0]);
    assert.deepEqual(blocksIn({start: block - 1, end: block}), [0]);
    assert.deepEqual(blocksIn({start: block - 1, end: block + 1}), [0, 1]);
    assert.deepEqual(blocksIn({start: 1000 * block, end: 1002 * block}), [1000, 1001]);
  });

  it('make the root by their binary digests', () => {
    const [one, two] = [createHash('md5').update('a').digest(), createHash('md5').update('b').digest()];
    const root = createHash('md5').update(one).update(two).digest('hex');
    assert.equal(rootDigest([one.toString('hex'), two.toString('hex')], 'md5'), root);
  });
});

describe('digesting what is stored', () => {
  after(removeFolders);

  it('reads exactly the span, in steps', async () => {
    const path = join(await freshFolder(), 'data');
    await writeFile(path, file);
    const data = await open(path, 'r');
    try {
      for (const [start, end] of [
        [0, block],
        [block - 3, block + 2 * MiB + 1],
        [file.length - 1, file.length],
      ] as const) {
        const expected = createHash('sha256').update(file.subarray(start, end)).digest('hex');
        assert.equal(await digestStored(data, {start, end}, 'sha-256'), expected);
      }
    } finally {
      await data.close();
    }
  });

  it('does not wait for ever for bytes that are not there', async () => {
    const path = join(await freshFolder(), 'data');
    await writeFile(path, 'abc');
    const data = await open(path, 'r');
    try {
      assert.equal(await digestStored(data, {start: 0, end: block}, 'md5'), createHash('md5').update('abc').digest('hex'));
    } finally {
      await data.close();
    }
  });
});
