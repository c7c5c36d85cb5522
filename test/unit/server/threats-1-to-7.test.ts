/** The server's share of each threat on the list that a security review goes through. More of each stands in the files named with it. */
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readdir} from 'node:fs/promises';
import {describe, it} from 'node:test';

import {collidingPair} from '../../support/colliding-pair.js';
import {ask, blocksHeader, bytesOf, content, create, created, creationHeaders, metadataOf, putChecked, withServer} from './scene.js';

const file = bytesOf(5000);
const byOwner = ({headers}: Request): {owner: string} => ({owner: headers.get('Authorization') ?? ''});
const as = (owner: string): {headers: {Authorization: string}} => ({headers: {Authorization: owner}});

describe('Threat 1: a digest that is taken for the file (claims.test.ts, claims-proof.test.ts)', () => {
  it('gives nothing: who knows the digests of a stored file has to send its bytes all the same', () =>
    withServer({authorize: byOwner}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5', ...as('ann')});
      await putChecked(url, file, 0, file.length, as('ann').headers);
      const claim = {'Upload-Blocks': blocksHeader(file, 0, file.length), ...as('bob').headers};
      const {status: code, said} = await create(server, file.length, {algorithm: 'md5', headers: claim});
      assert.deepEqual([code, said.received, said.complete], [201, [], false]);
      assert.equal('result' in said, false);
    }));

  it('gives no sign that the file is there: the answer has the same shape for a digest that nobody has', () =>
    withServer({}, async (server) => {
      await create(server, file.length, {algorithm: 'md5', body: file, headers: {'Upload-Blocks': blocksHeader(file, 0, file.length)}});
      const [known, unknown] = await Promise.all(
        [file, bytesOf(5000, 9)].map(async (bytes) =>
          create(server, bytes.length, {algorithm: 'md5', headers: {'Upload-Blocks': blocksHeader(bytes, 0, bytes.length)}}),
        ),
      );
      assert.deepEqual({...known?.said, expires: ''}, {...unknown?.said, expires: ''});
    }));
});

describe('Threat 2: two files with one MD5 (claims-proof.test.ts)', () => {
  it('stay two files', () =>
    withServer({}, async (server) => {
      const [one, other] = collidingPair;
      assert.ok(!one.equals(other));
      assert.deepEqual(
        new Set(collidingPair.map((bytes) => createHash('md5').update(bytes).digest('hex'))),
        new Set(['79054025255fb1a26e4bc422aef54eb4']),
      );
      const results = [];
      for (const bytes of collidingPair) {
        const url = await created(server, bytes.length, {algorithm: 'md5'});
        results.push((await putChecked(url, bytes)).said.result);
      }
      assert.equal(results[0]?.digest, results[1]?.digest);
      for (const [at, result] of results.entries()) assert.ok((await content(server, result)).equals(collidingPair[at] ?? one));
    }));
});

describe('Threat 3: script in names and messages', () => {
  const markup = '<script>alert(1)</script>';

  it('never runs: every answer says what it is, and may not be taken for anything else', () =>
    withServer({}, async (server) => {
      const {headers, said} = await create(server, 5, {
        body: file.subarray(0, 5),
        headers: {'Upload-Metadata': metadataOf({name: markup, type: 'text/html'})},
      });
      const url = server.origin + headers.get('location');
      const answers = [
        headers,
        (await ask('GET', url)).headers,
        (await ask('GET', server.origin + said.result.url)).headers,
        (await ask('GET', `${url}x`)).headers,
      ];
      for (const answer of answers) {
        assert.equal(answer.get('x-content-type-options'), 'nosniff');
        assert.match(answer.get('content-type') ?? '', /^application\/(json|problem\+json|octet-stream)$/);
      }
    }));

  it('is not repeated by a refusal', () =>
    withServer({}, async (server) => {
      for (const name of ['Upload-Length', 'Idempotency-Key', 'Upload-Digest', 'Upload-Writer', 'Upload-Metadata', 'Upload-Blocks']) {
        const {text, status: code} = await ask(
          'POST',
          server.endpoint,
          {...creationHeaders(5, {algorithm: 'md5'}), [name]: markup},
          file.subarray(0, 5),
        );
        assert.equal(code, 400, name);
        assert.doesNotMatch(text, /script/);
      }
      assert.doesNotMatch((await ask('GET', `${server.endpoint}/${encodeURIComponent(markup)}`)).text, /script/i);
    }));
});

describe('Threat 4: header injection (content.test.ts)', () => {
  it('does not come from a name, in whatever header it stands', () =>
    withServer({}, async (server) => {
      const name = 'a"\r\nSet-Cookie: evil=1\r\n\r\n<b>\u2028\0;filename=x.exe';
      const {said, headers} = await create(server, 3, {body: file.subarray(0, 3), headers: {'Upload-Metadata': metadataOf({name})}});
      assert.equal(said.result.name, name);
      const answer = await ask('GET', server.origin + said.result.url);
      for (const each of [headers, answer.headers]) assert.equal(each.get('set-cookie'), null);
      assert.equal(answer.text.length, 3);
    }));
});

describe('Threat 5: CSRF (cross-site.test.ts)', () => {
  it('a form of another site, with the cookies of its visitor, changes nothing', () =>
    withServer({authorize: ({headers}) => ({owner: headers.get('Cookie') ?? ''})}, async (server) => {
      const form = {Cookie: 'session=ann', Origin: 'https://evil.example', 'Content-Type': 'multipart/form-data; boundary=x'};
      assert.equal((await ask('POST', server.endpoint, form, Buffer.from('--x--'))).status, 403);
      assert.deepEqual(await readdir(server.directory), []);
    }));
});

describe('Threat 6: CORS (cors.test.ts)', () => {
  it('another origin is never let in by repeating it, with credentials or without', () =>
    withServer({origins: ['https://page.example'], credentials: true}, async (server) => {
      const url = await created(server, 5);
      const foreign = {Origin: 'https://evil.example', 'Access-Control-Request-Method': 'PUT'};
      for (const method of ['GET', 'OPTIONS', 'PUT', 'DELETE']) {
        const {headers} = await ask(method, url, foreign);
        assert.deepEqual(
          [...headers.keys()].filter((name) => name.startsWith('access-control')),
          [],
        );
      }
    }));
});

describe('Threat 7: an upload URL that leads elsewhere', () => {
  it('Location is a path of this server, whatever Host or a proxy says', () =>
    withServer({}, async (server) => {
      const headers = {
        Host: 'evil.example',
        'X-Forwarded-Host': 'evil.example',
        Forwarded: 'host=evil.example',
        'X-Forwarded-Proto': 'javascript',
      };
      const {headers: answered, said} = await create(server, 3, {headers, body: file.subarray(0, 3)});
      assert.match(answered.get('location') ?? '', /^\/uploads\/[0-9a-f]{40}$/);
      assert.match(said.result.url, /^\/uploads\/[0-9a-f]{40}\/content$/);
    }));
});
