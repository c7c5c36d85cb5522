import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {describe, it} from 'node:test';

import {until} from '../../support/wait.js';
import {KiB, MiB, ask, begin, bytesOf, content, create, creationHeaders, newKey, put, received, withServer, write} from './scene.js';

describe('creating with a key that was used', () => {
  it('is the same upload, with what it has', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const first = await create(server, 5 * MiB, {key, body: bytesOf(KiB)});
      const again = await create(server, 5 * MiB, {key});
      assert.equal(again.status, 200);
      assert.equal(again.headers.get('location'), first.headers.get('location'));
      assert.deepEqual(again.said.received, [[0, KiB]]);
    }));

  it('is the same upload when its first bytes come a second time', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const options = {key, body: bytesOf(KiB), writer: '1-writer-one'};
      await create(server, 5 * MiB, options);
      const again = await create(server, 5 * MiB, {...options, body: bytesOf(KiB)});
      assert.equal(again.status, 200);
      assert.deepEqual(again.said.received, [[0, KiB]]);
    }));

  it('answers the result when the upload is complete', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const file = bytesOf(KiB);
      await create(server, KiB, {key, body: file});
      const again = await create(server, KiB, {key, body: file});
      assert.equal(again.status, 200);
      assert.equal(again.said.complete, true);
      assert.deepEqual(await content(server, again.said.result), file);
    }));

  it('is refused with another size', () =>
    withServer({}, async (server) => {
      const key = newKey();
      await create(server, 5 * MiB, {key, body: bytesOf(KiB)});
      const {status, said} = await create(server, 6 * MiB, {key});
      assert.equal(status, 422);
      assert.equal(said.type, 'urn:chunks:key-reused');
      assert.deepEqual(said.received, [[0, KiB]]);
    }));

  it('is another upload for another owner', () =>
    withServer({authorize: ({headers}) => ({owner: headers.get('Authorization') ?? ''})}, async (server) => {
      const key = newKey();
      const one = await create(server, 5, {key, headers: {Authorization: 'one'}});
      const other = await create(server, 7, {key, headers: {Authorization: 'other'}});
      assert.equal(other.status, 201);
      assert.notEqual(other.headers.get('location'), one.headers.get('location'));
    }));

  it('cannot be confused by owners and keys that look alike when joined', () =>
    withServer({authorize: ({headers}) => ({owner: headers.get('Authorization') ?? ''})}, async (server) => {
      const long = 'a'.repeat(20);
      const one = await create(server, 5, {key: `${long}bb`, headers: {Authorization: 'x'}});
      const other = await create(server, 5, {key: `b${long}b`, headers: {Authorization: 'xb'}});
      assert.notEqual(one.headers.get('location'), other.headers.get('location'));
    }));

  it('is the same upload after a restart', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const first = await create(server, 5 * MiB, {key, body: bytesOf(KiB)});
      server.forget();
      const again = await create(server, 5 * MiB, {key});
      assert.equal(again.status, 200);
      assert.equal(again.headers.get('location'), first.headers.get('location'));
    }));

  it('leaves one folder on disk, however many come at once', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const answers = await Promise.all(Array.from({length: 12}, () => create(server, 5, {key})));
      assert.deepEqual(answers.map(({status}) => status).sort(), [...Array<number>(11).fill(200), 201]);
      const folders = (await readdir(server.directory)).filter((name) => name !== 'secret');
      assert.equal(folders.length, 1);
    }));
});

describe('creating again while the first body is still arriving', () => {
  const size = 5 * MiB;
  const head = bytesOf(size).subarray(0, 512 * KiB);

  async function halfCreated(
    play: (given: {
      key: string;
      first: ReturnType<typeof begin>;
      url: () => Promise<string>;
      headers: Record<string, string>;
      server: Parameters<Parameters<typeof withServer>[1]>[0];
    }) => Promise<void>,
  ): Promise<void> {
    await withServer({}, async (server) => {
      const key = newKey();
      const headers = {
        ...creationHeaders(size, {key, writer: '1-writer-one'}),
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(head.length),
      };
      const first = begin('POST', server.endpoint, headers);
      await write(first, head.subarray(0, 200 * KiB));
      await until('the first bytes to be read', () => server.bytesRead === 200 * KiB);
      await play({
        key,
        first,
        headers,
        server,
        url: async () => server.origin + (await create(server, size, {key})).headers.get('location'),
      });
    });
  }

  it('with an empty body: ends the first, and tells the bytes it brought', () =>
    halfCreated(async ({key, first, server}) => {
      const {status, said} = await create(server, size, {key});
      assert.equal(status, 200);
      assert.deepEqual(said.received, [[0, 200 * KiB]]);
      assert.equal((await first.answer).said.type, 'urn:chunks:superseded');
    }));

  it('with the body once more, as browsers repeat it: goes on from the bytes of the first', () =>
    halfCreated(async ({headers, server, url}) => {
      const {status, said} = await ask('POST', server.endpoint, headers, head);
      assert.equal(status, 200);
      assert.deepEqual(said.received, [[0, head.length]]);
      assert.deepEqual(await received(await url()), [[0, head.length]]);
    }));

  it('reads nothing further of the first', () =>
    halfCreated(async ({key, first, server}) => {
      await create(server, size, {key});
      first.request.write(head.subarray(200 * KiB));
      await first.answer.catch(() => undefined);
      assert.equal(server.bytesRead, 200 * KiB);
    }));

  it('with another random of the same counter: that one may send from then on', () =>
    halfCreated(async ({key, server}) => {
      const {headers} = await create(server, size, {key, writer: '1-writer-two'});
      const url = server.origin + headers.get('location');
      const answer = await put(url, bytesOf(size), 200 * KiB, size, {'Upload-Writer': '1-writer-two'});
      assert.equal(answer.said.complete, true);
    }));
});
