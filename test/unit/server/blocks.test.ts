import assert from 'node:assert/strict';
import {open} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

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

  it('is called received by none of the parts that brought it side by side', () =>
    withServer({}, async (server) => {
      const damaged = flipped(file, 100);
      const quarters = [0, 1, 2, 3].map((index) => index * MiB);
      for (let round = 0; round < 8; round++) {
        const url = await created(server, file.length, {algorithm: 'md5'});
        const headers = {'Upload-Blocks': blocksHeader(file, 0, block)};
        const answers = await Promise.all(quarters.map((start) => put(url, damaged, start, start + MiB, headers)));
        assert.ok(answers.some(({status: code}) => code === 422));
        assert.deepEqual(await received(url), []);
        for (const [index, {status: code, said}] of answers.entries()) {
          const start = index * MiB;
          const covered = said.received.some(([from, to]) => from <= start && start + MiB <= to);
          assert.ok(code === 422 || covered, `${code} for a part that the server does not have`);
        }
      }
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
