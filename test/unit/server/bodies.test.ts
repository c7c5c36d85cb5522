import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {MiB, ask, begin, bytesOf, content, created, partHeaders, put, received, withServer, without} from './scene.js';

describe('a part for a complete upload', () => {
  it('is answered the result, and nothing of it is read', () =>
    withServer({}, async (server) => {
      const [file, other] = [bytesOf(2 * MiB, 1), bytesOf(2 * MiB, 2)];
      const url = await created(server, file.length);
      const {said} = await put(url, file);
      const before = server.bytesRead;
      const again = await put(url, other);
      assert.equal(again.status, 200);
      assert.deepEqual(again.said.result, said.result);
      assert.equal(server.bytesRead, before);
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('is answered the result to an older writer too', () =>
    withServer({}, async (server) => {
      const file = bytesOf(1000);
      const url = await created(server, 1000);
      await put(url, file, 0, 1000, {'Upload-Writer': '9-writer-nine'});
      assert.equal((await put(url, file)).said.complete, true);
    }));
});

describe('a body that is not as long as it says', () => {
  const chunked = (url: string, file: Uint8Array, start: number, end: number) => {
    const headers = without(partHeaders(file, start, end), 'Content-Length');
    return begin('PUT', url, {...headers, 'Transfer-Encoding': 'chunked'});
  };

  it('is refused by its Content-Length before it is read', () =>
    withServer({}, async (server) => {
      const file = bytesOf(1000);
      const url = await created(server, 1000);
      const {status: code, said} = await ask('PUT', url, {...partHeaders(file, 0, 500), 'Content-Length': '400'}, file.subarray(0, 400));
      assert.equal(code, 400);
      assert.match(said.detail, /^Content-Length/);
      assert.equal(server.bytesRead, 0);
    }));

  it('may leave its length unsaid', () =>
    withServer({}, async (server) => {
      const file = bytesOf(1000);
      const url = await created(server, 1000);
      const part = chunked(url, file, 0, 1000);
      part.request.end(file);
      assert.equal((await part.answer).said.complete, true);
    }));

  it('is refused when it turns out shorter, and kept', () =>
    withServer({}, async (server) => {
      const file = bytesOf(1000);
      const url = await created(server, 1000);
      const part = chunked(url, file, 0, 500);
      part.request.end(file.subarray(0, 300));
      const {status: code, said} = await part.answer;
      assert.deepEqual([code, said.type], [400, 'urn:chunks:bad-request']);
      assert.deepEqual(await received(url), [[0, 300]]);
    }));

  it('is refused when it turns out longer, and nothing is written past its end', () =>
    withServer({}, async (server) => {
      const file = bytesOf(1000);
      const url = await created(server, 1000);
      const part = chunked(url, file, 0, 500);
      part.request.end(file.subarray(0, 700));
      const {status: code, said} = await part.answer;
      assert.deepEqual([code, said.type], [400, 'urn:chunks:bad-request']);
      assert.deepEqual(await received(url), [[0, 500]]);
    }));
});
