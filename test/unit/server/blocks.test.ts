import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {open, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';

import {blockCount, blockSize, blockSpan, blocksIn, digestStored, rootDigest} from '../../../src/server/blocks.js';
import {freshFolder, removeFolders} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import {
  MiB,
  ask,
  beginPut,
  block,
  blocksHeader,
  bytesOf,
  content,
  created,
  cut,
  digestsOf,
  put,
  putChecked,
  received,
  rootOf,
  status,
  withServer,
  write,
} from './scene.js';

const file = bytesOf(3 * block + 1000);

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 4;
  return copy;
};

const digests = async (url: string): Promise<{block: number; algorithm: string; digests: (string | null)[]}> =>
  JSON.parse((await ask('GET', url, {Accept: 'application/vnd.chunks.digests+json'})).text) as Awaited<ReturnType<typeof digests>>;

describe('a block that arrives with the wrong bytes', () => {
  it('is dropped alone, and named', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      const damaged = flipped(file, block + 5);
      const {status: code, said} = await put(url, damaged, 0, file.length, {'Upload-Blocks': blocksHeader(file, 0, file.length)});
      assert.equal(code, 422);
      assert.equal(said.type, 'urn:chunks:blocks-dropped');
      assert.deepEqual(said.blocks, [1]);
      assert.deepEqual(said.received, [
        [0, block],
        [2 * block, file.length],
      ]);
    }));

  it('is complete when only that block is sent again', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      await put(url, flipped(file, 3 * block + 999), 0, file.length, {'Upload-Blocks': blocksHeader(file, 0, file.length)});
      assert.deepEqual(await received(url), [[0, 3 * block]]);
      const {said} = await putChecked(url, file, 3 * block);
      assert.equal(said.result.digest, rootOf(file));
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('is dropped though the damage came with an earlier part that was cut', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      const damaged = flipped(file, 100);
      const part = beginPut(url, file, 0, 2 * block, {'Upload-Blocks': blocksHeader(file, 0, 2 * block)});
      await write(part, damaged.subarray(0, MiB));
      await cut(part);
      await until('the part to end', () => server.running === 0);
      assert.deepEqual(await received(url), [[0, MiB]]);
      const {status: code, said} = await putChecked(url, file, MiB, 2 * block);
      assert.equal(code, 422);
      assert.deepEqual(said.blocks, [0]);
      assert.deepEqual(said.received, [[block, 2 * block]]);
    }));

  it('is told to the request that made it whole, and to no other', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      const damaged = flipped(file, 100);
      const first = await put(url, damaged, 0, 1000, {'Upload-Blocks': blocksHeader(file, 0, 1000)});
      const other = await putChecked(url, file, block, 2 * block);
      const last = await putChecked(url, file, 1000, block);
      assert.deepEqual([first.status, other.status, last.status], [200, 200, 422]);
    }));

  it('is told once when the parts that share it end together', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      const damaged = flipped(file, 100);
      const quarter = block / 4;
      const answers = await Promise.all(
        [0, 1, 2, 3].map((at) => put(url, damaged, at * quarter, (at + 1) * quarter, {'Upload-Blocks': blocksHeader(file, 0, quarter)})),
      );
      assert.equal(answers.filter(({status: code}) => code === 422).length, 1);
      assert.deepEqual(await received(url), []);
    }));

  it('is dropped as often as it is damaged', () =>
    withServer({}, async (server) => {
      const small = bytesOf(5000);
      const url = await created(server, small.length, {algorithm: 'sha-256'});
      const headers = {'Upload-Blocks': blocksHeader(small, 0, small.length, 'sha-256')};
      for (let at = 0; at < 3; at++) assert.equal((await put(url, flipped(small, at), 0, small.length, headers)).status, 422);
      assert.equal((await put(url, small, 0, small.length, headers)).said.complete, true);
    }));

  it('is noticed when the damage is on the disk and not on the way', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      await putChecked(url, file, 0, MiB);
      const data = await open(join(server.directory, url.split('/').at(-1) ?? '', 'data'), 'r+');
      await data.write(Buffer.from([file[7] === 0 ? 1 : 0]), 0, 1, 7);
      await data.close();
      const {status: code, said} = await putChecked(url, file, MiB, block);
      assert.equal(code, 422);
      assert.deepEqual(said.blocks, [0]);
    }));

  it('is kept where nothing is digested', () =>
    withServer({}, async (server) => {
      const url = await created(server, 1000);
      const {said} = await put(url, flipped(bytesOf(1000), 5));
      assert.equal(said.complete, true);
      assert.equal(said.result.digest, null);
    }));
});

describe('a block that fits', () => {
  it('is verified for good: other digests announced later do not matter', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      await putChecked(url, file, 0, block);
      const other = bytesOf(file.length, 2);
      const {status: code, said} = await put(url, other, 0, block, {'Upload-Blocks': blocksHeader(other, 0, block)});
      assert.equal(code, 200);
      assert.deepEqual(said.received, [[0, block]]);
      assert.equal((await digests(url)).digests[0], digestsOf(file)[0]);
    }));

  it('counts the digest that was announced last, while it is not verified', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      const wrong = `0;${'0'.repeat(32)}`;
      await put(url, file, 0, 1000, {'Upload-Blocks': wrong});
      assert.equal((await putChecked(url, file, 1000, block)).status, 200);
      assert.equal((await digests(url)).digests[0], digestsOf(file)[0]);
    }));

  it('counts the last digest also when that is the wrong one', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      await putChecked(url, file, 0, 1000);
      assert.equal((await put(url, file, 1000, block, {'Upload-Blocks': `0;${'0'.repeat(32)}`})).status, 422);
    }));
});

describe('asking for digests', () => {
  it('tells those of whole blocks, and null for the others', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      await putChecked(url, file, block - 1, 3 * block - 1);
      const all = digestsOf(file);
      assert.deepEqual(await digests(url), {block, algorithm: 'md5', digests: [null, all[1], null, null]});
    }));

  it('tells all of them when the upload is complete, after a restart too', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'sha-256'});
      await put(url, file, 0, file.length, {'Upload-Blocks': blocksHeader(file, 0, file.length, 'sha-256')});
      server.forget();
      assert.deepEqual((await digests(url)).digests, digestsOf(file, 'sha-256'));
    }));

  it('tells none of an upload without digests', () =>
    withServer({}, async (server) => {
      const url = await created(server, 5 * MiB);
      assert.deepEqual(await digests(url), {block, algorithm: 'none', digests: [null, null]});
    }));

  it('is found among other types, and answered as such', () =>
    withServer({}, async (server) => {
      const url = await created(server, 5, {algorithm: 'md5'});
      const {headers} = await ask('GET', url, {Accept: 'text/html, Application/vnd.chunks.digests+json;q=0.9'});
      assert.equal(headers.get('content-type'), 'application/vnd.chunks.digests+json');
      assert.equal((await status(url, {Accept: '*/*'})).size, 5);
    }));
});

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
