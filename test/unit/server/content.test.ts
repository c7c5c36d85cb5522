import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {attachment} from '../../../src/server/serve-content.js';
import {until} from '../../support/wait.js';
import {MiB, ask, bytesOf, content, create, created, metadataOf, put, withServer} from './scene.js';

const names: Record<string, string> = {
  'a plain one': 'holiday 2024 (1).jpg',
  'double quotes': 'a "quoted" name.txt',
  'single quotes and parentheses': "it's (really) *mine*.txt",
  'line breaks': 'one\r\nSet-Cookie: evil=1\r\n\r\n<script>.txt',
  'backslashes and slashes': '..\\..\\windows/../etc/passwd',
  'right-to-left text': '\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627.pdf',
  'a direction that tricks': 'photo\u202egpj.exe',
  emoji: '\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\uddea\ud83c\uddfa.png',
  '255 bytes': `${'\u00e9'.repeat(125)}.html`,
  NUL: 'a\0b',
  percent: '100%25 %41.txt',
  semicolons: 'a; filename=evil.exe',
  'nothing but dots': '...',
  'a byte-order mark': '\ufeffbom.txt',
  spaces: '  ',
  markup: '<img src=x onerror=alert(1)>.svg',
};

/** The name that a browser would take from `filename*`. */
function nameIn(disposition: string | null): string {
  const encoded = /^attachment; filename="[A-Za-z0-9 ._()-]*"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)$/.exec(disposition ?? '')?.[1];
  assert.ok(encoded, String(disposition));
  return decodeURIComponent(encoded);
}

describe('a name', () => {
  for (const [what, name] of Object.entries(names)) {
    it(`with ${what} comes back as it was, and safely in a header`, () =>
      withServer({}, async (server) => {
        const {said} = await create(server, 3, {body: Buffer.from('abc'), headers: {'Upload-Metadata': metadataOf({name})}});
        assert.equal(said.result.name, name);
        const {headers, text} = await ask('GET', server.origin + said.result.url);
        assert.equal(nameIn(headers.get('content-disposition')), name);
        assert.equal(headers.get('set-cookie'), null);
        assert.equal(text, 'abc');
      }));
  }

  it('that is missing is empty, and a download has one all the same', () =>
    withServer({}, async (server) => {
      const {said} = await create(server, 0);
      assert.equal(said.result.name, '');
      const {headers} = await ask('GET', server.origin + said.result.url);
      assert.equal(headers.get('content-disposition'), `attachment; filename="file"; filename*=UTF-8''file`);
    }));

  it('that is no well-formed text does not throw', () => {
    assert.equal(attachment('\ud800x'), `attachment; filename="_x"; filename*=UTF-8''%EF%BF%BDx`);
  });
});

describe('the content of a complete upload', () => {
  it('is a download that can run nothing, whatever it is said to be', () =>
    withServer({}, async (server) => {
      for (const type of ['text/html', 'image/svg+xml', 'text/javascript', 'x\r\nevil: 1', '']) {
        const headers = {'Upload-Metadata': metadataOf({name: 'x.html', type})};
        const {said} = await create(server, 8, {body: Buffer.from('<script>'), headers});
        assert.equal(said.result.type, type);
        const answer = await ask('GET', server.origin + said.result.url);
        assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
        assert.equal(answer.headers.get('content-security-policy'), "sandbox; default-src 'none'");
        assert.match(answer.headers.get('content-disposition') ?? '', /^attachment;/);
        assert.equal(answer.headers.get('content-length'), '8');
        assert.equal(answer.headers.get('evil'), null);
      }
    }));

  it('is there only when it is complete', () =>
    withServer({}, async (server) => {
      const url = await created(server, 10);
      await put(url, bytesOf(10), 0, 9);
      assert.equal((await ask('GET', `${url}/content`)).status, 404);
      await put(url, bytesOf(10), 9, 10);
      assert.equal((await ask('GET', `${url}/content`)).status, 200);
    }));

  it('can be read by many at once', () =>
    withServer({}, async (server) => {
      const file = bytesOf(2 * MiB + 3);
      const url = await created(server, file.length);
      const {said} = await put(url, file);
      for (const bytes of await Promise.all(Array.from({length: 6}, () => content(server, said.result)))) assert.deepEqual(bytes, file);
    }));

  it('is read no faster than the client takes it, and given up when the client leaves', () =>
    withServer({}, async (server) => {
      const file = bytesOf(48 * MiB);
      const url = await created(server, file.length);
      const {said} = await put(url, file);
      let sent = 0;
      server.intercept = async (request, next) => {
        const response = await next(request);
        const counting = new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            sent += chunk.length;
            controller.enqueue(chunk);
          },
        });
        return new Response(response.body?.pipeThrough(counting) ?? null, response);
      };
      const leave = new AbortController();
      const response = await fetch(server.origin + said.result.url, {signal: leave.signal});
      await until('the line to be full', async () => {
        const before = sent;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return sent > 0 && sent === before;
      });
      assert.ok(sent < file.length, `${sent} bytes were read`);
      leave.abort();
      await response.body?.cancel().catch(() => undefined);
      assert.equal((await ask('GET', url)).status, 200);
    }));
});
