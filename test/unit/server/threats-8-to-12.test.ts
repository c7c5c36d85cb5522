/** The server's share of each threat on the list that a security review goes through. More of each stands in the files named with it. */
import assert from 'node:assert/strict';
import {readFile, readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {importsOf} from '../../../tools/layers.mjs';
import type {TestServer} from '../../support/serve.js';
import {
  ask,
  begin,
  bytesOf,
  content,
  create,
  created,
  creationHeaders,
  metadataOf,
  newKey,
  put,
  received,
  status,
  withServer,
} from './scene.js';

const file = bytesOf(5000);
const byOwner = ({headers}: Request): {owner: string} => ({owner: headers.get('Authorization') ?? ''});
const as = (owner: string): {headers: {Authorization: string}} => ({headers: {Authorization: owner}});
const folderOf = (server: TestServer, url: string): string => join(server.directory, url.split('/').at(-1) ?? '');

describe('Threat 8: denial of service (limits.test.ts, refusals.test.ts, fuzz.test.ts)', () => {
  it('of a thousand creations at once no more are open than allowed', {timeout: 60_000}, () =>
    withServer({maxOpen: 100}, async (server) => {
      const codes: number[] = [];
      for (let round = 0; round < 10; round++) {
        codes.push(...(await Promise.all(Array.from({length: 100}, async () => (await create(server, 10)).status))));
      }
      assert.deepEqual([codes.filter((code) => code === 201).length, codes.filter((code) => code === 429).length], [100, 900]);
      assert.equal((await readdir(server.directory)).length, 101);
    }),
  );

  it('a file that is too large is refused before a byte of it is read', () =>
    withServer({maxSize: 100}, async (server) => {
      const large = begin('POST', server.endpoint, {
        ...creationHeaders(5000),
        'Content-Type': 'application/octet-stream',
        'Content-Length': '5000',
      });
      assert.equal((await large.answer).status, 413);
      assert.equal(server.bytesRead, 0);
    }));

  it('a length that lies writes nothing past the file', () =>
    withServer({}, async (server) => {
      const url = await created(server, 100);
      const chunked = begin('PUT', url, {
        'Content-Range': 'bytes 0-99/100',
        'Upload-Writer': '1-writer-one',
        'Content-Type': 'application/octet-stream',
      });
      chunked.request.on('error', () => undefined);
      chunked.request.end(file);
      await chunked.answer.catch(() => undefined);
      const [{size}] = await Promise.all([
        stat(join(folderOf(server, url), 'content')).catch(() => stat(join(folderOf(server, url), 'data'))),
      ]);
      assert.ok(size <= 100, `${size} bytes`);
    }));
});

describe('Threat 9: others on the same machine', () => {
  it('may not read what is stored', {skip: process.platform === 'win32' && 'needs permissions of POSIX'}, () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {body: file.subarray(0, 10)});
      const folder = folderOf(server, url);
      const paths = [folder, join(server.directory, 'secret'), ...(await readdir(folder)).map((name) => join(folder, name))];
      assert.equal(paths.length, 5);
      for (const path of paths) assert.equal((await stat(path)).mode & 0o077, 0, path);
    }),
  );
});

describe('Threat 10: uploads of others, and races (writers.test.ts, cancel.test.ts, refusals.test.ts)', () => {
  it('ids have 160 bits that nobody can guess from a key', () =>
    withServer({}, async (one) =>
      withServer({}, async (other) => {
        const key = newKey();
        const ids = await Promise.all([one, other].map(async (server) => (await created(server, 5, {key})).split('/').at(-1) ?? ''));
        assert.match(ids.join(), /^[0-9a-f]{40},[0-9a-f]{40}$/);
        assert.notEqual(ids[0], ids[1]);
      }),
    ));

  it('another owner with the same key has an upload of its own, and cannot touch the first', () =>
    withServer({authorize: byOwner}, async (server) => {
      const key = newKey();
      const [ann, bob] = [await created(server, 10, {key, ...as('ann')}), await created(server, 10, {key, ...as('bob')})];
      assert.notEqual(ann, bob);
      assert.equal((await put(ann, file.subarray(0, 10), 0, 10, as('bob').headers)).status, 404);
      assert.equal((await ask('DELETE', ann, as('bob').headers)).status, 204);
      assert.deepEqual(await received(ann, as('ann').headers), []);
    }));

  it('whatever comes at the same time as the last byte, the file is complete once, and never changes', () =>
    withServer({}, async (server) => {
      for (let round = 0; round < 10; round++) {
        const url = await created(server, file.length, {body: file.subarray(0, 1000)});
        const other = bytesOf(5000, 7);
        await Promise.allSettled([
          put(url, file, 1000, 5000),
          put(url, file, 1000, 5000),
          ask('DELETE', url),
          put(url, file, 0, 1000),
          status(url),
        ]);
        const after = await ask('GET', url);
        if (after.status === 410) continue;
        const {said} = after.said.complete ? after : await put(url, file, 0, 5000, {'Upload-Writer': '9-writer-nine'});
        await put(url, other, 0, 5000, {'Upload-Writer': '10-writer-ten'});
        assert.ok((await content(server, said.result)).equals(file));
        const journal = await readFile(join(folderOf(server, url), 'journal'), 'utf8');
        assert.equal(journal.split('\n').filter((line) => line.startsWith('["complete"')).length, 1);
      }
    }));
});

describe('Threat 11: a type that is not what it says (content.test.ts)', () => {
  it('HTML by the name of an image is a download of bytes', () =>
    withServer({}, async (server) => {
      const html = Buffer.from('<!doctype html><script>alert(1)</script>');
      const {said} = await create(server, html.length, {
        body: html,
        headers: {'Upload-Metadata': metadataOf({name: 'cat.png', type: 'image/png'})},
      });
      const {headers} = await ask('GET', server.origin + said.result.url);
      assert.equal(headers.get('content-type'), 'application/octet-stream');
      assert.match(headers.get('content-disposition') ?? '', /^attachment;/);
      assert.equal(headers.get('content-security-policy'), "sandbox; default-src 'none'");
    }));
});

describe('Threat 12: other people’s code', () => {
  it('there is none in the server: it imports Node and itself', async () => {
    const folder = new URL('../../../src/server/', import.meta.url);
    for (const name of (await readdir(folder)).filter((each) => each.endsWith('.ts'))) {
      const text = await readFile(new URL(name, folder), 'utf8');
      for (const {to} of importsOf(`server/${name}`, text)) assert.match(to, /^(node:|server\/|core\/)/, `${name} imports ${to}`);
      assert.doesNotMatch(text, /\beval\(|new Function\(|node:(vm|child_process|worker_threads)/, name);
    }
  });
});
