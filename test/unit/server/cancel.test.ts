import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import {
  KiB,
  MiB,
  ask,
  begin,
  beginPut,
  bytesOf,
  content,
  create,
  created,
  creationHeaders,
  newKey,
  put,
  status,
  withServer,
  write,
} from './scene.js';

const file = bytesOf(MiB);
const filesOf = (server: TestServer, url: string): Promise<string[]> => readdir(join(server.directory, url.split('/').at(-1) ?? ''));

describe('canceling by URL', () => {
  it('removes the bytes, and leaves the word that it is gone', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      await put(url, file, 0, 1000);
      const {status: code, text} = await ask('DELETE', url);
      assert.equal(code, 204);
      assert.equal(text, '');
      assert.deepEqual(await filesOf(server, url), ['info.json']);
    }));

  it('answers 410 to everything that follows', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      await ask('DELETE', url);
      for (const answer of [await ask('GET', url), await put(url, file, 0, 10), await ask('GET', `${url}/content`)]) {
        assert.equal(answer.status, 410);
        assert.equal(answer.said.type, 'urn:chunks:gone');
      }
    }));

  it('makes its key gone, after a restart too', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const {headers} = await create(server, file.length, {key});
      await ask('DELETE', server.origin + headers.get('location'));
      assert.equal((await create(server, file.length, {key})).said.type, 'urn:chunks:gone');
      server.forget();
      assert.equal((await create(server, file.length, {key})).status, 410);
    }));

  it('after a restart makes it gone, after the next one too', () =>
    withServer({}, async (server) => {
      // The time of a file has fractions of a millisecond: a few tries meet one that is not whole.
      for (let at = 0; at < 5; at++) {
        const url = await created(server, file.length, {body: file.subarray(0, 100)});
        server.forget();
        assert.equal((await ask('DELETE', url)).status, 204);
        server.forget();
        assert.equal((await ask('GET', url)).status, 410);
      }
    }));

  it('is harmless twice, and when there is nothing', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      assert.equal((await ask('DELETE', url)).status, 204);
      assert.equal((await ask('DELETE', url)).status, 204);
      assert.equal((await ask('DELETE', `${server.endpoint}/${'0'.repeat(40)}`)).status, 204);
      assert.equal((await ask('DELETE', `${server.endpoint}/nothing`)).status, 204);
    }));

  it('ends the parts under way', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      const parts = [0, 1].map((at) => beginPut(url, file, at * 500 * KiB, (at + 1) * 500 * KiB));
      for (const part of parts) await write(part, file.subarray(0, 1000));
      await until('both to be read', () => server.bytesRead === 2000);
      assert.equal((await ask('DELETE', url)).status, 204);
      for (const part of parts) assert.equal((await part.answer).said.type, 'urn:chunks:gone');
      assert.deepEqual(await filesOf(server, url), ['info.json']);
      assert.equal(server.bytesRead, 2000);
    }));

  it('of a complete upload is refused, and nothing is removed', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      const {said} = await put(url, file);
      const answer = await ask('DELETE', url);
      assert.equal(answer.status, 409);
      assert.equal(answer.said.type, 'urn:chunks:complete');
      assert.deepEqual(answer.said.received, [[0, file.length]]);
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('while the last part arrives: ends one way or the other, never both', () =>
    withServer({}, async (server) => {
      for (let at = 0; at < 15; at++) {
        const url = await created(server, 5000);
        const [part, cancel] = await Promise.allSettled([put(url, bytesOf(5000)), ask('DELETE', url)]);
        assert.equal(cancel.status, 'fulfilled');
        const canceled = cancel.status === 'fulfilled' && cancel.value.status === 204;
        assert.equal((await ask('GET', url)).status, canceled ? 410 : 200);
        if (!canceled) assert.equal(part.status === 'fulfilled' && part.value.said.complete, true);
      }
    }));
});

describe('canceling by key', () => {
  const byKey = (server: TestServer, key: string, headers = {}): ReturnType<typeof ask> =>
    ask('DELETE', server.endpoint, {'Idempotency-Key': `"${key}"`, ...headers});

  it('removes the upload', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const {headers} = await create(server, file.length, {key, body: file.subarray(0, 100)});
      const url = server.origin + headers.get('location');
      assert.equal((await byKey(server, key)).status, 204);
      assert.equal((await ask('GET', url)).status, 410);
      assert.deepEqual(await filesOf(server, url), ['info.json']);
    }));

  it('ends a creation whose body is still arriving', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const headers = {...creationHeaders(file.length, {key}), 'Content-Type': 'application/octet-stream', 'Content-Length': '5000'};
      const first = begin('POST', server.endpoint, headers);
      await write(first, file.subarray(0, 100));
      await until('it to be read', () => server.bytesRead === 100);
      assert.equal((await byKey(server, key)).status, 204);
      assert.equal((await first.answer).status, 410);
      assert.equal((await create(server, file.length, {key})).status, 410);
    }));

  it('comes before a creation that is still on its way: that finds the key gone', () =>
    withServer({}, async (server) => {
      const key = newKey();
      assert.equal((await byKey(server, key)).status, 204);
      const {status: code, said} = await create(server, file.length, {key, body: file.subarray(0, 100)});
      assert.deepEqual([code, said.type], [410, 'urn:chunks:gone']);
      assert.equal((await byKey(server, key)).status, 204);
    }));

  it('of another owner removes nothing', () =>
    withServer({authorize: ({headers}) => ({owner: headers.get('Authorization') ?? ''})}, async (server) => {
      const key = newKey();
      const ann = {Authorization: 'ann'};
      const url = await created(server, file.length, {key, headers: ann});
      assert.equal((await byKey(server, key, {Authorization: 'bob'})).status, 204);
      assert.equal((await status(url, ann)).size, file.length);
    }));

  it('of a complete upload is refused', () =>
    withServer({}, async (server) => {
      const key = newKey();
      await create(server, 100, {key, body: file.subarray(0, 100)});
      assert.equal((await byKey(server, key)).said.type, 'urn:chunks:complete');
    }));

  it('needs a key', () =>
    withServer({}, async (server) => {
      const {status: code, said} = await ask('DELETE', server.endpoint);
      assert.equal(code, 400);
      assert.match(said.detail, /^Idempotency-Key/);
    }));
});
