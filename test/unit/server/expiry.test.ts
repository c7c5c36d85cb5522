import assert from 'node:assert/strict';
import {mkdir, readFile, readdir, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {disk} from '../../../src/server/disk.js';
import {createUploadHandler} from '../../../src/server/index.js';
import {UploadStore} from '../../../src/server/upload-store.js';
import type {TestServer} from '../../support/serve.js';
import {freshFolder} from '../../support/serve.js';
import {stays, until} from '../../support/wait.js';
import {ask, beginPut, bytesOf, content, create, created, newKey, put, received, status, withServer, write} from './scene.js';

const file = bytesOf(5000);
const hour = 3_600_000;
const folderOf = (server: TestServer, url: string): string => join(server.directory, url.split('/').at(-1) ?? '');
const folders = async (server: TestServer): Promise<string[]> => (await readdir(server.directory)).filter((name) => name !== 'secret');

/** As if nothing had been written to the upload for this long. */
async function age(server: TestServer, url: string, ms: number): Promise<void> {
  const time = new Date(Date.now() - ms);
  await utimes(join(folderOf(server, url), 'journal'), time, time);
  server.forget({expireAfter: hour});
}

describe('an upload to which nothing was written for the time it is kept', () => {
  it('is unknown', () =>
    withServer({expireAfter: hour}, async (server) => {
      const url = await created(server, file.length);
      await age(server, url, hour + 1000);
      assert.equal((await ask('GET', url)).said.type, 'urn:chunks:unknown');
      assert.equal((await put(url, file)).status, 404);
    }));

  it('is removed from disk when somebody asks for it', () =>
    withServer({expireAfter: hour}, async (server) => {
      const url = await created(server, file.length);
      await age(server, url, hour + 1000);
      await ask('GET', url);
      assert.deepEqual(await folders(server), []);
    }));

  it('leaves its key free', () =>
    withServer({expireAfter: hour}, async (server) => {
      const key = newKey();
      const url = await created(server, file.length, {key, body: file.subarray(0, 10)});
      await age(server, url, hour + 1000);
      const {status: code, said} = await create(server, 77, {key});
      assert.equal(code, 201);
      assert.deepEqual([said.size, said.received], [77, []]);
    }));

  it('expires in memory too', () =>
    withServer({expireAfter: 300}, async (server) => {
      const url = await created(server, file.length);
      await until('it to expire', async () => (await ask('GET', url)).status === 404, {every: 100});
    }));

  it('is not removed while a part arrives', () =>
    withServer({expireAfter: 2_000}, async (server) => {
      const url = await created(server, file.length);
      const part = beginPut(url, file);
      await write(part, file.subarray(0, 10));
      await until('the part to be read', () => server.bytesRead === 10);
      const {expires} = await status(url);
      await until('it to be due', () => Date.now() > Date.parse(expires));
      assert.equal(await server.sweep(), 0);
      await write(part, file.subarray(10));
      part.request.end();
      assert.equal((await part.answer).said.complete, true);
    }));
});

describe('an upload to which something was written in time', () => {
  it('is kept', () =>
    withServer({expireAfter: hour}, async (server) => {
      const url = await created(server, file.length, {body: file.subarray(0, 10)});
      await age(server, url, hour - 60_000);
      assert.deepEqual(await received(url), [[0, 10]]);
    }));

  it('expires later with every part', () =>
    withServer({expireAfter: hour}, async (server) => {
      const url = await created(server, file.length);
      await age(server, url, hour / 2);
      const before = Date.parse((await status(url)).expires);
      await put(url, file, 0, 10);
      const {expires} = await status(url);
      assert.ok(Date.parse(expires) >= before + hour / 2 - 60_000);
    }));
});

describe('a complete upload', () => {
  it('is kept for a day, though others expire sooner', () =>
    withServer({expireAfter: hour}, async (server) => {
      const url = await created(server, file.length);
      const {said} = await put(url, file);
      assert.ok(Date.parse(said.expires) - Date.now() > 24 * hour - 60_000);
      await age(server, url, 23 * hour);
      assert.deepEqual(await content(server, said.result), file);
      assert.equal(await server.sweep(), 0);
    }));

  it('expires then', () =>
    withServer({expireAfter: hour}, async (server) => {
      const url = await created(server, file.length);
      await put(url, file);
      await age(server, url, 25 * hour);
      assert.equal(await server.sweep(), 1);
      assert.equal((await ask('GET', `${url}/content`)).status, 404);
    }));
});

describe('a sweep', () => {
  it('removes what has expired and leaves the rest', () =>
    withServer({expireAfter: hour}, async (server) => {
      const urls = await Promise.all([1, 2, 3].map(() => created(server, file.length)));
      for (const url of urls.slice(1)) await age(server, url, 2 * hour);
      assert.equal(await server.sweep(), 2);
      assert.deepEqual(await folders(server), [urls[0]?.split('/').at(-1)]);
      assert.equal(await server.sweep(), 0);
    }));

  it('removes the last trace of what was canceled, when its time is over', () =>
    withServer({expireAfter: 3_000}, async (server) => {
      const url = await created(server, file.length);
      await ask('DELETE', url);
      assert.equal((await ask('GET', url)).status, 410);
      await until('it to be swept', async () => (await server.sweep()) === 1, {every: 200});
      assert.deepEqual(await folders(server), []);
    }));

  it('removes the bytes that an interrupted cancel has left', () =>
    withServer({expireAfter: hour}, async (server) => {
      const url = await created(server, file.length);
      await ask('DELETE', url);
      await writeFile(join(folderOf(server, url), 'data'), 'left');
      assert.equal(await server.sweep(), 0);
      assert.deepEqual(await readdir(folderOf(server, url)), ['info.json']);
    }));

  it('removes the folder of a creation that never came to be, when it is old', () =>
    withServer({expireAfter: hour}, async (server) => {
      const [young, old] = ['1', '2'].map((digit) => join(server.directory, digit.repeat(40)));
      assert.ok(young && old);
      for (const path of [young, old]) await mkdir(path, {recursive: true});
      await utimes(old, new Date(Date.now() - 2 * hour), new Date(Date.now() - 2 * hour));
      assert.equal(await server.sweep(), 1);
      assert.deepEqual(await folders(server), ['1'.repeat(40)]);
    }));

  it('comes by itself, and no more when the handler is closed', async () => {
    const directory = await freshFolder();
    const handler = createUploadHandler({directory, expireAfter: 1, sweepEvery: 30});
    const make = async (): Promise<void> => {
      const headers = {'Upload-Length': '5', 'Idempotency-Key': `"${newKey()}"`};
      assert.equal((await handler(new Request('http://x/uploads', {method: 'POST', headers}))).status, 201);
    };
    const left = async (): Promise<number> => (await readdir(directory)).filter((name) => name !== 'secret').length;
    await mkdir(join(directory, '1'.repeat(40)), {recursive: true});
    await until('it to be swept', async () => (await left()) === 0);
    handler.close();
    await make();
    await mkdir(join(directory, '2'.repeat(40)), {recursive: true});
    await stays('not swept', async () => (await left()) === 2, 300);
  });

  it('touches nothing else in the folder', () =>
    withServer({expireAfter: hour}, async (server) => {
      await created(server, file.length);
      await writeFile(join(server.directory, 'README'), 'mine');
      await mkdir(join(server.directory, 'ABC'));
      await server.sweep();
      assert.equal(await readFile(join(server.directory, 'README'), 'utf8'), 'mine');
      assert.ok((await folders(server)).includes('ABC'));
    }));

  it('of a folder that is not there finds nothing', async () => {
    const store = new UploadStore({directory: join(await freshFolder(), 'none'), expireAfter: hour, maxOpen: 1}, disk);
    assert.equal(await store.sweep(), 0);
  });
});
