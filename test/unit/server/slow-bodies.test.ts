import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {disk} from '../../../src/server/disk.js';
import type {Files} from '../../../src/server/files.js';
import {createUploadHandler} from '../../../src/server/index.js';
import {freshFolder} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import {KiB, beginPut, bytesOf, created, cut, received, withServer, write} from './scene.js';

const file = bytesOf(300 * KiB);

describe('a body that stops coming', () => {
  it('is ended after the idle limit, and what it brought is kept', {timeout: 30_000}, () =>
    withServer({idleTimeout: 1_500}, async (server) => {
      const url = await created(server, file.length);
      const part = beginPut(url, file);
      part.request.on('error', () => undefined);
      await write(part, file.subarray(0, 100_000));
      const {status: code, said, headers} = await part.answer;
      assert.deepEqual([code, said.type, headers.get('connection')], [408, 'urn:chunks:too-slow', 'close']);
      assert.deepEqual(await received(url), [[0, 100_000]]);
    }),
  );

  it('is ended also when a byte comes now and then', {timeout: 30_000}, () =>
    withServer({idleTimeout: 1_500, minRate: 1_000}, async (server) => {
      const url = await created(server, file.length);
      const part = beginPut(url, file);
      part.request.on('error', () => undefined);
      const drip = setInterval(() => part.request.write('x'), 50);
      const {status: code, said} = await part.answer.finally(() => clearInterval(drip));
      assert.deepEqual([code, said.type], [408, 'urn:chunks:too-slow']);
      const [[start, end] = [0, 0]] = await received(url);
      assert.ok(start === 0 && end >= 3, `${end} bytes are kept`);
    }),
  );

  it('is not confused with a disk that is slow', async () => {
    const slow: Files = {
      ...disk,
      async open(path, how) {
        const opened = await disk.open(path, how);
        return {
          read: (into, at, length, position) => opened.read(into, at, length, position),
          async write(bytes, at, length, position) {
            await new Promise((resolve) => setTimeout(resolve, 150));
            return opened.write(bytes, at, length, position);
          },
          async writev(buffers, position) {
            await new Promise((resolve) => setTimeout(resolve, 150));
            return opened.writev(buffers, position);
          },
          truncate: (length) => opened.truncate(length),
          datasync: () => opened.datasync(),
          close: () => opened.close(),
        };
      },
    };
    const handler = createUploadHandler({directory: await freshFolder(), idleTimeout: 100, minRate: 1e9}, slow);
    const headers = {'Upload-Length': '3000', 'Idempotency-Key': '"0123456789abcdef"', 'Content-Type': 'application/octet-stream'};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < 3; at++) controller.enqueue(file.subarray(at * 1000, (at + 1) * 1000));
        controller.close();
      },
    });
    const response = await handler(new Request('http://x/uploads', {method: 'POST', headers, body, duplex: 'half'} as RequestInit));
    assert.equal(((await response.json()) as {complete: boolean}).complete, true);
    handler.close();
  });

  it('has its connection cut too', () =>
    withServer({idleTimeout: 200}, async (server) => {
      const url = await created(server, file.length);
      const part = beginPut(url, file);
      part.request.on('error', () => undefined);
      await part.answer;
      await until('the connection to end', () => part.request.socket?.destroyed);
      await cut(part);
    }));
});

describe('a body that comes slowly and steadily', () => {
  it('is never ended: 300 kbit/s for twice as long as the limit', {timeout: 60_000}, () =>
    withServer({idleTimeout: 1_500, minRate: 1_000}, async (server) => {
      const bytes = file.subarray(0, 110 * KiB);
      const url = await created(server, bytes.length);
      const part = beginPut(url, bytes);
      for (let at = 0; at < bytes.length; at += 3_750) {
        await write(part, bytes.subarray(at, at + 3_750));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      part.request.end();
      assert.equal((await part.answer).said.complete, true);
    }),
  );
});
