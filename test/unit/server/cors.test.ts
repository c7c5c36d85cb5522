import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {ask, bytesOf, create, created, put, withServer} from './scene.js';

const page = 'https://page.example';
const preflight = {Origin: page, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-evil, upload-writer'};
const fixed =
  'Accept, Authorization, Content-Range, Content-Type, Idempotency-Key, Upload-Blocks, Upload-Digest, Upload-Length, Upload-Metadata, Upload-Root, Upload-Writer';

describe('a preflight from an allowed origin', () => {
  it('is answered a fixed list, on both URLs', () =>
    withServer({origins: [page]}, async (server) => {
      const url = await created(server, 5);
      for (const target of [server.endpoint, url]) {
        const {status, headers, text} = await ask('OPTIONS', target, preflight);
        assert.equal(status, 204);
        assert.equal(text, '');
        assert.equal(headers.get('access-control-allow-origin'), page);
        assert.equal(headers.get('access-control-allow-methods'), 'GET, POST, PUT, DELETE');
        assert.equal(headers.get('access-control-allow-headers'), fixed);
        assert.equal(headers.get('access-control-max-age'), '7200');
        assert.equal(headers.get('vary'), 'Origin');
      }
    }));

  it('allows what the operator added', () =>
    withServer({origins: [page], allowHeaders: ['X-Tenant', 'X-Trace']}, async (server) => {
      const {headers} = await ask('OPTIONS', server.endpoint, preflight);
      assert.equal(headers.get('access-control-allow-headers'), `${fixed}, X-Tenant, X-Trace`);
    }));

  it('asks nobody for permission: browsers send no credentials with it', () =>
    withServer({origins: [page], authorize: () => new Response(null, {status: 401})}, async (server) => {
      assert.equal((await ask('OPTIONS', server.endpoint, preflight)).status, 204);
    }));
});

describe('credentials of another origin', () => {
  const allows = (headers: Headers): string | null => headers.get('access-control-allow-credentials');

  it('are not asked for unless the operator says so', () =>
    withServer({origins: [page]}, async (server) => {
      assert.equal(allows((await ask('OPTIONS', server.endpoint, preflight)).headers), null);
    }));

  it('are allowed on preflights and answers where the operator says so', () =>
    withServer({origins: [page], credentials: true}, async (server) => {
      const url = await created(server, 5);
      assert.equal(allows((await ask('OPTIONS', url, preflight)).headers), 'true');
      assert.equal(allows((await ask('GET', url, {Origin: page})).headers), 'true');
    }));

  it('are never allowed to an origin that was not named', () =>
    withServer({origins: [page], credentials: true}, async (server) => {
      const {headers} = await ask('OPTIONS', server.endpoint, {...preflight, Origin: 'https://evil.example'});
      assert.equal(allows(headers), null);
    }));
});

describe('a preflight from another origin', () => {
  for (const origin of [
    'https://evil.example',
    'null',
    'https://page.example.evil.example',
    'http://page.example',
    'https://page.example:8443',
    'https://PAGE.example/',
  ]) {
    it(`${origin} is allowed nothing`, () =>
      withServer({origins: [page]}, async (server) => {
        const {status, headers} = await ask('OPTIONS', server.endpoint, {...preflight, Origin: origin});
        assert.equal(status, 403);
        assert.deepEqual(
          [...headers.keys()].filter((name) => name.startsWith('access-control')),
          [],
        );
        assert.equal(headers.get('vary'), 'Origin');
      }));
  }

  it('is allowed nothing where no origins were named', () =>
    withServer({}, async (server) => {
      assert.equal((await ask('OPTIONS', server.endpoint, preflight)).status, 403);
    }));
});

describe('an answer to a page on an allowed origin', () => {
  it('may be read, with its location, whatever it says', () =>
    withServer({origins: ['https://other.example', page], maxSize: 1000}, async (server) => {
      const from = {Origin: page};
      const {headers} = await create(server, 5, {headers: from});
      const url = server.origin + headers.get('location');
      const file = bytesOf(5);
      const answers = [
        headers,
        (await ask('GET', url, from)).headers,
        (await ask('GET', `${url}x`, from)).headers,
        (await ask('PATCH', url, from)).headers,
        (await create(server, 5000, {headers: from})).headers,
        (await put(url, file, 0, 5, {...from, 'Upload-Writer': ''})).headers,
        (await put(url, file, 0, 5, from)).headers,
        (await ask('GET', `${url}/content`, from)).headers,
        (await ask('DELETE', url, from)).headers,
      ];
      for (const answer of answers) {
        assert.equal(answer.get('access-control-allow-origin'), page);
        assert.equal(answer.get('access-control-expose-headers'), 'Allow, Location, Retry-After');
        assert.equal(answer.get('vary'), 'Origin');
      }
    }));

  it('may be read when it is the operator who refuses', () =>
    withServer({origins: [page], authorize: () => Response.json({}, {status: 401, headers: {Vary: 'Cookie'}})}, async (server) => {
      const {status, headers} = await create(server, 5, {headers: {Origin: page}});
      assert.equal(status, 401);
      assert.equal(headers.get('access-control-allow-origin'), page);
      assert.equal(headers.get('vary'), 'Cookie, Origin');
    }));

  it('may be read by a page of the same origin', () =>
    withServer({}, async (server) => {
      const {headers} = await create(server, 5, {headers: {Origin: server.origin}});
      assert.equal(headers.get('access-control-allow-origin'), server.origin);
    }));
});

describe('an answer to a page on another origin', () => {
  it('may not be read', () =>
    withServer({origins: [page]}, async (server) => {
      const url = await created(server, 5);
      const {status, headers} = await ask('GET', url, {Origin: 'https://evil.example'});
      assert.equal(status, 200);
      assert.equal(headers.get('access-control-allow-origin'), null);
      assert.equal(headers.get('vary'), 'Origin');
    }));

  it('never lets a form in: what a form can send is refused', () =>
    withServer({}, async (server) => {
      const form = {Origin: 'https://evil.example', 'Content-Type': 'application/x-www-form-urlencoded'};
      assert.equal((await ask('POST', server.endpoint, form, Buffer.from('a=b'))).status, 403);
      const text = {Origin: 'https://evil.example', 'Content-Type': 'text/plain'};
      assert.equal((await ask('POST', server.endpoint, text, Buffer.from('a=b'))).status, 403);
    }));
});
