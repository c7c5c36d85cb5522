import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {until} from '../../support/wait.js';
import {KiB, MiB, ask, bytesOf, create, created, put, status, withServer} from './scene.js';

const file = bytesOf(300 * KiB);
const byOwner = ({headers}: Request): {owner: string} => ({owner: headers.get('Authorization') ?? ''});

describe('an owner with as many open uploads as are allowed', () => {
  const limited = {maxOpen: 2, authorize: byOwner};
  const ann = {headers: {Authorization: 'ann'}};

  it('is refused another, and told when to ask again', () =>
    withServer(limited, async (server) => {
      for (let at = 0; at < 2; at++) await created(server, 10, ann);
      const {status: code, said, headers} = await create(server, 10, ann);
      assert.deepEqual([code, said.type, headers.get('retry-after')], [429, 'urn:chunks:too-many', '60']);
    }));

  it('is not in the way of others', () =>
    withServer(limited, async (server) => {
      for (let at = 0; at < 2; at++) await created(server, 10, ann);
      assert.equal((await create(server, 10, {headers: {Authorization: 'bob'}})).status, 201);
    }));

  it('may ask again for what there is', () =>
    withServer(limited, async (server) => {
      const key = 'the-key-of-this-one';
      for (const options of [{...ann, key}, ann]) await created(server, 10, options);
      assert.equal((await create(server, 10, {...ann, key})).status, 200);
    }));

  for (const [what, end] of [
    ['is complete', (url: string) => put(url, file.subarray(0, 10), 0, 10, ann.headers)],
    ['was canceled', (url: string) => ask('DELETE', url, ann.headers)],
  ] as const) {
    it(`may have another when one ${what}`, () =>
      withServer(limited, async (server) => {
        const [url] = [await created(server, 10, ann), await created(server, 10, ann)];
        await end(url);
        assert.equal((await create(server, 10, ann)).status, 201);
      }));
  }

  it('may have another when one has expired and was swept', () =>
    withServer({...limited, expireAfter: 1}, async (server) => {
      for (let at = 0; at < 2; at++) await created(server, 10, ann);
      server.forget({...limited, expireAfter: 1});
      await until('both to be swept', async () => (await server.sweep()) === 2);
      assert.equal((await create(server, 10, ann)).status, 201);
    }));

  it('is refused after a restart too, whatever was complete or canceled by then', () =>
    withServer(limited, async (server) => {
      const urls = [await created(server, 10, ann), await created(server, 10, ann)];
      await put(urls[0] ?? '', file.subarray(0, 10), 0, 10, ann.headers);
      await ask('DELETE', urls[1] ?? '', ann.headers);
      for (let at = 0; at < 2; at++) await created(server, 10, ann);
      server.forget();
      assert.equal((await create(server, 10, ann)).status, 429);
    }));

  it('is refused all but as many when many are asked for at once', () =>
    withServer({...limited, maxOpen: 5}, async (server) => {
      const codes = await Promise.all(Array.from({length: 30}, async () => (await create(server, 10, ann)).status));
      assert.equal(codes.filter((code) => code === 201).length, 5);
      assert.equal(codes.filter((code) => code === 429).length, 25);
    }));
});

describe('an upload in crumbs', () => {
  const size = 10 * 1024 * MiB;
  const crumb = (url: string, at: number): ReturnType<typeof ask> =>
    ask('PUT', url, {'Content-Range': `bytes ${at}-${at}/${size}`, 'Upload-Writer': '1-writer-one'}, file.subarray(0, 1));

  it('of 1 byte each, 10 GiB large, is refused after a thousand', {timeout: 60_000}, () =>
    withServer({}, async (server) => {
      const url = await created(server, size);
      let code = 200;
      let at = 0;
      for (; code === 200 && at < 1_100; at++) ({status: code} = await crumb(url, at));
      const {status: last, said} = await crumb(url, at);
      assert.deepEqual([last, said.type, at], [400, 'urn:chunks:too-many-parts', 1_001]);
      assert.deepEqual(said.received, [[0, 1_000]]);
      const journal = await readFile(join(server.directory, url.split('/').at(-1) ?? '', 'journal'));
      assert.ok(journal.length < 64 * KiB, `${journal.length} bytes of journal`);
      // A part of an honest size is still welcome.
      assert.equal((await ask('PUT', url, partOf(1_000, 1_000 + 64 * KiB), file.subarray(0, 64 * KiB))).status, 200);
    }),
  );

  const partOf = (start: number, end: number): Record<string, string> => ({
    'Content-Range': `bytes ${start}-${end - 1}/${size}`,
    'Upload-Writer': '1-writer-one',
  });

  it('is refused more ranges than are allowed, until gaps are filled', () =>
    withServer({maxRanges: 3, parts: {min: 1}}, async (server) => {
      const url = await created(server, 1000);
      for (const at of [10, 20, 30]) assert.equal((await put(url, file.subarray(0, 1000), at, at + 1)).status, 200);
      const {status: code, said} = await put(url, file.subarray(0, 1000), 40, 41);
      assert.deepEqual([code, said.type], [400, 'urn:chunks:too-many-parts']);
      assert.equal((await put(url, file.subarray(0, 1000), 11, 20)).status, 200);
      assert.equal((await put(url, file.subarray(0, 1000), 40, 41)).status, 200);
    }));
});

describe('a part shorter than parts.min that a healthy client sends', () => {
  it('because it fills a gap, is welcome however often', {timeout: 60_000}, () =>
    withServer({parts: {min: 8, preferred: 8}}, async (server) => {
      const bytes = bytesOf(1_100 * 12);
      const url = await created(server, bytes.length);
      for (let at = 0; at < bytes.length; at += 12) assert.equal((await put(url, bytes, at, at + 8)).status, 200);
      for (let at = 8; at < bytes.length; at += 12) assert.equal((await put(url, bytes, at, at + 4)).status, 200);
      assert.equal((await status(url)).complete, true);
    }),
  );

  it('because the file ends, is welcome', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      await put(url, file, 0, file.length - 1);
      assert.equal((await put(url, file, file.length - 1)).said.complete, true);
    }));
});
