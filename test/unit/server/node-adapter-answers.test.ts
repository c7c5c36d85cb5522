import assert from 'node:assert/strict';
import {once} from 'node:events';
import type {Server} from 'node:http';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {createConnection} from 'node:net';
import {describe, it} from 'node:test';

import {onClientError, toNodeListener} from '../../../src/server/index.js';
import {until} from '../../support/wait.js';
import {KiB, MiB, ask, begin, bytesOf} from './scene.js';

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

describe('an answer before the body has been read', () => {
  const refuse = async (): Promise<Response> => new Response('too large', {status: 413});

  it('reaches a client that has sent nothing', () =>
    under(refuse, async (origin) => {
      const {answer} = begin('PUT', origin, {...octets, 'Content-Length': String(50 * MiB)});
      const {status, text, headers} = await answer;
      assert.deepEqual([status, text, headers.get('connection')], [413, 'too large', 'close']);
    }));

  it('reaches a client that has sent much', () =>
    under(refuse, async (origin) => {
      const part = begin('PUT', origin, {...octets, 'Content-Length': String(50 * MiB)});
      part.request.on('error', () => undefined);
      for (let at = 0; at < 20; at++) part.request.write(long.subarray(0, 256 * KiB));
      assert.equal((await part.answer).status, 413);
    }));

  it('reaches a client that has sent everything by then, every time', () =>
    under(refuse, async (origin) => {
      for (let at = 0; at < 40; at++) {
        const {status, text} = await ask('PUT', origin, octets, long.subarray(0, 1 + at * 9000));
        assert.deepEqual([status, text], [413, 'too large']);
      }
    }));

  it('ends the connection when the rest has come, and no sooner than the answer has left', () =>
    under(refuse, async (origin) => {
      const part = begin('PUT', origin, {...octets, 'Content-Length': String(200 * KiB)});
      assert.equal((await part.answer).status, 413);
      part.request.end(long.subarray(0, 200 * KiB));
      await until('the connection to end', () => part.request.socket?.destroyed);
    }));

  it('leaves the connection alone where the body had been read', () =>
    under(
      async (request) => new Response(String((await request.arrayBuffer()).byteLength)),
      async (origin) => {
        const {headers} = await ask('PUT', origin, {...octets, Connection: 'keep-alive'}, long.subarray(0, 1000));
        assert.equal(headers.get('connection'), 'keep-alive');
      },
    ));
});

describe('what is not HTTP', () => {
  for (const [what, text, status] of [
    ['nonsense', 'hello there\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400],
    ['a length that is none', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n', 400],
    ['two lengths', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef', 400],
    ['a length and chunks', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['too many headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
  ] as const) {
    it(`as ${what} is answered ${status} in the protocol's words`, () =>
      under(
        async () => new Response('fine'),
        async (origin) => {
          const answer = await raw(origin, text);
          assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
          assert.match(answer, /Content-Type: application\/problem\+json/);
          assert.match(answer, /"type":"urn:chunks:bad-request"/);
          assert.equal((await ask('GET', origin)).text, 'fine');
        },
      ));
  }
});

describe('a handler that fails', () => {
  it('is answered 500', () =>
    under(
      () => Promise.reject(new Error('oh')),
      async (origin) => {
        const {status, text} = await ask('GET', origin);
        assert.equal(status, 500);
        assert.doesNotMatch(text, /oh/);
      },
    ));

  it('in the middle of its answer ends the connection, so that nobody takes it for whole', () =>
    under(
      async () => {
        let first = true;
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            if (!first) throw new Error('oh');
            first = false;
            controller.enqueue(long.subarray(0, 10));
          },
        });
        return new Response(body);
      },
      async (origin) => {
        await assert.rejects(ask('GET', origin));
      },
    ));
});
