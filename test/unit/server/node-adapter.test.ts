import assert from 'node:assert/strict';
import {once} from 'node:events';
import type {Server} from 'node:http';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {createConnection} from 'node:net';
import {describe, it} from 'node:test';

import {onClientError, toNodeListener} from '../../../src/server/index.js';
import {until} from '../../support/wait.js';
import {KiB, MiB, ask, begin, bytesOf, cut, hangUp, write} from './scene.js';

/** A handler under node:http. */
async function under(
  handler: (request: Request) => Promise<Response>,
  play: (origin: string, server: Server) => Promise<void>,
): Promise<void> {
  const server = createServer(toNodeListener(handler));
  server.on('clientError', onClientError);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await play(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** What comes back on a connection for these bytes. */
async function raw(origin: string, text: string): Promise<string> {
  const socket = createConnection(Number(new URL(origin).port), '127.0.0.1');
  socket.write(text, 'latin1');
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  return answer;
}

const octets = {'Content-Type': 'application/octet-stream'};
const long = bytesOf(MiB);

describe('a request, as the handler gets it', () => {
  it('has its method, URL and headers', () =>
    under(
      async ({method, url, headers}) => Response.json({method, url, x: headers.get('X-Own'), two: headers.get('X-Two')}),
      async (origin) => {
        const {text} = await ask('PUT', `${origin}/a/b?c=d`, {'X-Own': 'value'}, long.subarray(0, 3));
        assert.deepEqual(JSON.parse(text), {method: 'PUT', url: `${origin}/a/b?c=d`, x: 'value', two: null});
      },
    ));

  it('has both values of a header that came twice', () =>
    under(
      async ({headers}) => new Response(headers.get('upload-length')),
      async (origin) => {
        const answer = await raw(origin, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUpload-Length: 1\r\nUpload-Length: 2\r\n\r\n');
        assert.match(answer, /1, 2/);
      },
    ));

  it('has the bytes of its body, in order', () =>
    under(
      async (request) => new Response(await request.arrayBuffer()),
      async (origin) => {
        const response = await fetch(origin, {method: 'PUT', body: new Uint8Array(long)});
        assert.deepEqual(Buffer.from(await response.arrayBuffer()), long);
      },
    ));

  it('has no body when none was sent', () =>
    under(
      async ({body}) => Response.json(body === null),
      async (origin) => {
        for (const method of ['GET', 'PUT', 'DELETE', 'POST']) assert.equal((await ask(method, origin)).text, 'true', method);
      },
    ));

  it('is not made of a path that would name another host', () =>
    under(
      async ({url}) => new Response(new URL(url).host),
      async (origin) => {
        assert.match(
          await raw(origin, 'GET //evil.example/x HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n\r\n'),
          /good\.example$/m,
        );
      },
    ));

  it('that cannot be made is answered 400', () =>
    under(
      async () => new Response('never'),
      async (origin) => {
        for (const line of [
          'GET http://x/ HTTP/1.1\r\nHost: x',
          'OPTIONS * HTTP/1.1\r\nHost: x',
          'TRACE / HTTP/1.1\r\nHost: x',
          'GET / HTTP/1.1\r\nHost: a b',
        ]) {
          assert.match(await raw(origin, `${line}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 400 .*urn:chunks:bad-request/s, line);
        }
      },
    ));
});

describe('a body whose connection dies', () => {
  it('gives every byte that had arrived, then fails', () => {
    const got: {bytes: number; failed: boolean; aborted: boolean} = {bytes: 0, failed: false, aborted: false};
    return under(
      async ({body, signal}) => {
        signal.addEventListener('abort', () => (got.aborted = true));
        try {
          for await (const chunk of body ?? []) got.bytes += (chunk as Uint8Array).length;
        } catch {
          got.failed = true;
        }
        return new Response();
      },
      async (origin) => {
        const part = begin('PUT', origin, {...octets, 'Content-Length': String(MiB)});
        await write(part, long.subarray(0, 300_000));
        await cut(part);
        await until('the body to fail', () => got.failed);
        assert.equal(got.bytes, 300_000);
        await until('the signal to be aborted', () => got.aborted);
      },
    );
  });

  for (const size of [1, 10 * KiB, 40 * KiB, 200 * KiB]) {
    it(`gives all ${size} bytes though nobody was reading when it died`, () => {
      let bytes = 0;
      let letRead = (): void => undefined;
      const mayRead = new Promise<void>((resolve) => (letRead = resolve));
      let failed = false;
      return under(
        async ({body}) => {
          await mayRead;
          try {
            for await (const chunk of body ?? []) bytes += (chunk as Uint8Array).length;
          } catch {
            failed = true;
          }
          return new Response();
        },
        async (origin) => {
          const part = begin('PUT', origin, {...octets, 'Content-Length': String(MiB)});
          await write(part, long.subarray(0, size));
          await hangUp(part);
          letRead();
          await until('the body to fail', () => failed);
          assert.equal(bytes, size);
        },
      );
    });
  }

  it('does not end the server, though nobody listens any more', () =>
    under(
      async ({body}) => {
        await body?.cancel();
        return new Response('fine');
      },
      async (origin) => {
        for (let at = 0; at < 5; at++) {
          const part = begin('PUT', origin, {...octets, 'Content-Length': String(MiB)});
          part.request.write(long.subarray(0, 1000));
          await part.answer;
          part.request.destroy();
        }
        assert.equal((await ask('GET', origin)).text, 'fine');
      },
    ));
});
