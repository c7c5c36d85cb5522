import assert from 'node:assert/strict';
import {appendFile, copyFile, readFile, rm, stat, truncate} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {ask, block, blocksHeader, bytesOf, create, created, newKey, put, putChecked, received, rootOf, withServer} from './scene.js';

const file = bytesOf(2 * block + 500);
const folderOf = (server: TestServer, url: string): string => join(server.directory, url.split('/').at(-1) ?? '');
const journalOf = (server: TestServer, url: string): string => join(folderOf(server, url), 'journal');

/** An upload that has its first block and some of the second. */
async function begun(play: (server: TestServer, url: string) => Promise<void>): Promise<void> {
  await withServer({}, async (server) => {
    const url = await created(server, file.length, {algorithm: 'md5', writer: '1-writer-one'});
    await putChecked(url, file, 0, block + 1000);
    await play(server, url);
  });
}

describe('a journal whose last line was torn', () => {
  for (const [name, tail] of [
    ['in the middle', '["received",0,123'],
    ['before its end of line', '["received",4195304,8388608]'],
    ['into zeros', '\0\0\0\0\0\0\0\0'],
    ['into zeros with an end of line', '\0\0\0\n'],
    ['into something else', '{"received":[0,5]}\n'],
    ['into an entry with wrong types', '["received","0","8388608"]\n'],
    ['into an entry of no kind', '["__proto__",0]\n["constructor"]\n'],
    ['with good lines after it, which never were synced', '["recei\n["received",4195304,8388608]\n'],
  ] as const) {
    it(`${name}: counts without it`, () =>
      begun(async (server, url) => {
        await appendFile(journalOf(server, url), tail);
        server.forget();
        assert.deepEqual(await received(url), [[0, block + 1000]]);
      }));

    it(`${name}: goes on in a journal that can be read again`, () =>
      begun(async (server, url) => {
        await appendFile(journalOf(server, url), tail);
        server.forget();
        await putChecked(url, file, block + 1000, block + 2000);
        server.forget();
        assert.deepEqual(await received(url), [[0, block + 2000]]);
      }));
  }

  it('at any byte: never tells more than was there, and all that stands before', () =>
    begun(async (server, url) => {
      const path = journalOf(server, url);
      const whole = await readFile(path);
      for (let length = whole.length; length >= 0; length -= 7) {
        await truncate(path, length);
        server.forget();
        const told = await received(url);
        const told2 = JSON.stringify(told);
        assert.ok(told2 === '[]' || told2 === JSON.stringify([[0, block + 1000]]), told2);
      }
    }));
});

describe('a data file that lost bytes', () => {
  it('is not trusted beyond its end, and the blocks there are not verified any more', () =>
    begun(async (server, url) => {
      await truncate(join(folderOf(server, url), 'data'), 1000);
      server.forget();
      assert.deepEqual(await received(url), [[0, 1000]]);
      const wrong = bytesOf(file.length, 5);
      const {status: code} = await put(url, wrong, 1000, block, {'Upload-Blocks': blocksHeader(file, 0, block)});
      assert.equal(code, 422);
      assert.equal((await putChecked(url, file)).said.result.digest, rootOf(file));
    }));

  it('that is gone altogether is an upload with nothing', () =>
    begun(async (server, url) => {
      await rm(join(folderOf(server, url), 'data'));
      server.forget();
      assert.deepEqual(await received(url), []);
    }));
});

describe('a creation that was interrupted', () => {
  it('left a folder without info.json: there is no such upload', () =>
    begun(async (server, url) => {
      await rm(join(folderOf(server, url), 'info.json'));
      server.forget();
      assert.equal((await ask('GET', url)).said.type, 'urn:chunks:unknown');
    }));

  it('can be repeated with the same key, and begins with nothing', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const {headers} = await create(server, file.length, {key, body: file.subarray(0, 1000)});
      const url = server.origin + headers.get('location');
      await rm(join(folderOf(server, url), 'info.json'));
      server.forget();
      const again = await create(server, file.length, {key});
      assert.equal(again.status, 201);
      assert.deepEqual(again.said.received, []);
      assert.equal((await stat(join(folderOf(server, url), 'data'))).size, 0);
    }));

  it('left a new info.json half written beside the place: that does no harm', () =>
    begun(async (server, url) => {
      const info = join(folderOf(server, url), 'info.json');
      await copyFile(info, `${info}.0123456789ab`);
      await truncate(`${info}.0123456789ab`, 10);
      server.forget();
      assert.deepEqual(await received(url), [[0, block + 1000]]);
    }));
});
