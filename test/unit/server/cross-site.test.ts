import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {ask, bytesOf, create, created, creationHeaders, newKey, put, received, withServer} from './scene.js';

const evil = 'https://evil.example';
const page = 'https://page.example';
const file = bytesOf(100);

/** Every request that changes something. */
async function writes(server: TestServer, headers: Record<string, string>): Promise<Record<string, {status: number; type: string}>> {
  const url = await created(server, file.length);
  const key = newKey();
  const answers = {
    create: await create(server, 5, {headers}),
    'create by a form': await ask('POST', server.endpoint, {...headers, 'Content-Type': 'text/plain'}, Buffer.from('a=b')),
    send: await put(url, file, 0, 100, headers),
    'cancel by URL': await ask('DELETE', url, headers),
    'cancel by key': await ask('DELETE', server.endpoint, {...headers, 'Idempotency-Key': `"${key}"`}),
  };
  return Object.fromEntries(Object.entries(answers).map(([what, {status, said}]) => [what, {status, type: said.type}]));
}

describe('a page of another site', () => {
  for (const [what, headers] of Object.entries<Record<string, string>>({
    'that a browser names by Origin': {Origin: evil},
    'that a browser names by Sec-Fetch-Site': {'Sec-Fetch-Site': 'cross-site'},
    'that a browser names by both': {Origin: evil, 'Sec-Fetch-Site': 'cross-site'},
    'on a sister domain': {Origin: 'https://other.page.example', 'Sec-Fetch-Site': 'same-site'},
    'without an origin of its own, as a sandboxed frame is': {Origin: 'null', 'Sec-Fetch-Site': 'cross-site'},
    'in a browser too old for Sec-Fetch-Site, without an origin': {Origin: 'null'},
    'that has no origin one can read': {Origin: 'not a URL'},
    'whose browser says something new': {'Sec-Fetch-Site': 'nearby'},
    'as a no-cors fetch sends it': {Origin: evil, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'empty'},
    'as a form sends it': {Origin: evil, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document'},
  })) {
    it(`${what} may write nothing`, () =>
      withServer({origins: [page]}, async (server) => {
        for (const [request, {status, type}] of Object.entries(await writes(server, headers))) {
          assert.deepEqual([status, type], [403, 'urn:chunks:forbidden'], request);
        }
      }));
  }

  it('is refused before anybody is asked who it is, and before a byte is read', () =>
    withServer({authorize: () => assert.fail('was asked')}, async (server) => {
      const body = {body: file, headers: {Origin: evil}};
      assert.equal((await create(server, 100, body)).status, 403);
      assert.equal(server.bytesRead, 0);
    }));

  it('leaves what is there as it is', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {body: file.subarray(0, 10)});
      await ask('DELETE', url, {Origin: evil});
      await put(url, file, 10, 100, {'Sec-Fetch-Site': 'cross-site'});
      assert.deepEqual(await received(url), [[0, 10]]);
    }));

  it('may ask, as anybody who knows the URL, but may not read the answer', () =>
    withServer({origins: [page], credentials: true}, async (server) => {
      const {headers: made} = await create(server, 5, {body: file.subarray(0, 5)});
      const url = server.origin + made.get('location');
      for (const target of [url, `${url}/content`]) {
        const {status, headers} = await ask('GET', target, {Origin: evil, 'Sec-Fetch-Site': 'cross-site'});
        assert.equal(status, 200);
        assert.deepEqual(
          [...headers.keys()].filter((name) => name.startsWith('access-control')),
          [],
        );
      }
    }));
});

describe('a request that may write', () => {
  const ways: Record<string, (server: TestServer) => Record<string, string>> = {
    'comes from a page on an origin that was named': () => ({Origin: page, 'Sec-Fetch-Site': 'cross-site'}),
    'comes from a page of the same origin': ({origin}) => ({Origin: origin, 'Sec-Fetch-Site': 'same-origin'}),
    'comes from a page of the same origin, behind a proxy that ends TLS': ({origin}) => ({Origin: origin.replace('http:', 'https:')}),
    'comes from a page of the same origin, behind a proxy that changes the host': () => ({
      Origin: 'https://public.example',
      'Sec-Fetch-Site': 'same-origin',
    }),
    'was typed by a person': () => ({'Sec-Fetch-Site': 'none'}),
    'comes from no browser': () => ({}),
  };

  for (const [what, headersFor] of Object.entries(ways)) {
    it(what, () =>
      withServer({origins: [page]}, async (server) => {
        const {create: creation, send, 'cancel by key': cancel} = await writes(server, headersFor(server));
        assert.deepEqual([creation?.status, send?.status, cancel?.status], [201, 200, 204]);
      }),
    );
  }

  it('still has to be one that a form cannot send', () =>
    withServer({}, async (server) => {
      const {status} = await ask('POST', server.endpoint, {...creationHeaders(3), 'Content-Type': 'text/plain'}, Buffer.from('a=b'));
      assert.equal(status, 400);
    }));
});
