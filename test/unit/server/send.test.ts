import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {until} from '../../support/wait.js';
import {
  KiB,
  MiB,
  beginPut,
  block,
  bytesOf,
  content,
  created,
  digestsOf,
  put,
  putChecked,
  received,
  rootOf,
  status,
  total,
  withServer,
  write,
} from './scene.js';

describe('parts of one upload', () => {
  it('are kept wherever they lie, in any order', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const url = await created(server, file.length);
      await put(url, file, 700_001, 900_000);
      const {said} = await put(url, file, 10, 20_003);
      assert.deepEqual(said.received, [
        [10, 20_003],
        [700_001, 900_000],
      ]);
    }));

  it('become one range when they touch', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const url = await created(server, file.length);
      await put(url, file, 0, 1000);
      await put(url, file, 2000, 3000);
      const {said} = await put(url, file, 1000, 2000);
      assert.deepEqual(said.received, [[0, 3000]]);
    }));

  it('bring the result with the last missing byte', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const url = await created(server, file.length);
      await put(url, file, 0, 500_000);
      await put(url, file, 500_001);
      const {status: code, said} = await put(url, file, 500_000, 500_001);
      assert.equal(code, 200);
      assert.equal(said.complete, true);
      assert.deepEqual(said.received, [[0, MiB]]);
      assert.deepEqual(await content(server, said.result), file);
    }));

  for (const algorithm of ['md5', 'sha-256'] as const) {
    it(`end with the root digest that ${algorithm} of the stored blocks gives`, () =>
      withServer({}, async (server) => {
        const file = bytesOf(2 * block + 12_345);
        const url = await created(server, file.length, {algorithm});
        const digests = digestsOf(file, algorithm);
        await put(url, file, 0, block + 1, {'Upload-Blocks': `0;${digests.slice(0, 2).join(',')}`});
        const {said} = await put(url, file, block + 1, file.length, {'Upload-Blocks': `1;${digests.slice(1).join(',')}`});
        assert.equal(said.result.digest, rootOf(file, algorithm));
        assert.equal(said.result.algorithm, algorithm);
      }));
  }

  it('may arrive at the same time', () =>
    withServer({}, async (server) => {
      const file = bytesOf(6 * MiB);
      const url = await created(server, file.length, {algorithm: 'md5'});
      const size = MiB - 77;
      const starts = Array.from({length: Math.ceil(file.length / size)}, (_, at) => at * size);
      const answers = await Promise.all(starts.map((start) => putChecked(url, file, start, Math.min(start + size, file.length))));
      assert.deepEqual([...new Set(answers.map(({status: code}) => code))], [200]);
      const {complete, result} = await status(url);
      assert.equal(complete, true);
      assert.deepEqual(await content(server, result), file);
    }));

  it('are counted once when each is sent twice, as browsers do', () =>
    withServer({}, async (server) => {
      const file = bytesOf(3 * MiB);
      const url = await created(server, file.length, {algorithm: 'md5'});
      for (let start = 0; start < file.length; start += MiB) {
        const [one, two] = [await putChecked(url, file, start, start + MiB), await putChecked(url, file, start, start + MiB)];
        assert.deepEqual([one.status, two.status], [200, 200]);
        assert.deepEqual(two.said.received, [[0, start + MiB]]);
      }
      const {result} = await status(url);
      assert.deepEqual(await content(server, result), file);
    }));

  it('may be one byte', () =>
    withServer({}, async (server) => {
      const file = bytesOf(3);
      const url = await created(server, 3);
      for (const at of [2, 0, 1]) await put(url, file, at, at + 1);
      assert.equal((await status(url)).complete, true);
    }));

  it('may be as large as parts.max, and no larger', () =>
    withServer({parts: {min: 1, preferred: 1000, max: 1000}}, async (server) => {
      const file = bytesOf(5000);
      const url = await created(server, 5000);
      assert.equal((await put(url, file, 0, 1000)).status, 200);
      assert.equal((await put(url, file, 1000, 2001)).said.type, 'urn:chunks:part-too-large');
    }));
});

describe('bytes that were received', () => {
  it('do not change when others are sent for them', () =>
    withServer({}, async (server) => {
      const [file, other] = [bytesOf(1000, 1), bytesOf(1000, 2)];
      const url = await created(server, 1000);
      await put(url, file, 300, 600);
      const {said} = await put(url, other, 0, 1000);
      const stored = await content(server, said.result);
      assert.deepEqual(stored, Buffer.concat([other.subarray(0, 300), file.subarray(300, 600), other.subarray(600)]));
    }));

  it('are read and thrown away when they come again with others', () =>
    withServer({}, async (server) => {
      const file = bytesOf(100 * KiB);
      const url = await created(server, file.length);
      await put(url, file, 0, 50 * KiB);
      const before = server.bytesRead;
      assert.equal((await put(url, file, 0, 60 * KiB)).status, 200);
      assert.equal(server.bytesRead - before, 60 * KiB);
    }));

  it('are reported while the request that brings them still runs, once they are synced', () =>
    withServer({}, async (server) => {
      const file = bytesOf(4 * MiB);
      const url = await created(server, file.length);
      const part = beginPut(url, file);
      await write(part, file.subarray(0, MiB));
      const ranges = await until('the first second to be over', async () => {
        const now = await received(url);
        return total(now) > 0 && now;
      });
      assert.equal(ranges[0]?.[0], 0);
      await write(part, file.subarray(MiB));
      part.request.end();
      assert.equal((await part.answer).said.complete, true);
    }));

  it('are reported after 8 MiB, however fast they come', () =>
    withServer({}, async (server) => {
      const file = bytesOf(20 * MiB);
      const url = await created(server, file.length);
      const part = beginPut(url, file);
      await write(part, file.subarray(0, 17 * MiB));
      await until('two batches', async () => total(await received(url)) >= 16 * MiB);
      part.request.destroy();
    }));
});
