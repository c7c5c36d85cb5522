import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {HttpRequest} from '../../../src/core/ports.js';
import {withHeaders, type HeadersSource} from '../../../src/net/headers.js';
import {ScriptedHttp, type Step} from '../../support/scripted-http.js';

const endpoint = 'https://server.test/uploads';
const never = (): AbortSignal => new AbortController().signal;

/** An `Http` with the page's headers, what stands behind it, and a way to send through it. */
function scene(source: HeadersSource | undefined, ...steps: Step[]) {
  const inner = new ScriptedHttp(...steps);
  const http = withHeaders(
    inner,
    () => source,
    () => endpoint,
  );
  const send = (url = endpoint, request: Partial<HttpRequest> = {}, signal = never()) =>
    http.send('PUT', url, {timeout: 1_000, ...request}, signal);
  return {inner, send};
}

describe('headers of the page', () => {
  it('go with a request to the endpoint', async () => {
    const {inner, send} = scene({Authorization: 'Bearer 1'}, {});
    await send();
    assert.deepEqual(inner.last.headers, {Authorization: 'Bearer 1'});
  });

  it('go with a request to every path and query of its origin', async () => {
    const {inner, send} = scene({Authorization: 'Bearer 1'}, {}, {});
    await send('https://server.test/elsewhere?x=1');
    await send('https://server.test:443/');
    assert.deepEqual(
      inner.asked.map(({headers}) => headers?.['Authorization']),
      ['Bearer 1', 'Bearer 1'],
    );
  });

  it('do not go with a bare request', async () => {
    const {inner, send} = scene({Authorization: 'Bearer 1'}, {});
    await send(endpoint, {bare: true});
    assert.equal(inner.last.headers, undefined);
  });

  it('are not asked for when a request is bare', async () => {
    let asked = 0;
    const {send} = scene(() => ({count: String((asked += 1))}), {});
    await send(endpoint, {bare: true});
    assert.equal(asked, 0);
  });

  for (const url of [
    'https://evil.test/uploads',
    'http://server.test/uploads',
    'https://server.test:8443/uploads',
    'https://sub.server.test/uploads',
    'https://server.test.evil.test/uploads',
    'https://server.test@evil.test/uploads',
  ]) {
    it(`do not go to ${url}`, async () => {
      const {inner, send} = scene({Authorization: 'Bearer 1'}, {});
      await send(url);
      assert.deepEqual(inner.last.headers, {});
    });
  }

  it('may be none', async () => {
    const {inner, send} = scene(undefined, {});
    await send(endpoint, {headers: {'Upload-Length': '5'}});
    assert.deepEqual(inner.last.headers, {'Upload-Length': '5'});
  });

  it('change nothing else of the request', async () => {
    const {inner, send} = scene({'X-Team': 'a'}, {});
    const body = new Blob(['x']);
    const onSent = (): void => undefined;
    await send(endpoint, {body, onSent, timeout: 77});
    assert.deepEqual(
      [inner.last.method, inner.last.timeout, inner.last.body === body, inner.last.onSent === onSent],
      ['PUT', 77, true, true],
    );
  });

  it('are read anew for each request, and so is the endpoint', async () => {
    const inner = new ScriptedHttp({}, {});
    let now = {token: '1', endpoint: 'https://one.test/'};
    const http = withHeaders(
      inner,
      () => ({'X-Token': now.token}),
      () => now.endpoint,
    );
    await http.send('GET', 'https://one.test/', {timeout: 1}, never());
    now = {token: '2', endpoint: 'https://two.test/'};
    await http.send('GET', 'https://two.test/', {timeout: 1}, never());
    assert.deepEqual(
      inner.asked.map(({headers}) => headers),
      [{'X-Token': '1'}, {'X-Token': '2'}],
    );
  });
});

describe('a header that the protocol sets too', () => {
  it("is the protocol's", async () => {
    const {inner, send} = scene({'Upload-Length': '1', 'X-Team': 'a'}, {});
    await send(endpoint, {headers: {'Upload-Length': '5'}});
    assert.deepEqual(inner.last.headers, {'X-Team': 'a', 'Upload-Length': '5'});
  });

  it("is the protocol's, in whatever case the page writes it", async () => {
    const {inner, send} = scene({'upload-length': '1', 'CONTENT-RANGE': 'bytes 0-0/1', 'X-Team': 'a'}, {});
    await send(endpoint, {headers: {'Upload-Length': '5', 'Content-Range': 'bytes 0-4/5'}});
    assert.deepEqual(inner.last.headers, {'X-Team': 'a', 'Upload-Length': '5', 'Content-Range': 'bytes 0-4/5'});
  });
});

describe('a request with headers that fails', () => {
  it('fails as what stands behind it says', async () => {
    const {send} = scene({'X-Team': 'a'}, new UploadError('network', 'lost'));
    await assert.rejects(send(), {code: 'network'});
  });
});
