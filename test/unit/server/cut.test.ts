import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {until} from '../../support/wait.js';
import {
  KiB,
  MiB,
  begin,
  beginPut,
  bytesOf,
  content,
  create,
  created,
  creationHeaders,
  cut,
  newKey,
  partHeaders,
  put,
  putChecked,
  blocksHeader,
  received,
  status,
  total,
  withServer,
  write,
} from './scene.js';

describe('a part whose connection is cut', () => {
  for (const length of [1, 999, 64 * KiB, 64 * KiB + 1, 300_000, MiB + 1, 9 * MiB + 5]) {
    it(`keeps exactly the ${length} bytes that arrived`, () =>
      withServer({}, async (server) => {
        const file = bytesOf(12 * MiB);
        const url = await created(server, file.length);
        const part = beginPut(url, file, 1000, file.length);
        await write(part, file.subarray(1000, 1000 + length));
        await cut(part);
        await until('the request to end', () => server.running === 0);
        assert.deepEqual(await received(url), [[1000, 1000 + length]]);
        const stored = await readFile(join(server.directory, url.split('/').at(-1) ?? '', 'data'));
        assert.deepEqual(stored.subarray(1000), file.subarray(1000, 1000 + length));
      }));
  }

  it('keeps what arrived though the handler was reading slowly when it was cut', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const url = await created(server, file.length);
      server.rate = 2 * MiB;
      const part = beginPut(url, file);
      await write(part, file.subarray(0, 700_000));
      await cut(part);
      await until('the request to end', () => server.running === 0);
      assert.deepEqual(await received(url), [[0, 700_000]]);
    }));

  it('keeps nothing when nothing arrived', () =>
    withServer({}, async (server) => {
      const url = await created(server, 1000);
      const part = beginPut(url, bytesOf(1000));
      await until('the part to be known', () => server.running === 1);
      await cut(part);
      await until('the request to end', () => server.running === 0);
      assert.deepEqual(await received(url), []);
    }));

  it('keeps the first bytes of a creation too', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const file = bytesOf(2 * MiB);
      const headers = {...creationHeaders(file.length, {key}), 'Content-Type': 'application/octet-stream', 'Content-Length': String(MiB)};
      const first = begin('POST', server.endpoint, headers);
      await write(first, file.subarray(0, 123_456));
      await cut(first);
      await until('the request to end', () => server.running === 0);
      const {status: code, said} = await create(server, file.length, {key});
      assert.equal(code, 200);
      assert.deepEqual(said.received, [[0, 123_456]]);
    }));
});

describe('a file that arrives in pieces, each of them cut', () => {
  it('is read once by the handler, to the byte', () =>
    withServer({}, async (server) => {
      const file = bytesOf(5 * MiB + 321);
      const url = await created(server, file.length, {algorithm: 'md5'});
      for (let run = 1; run <= 6; run++) {
        const [, end = 0] = (await received(url, {'Upload-Writer': `${run}-writer-run`}))[0] ?? [];
        const headers = {'Upload-Blocks': blocksHeader(file, end, file.length), 'Upload-Writer': `${run}-writer-run`};
        const part = beginPut(url, file, end, file.length, headers);
        await write(part, file.subarray(end, end + 800_000 + run));
        await cut(part);
      }
      const [, end = 0] = (await received(url, {'Upload-Writer': '7-writer-run'}))[0] ?? [];
      const {said} = await putChecked(url, file, end, file.length, {'Upload-Writer': '7-writer-run'});
      assert.equal(said.complete, true);
      assert.equal(server.bytesRead, file.length);
      assert.deepEqual(await content(server, said.result), file);
    }));
});

describe('parts that are cut at the same time', () => {
  it('keep what each of them brought', () =>
    withServer({}, async (server) => {
      const file = bytesOf(6 * MiB);
      const url = await created(server, file.length);
      const parts = [0, 1, 2].map((at) => ({start: at * 2 * MiB, exchange: beginPut(url, file, at * 2 * MiB, (at + 1) * 2 * MiB)}));
      for (const {start, exchange} of parts) await write(exchange, file.subarray(start, start + 100_000 + start / MiB));
      for (const {exchange} of parts) await cut(exchange);
      await until('all requests to end', () => server.running === 0);
      assert.deepEqual(
        await received(url),
        parts.map(({start}) => [start, start + 100_000 + start / MiB]),
      );
    }));

  it('leave no trace of a request that the server could not place', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const url = await created(server, file.length);
      const headers = {...partHeaders(file, 0, file.length), 'Content-Range': 'bytes 5-4/1048576'};
      const part = begin('PUT', url, headers);
      part.request.write(file.subarray(0, 1000));
      const {status: code} = await part.answer;
      assert.equal(code, 400);
      assert.deepEqual(await received(url), []);
    }));
});

describe('a connection that is reset while an answer is being made', () => {
  it('does no harm to the next request', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const url = await created(server, file.length);
      for (let at = 0; at < 10; at++) {
        const part = beginPut(url, file, at * 1000, (at + 1) * 1000);
        await write(part, file.subarray(at * 1000, (at + 1) * 1000));
        part.request.socket?.resetAndDestroy();
      }
      await until('all requests to end', () => server.running === 0);
      const {said} = await put(url, file);
      assert.equal(said.complete, true);
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('never lets more be reported than the file has', () =>
    withServer({}, async (server) => {
      const file = bytesOf(100_000);
      const url = await created(server, file.length);
      for (let at = 0; at < 5; at++) {
        const part = beginPut(url, file, 0, 99_999);
        await write(part, file.subarray(0, 20_000 * at));
        await cut(part);
        assert.ok(total((await status(url)).received) <= file.length);
      }
      await until('all requests to end', () => server.running === 0);
      assert.deepEqual(await received(url), [[0, 80_000]]);
    }));
});
