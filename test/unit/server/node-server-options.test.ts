import assert from 'node:assert/strict';
import {once} from 'node:events';
import type {ServerOptions} from 'node:http';
import {createServer} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import {createConnection} from 'node:net';
import {describe, it} from 'node:test';

import {createUploadHandler, nodeServerOptions, onClientError, toNodeListener} from '../../../src/server/index.js';
import {freshFolder} from '../../support/serve.js';

/** Limits cut to a hundredth, and looked at often enough. */
const often = {connectionsCheckingInterval: 30};

/** A server with these options, and a connection to it. */
async function connected(options: ServerOptions, play: (socket: Socket, answer: Promise<string>) => Promise<void>): Promise<void> {
  const handler = createUploadHandler({directory: await freshFolder()});
  const server = createServer({...options, ...often}, toNodeListener(handler));
  server.on('clientError', onClientError);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('error', () => undefined).on('data', (bytes) => (text += String(bytes)));
  const answer = once(socket, 'close').then(() => text);
  try {
    await play(socket, answer);
  } finally {
    handler.close();
    socket.destroy();
    server.close();
    server.closeAllConnections();
  }
}

/** Sends a creation whose 50 bytes take more than a second. */
async function sendSlowly(socket: Socket): Promise<void> {
  const head = ['POST /uploads HTTP/1.1', 'Host: x', 'Connection: close', 'Content-Type: application/octet-stream', 'Content-Length: 50'];
  socket.write(`${head.join('\r\n')}\r\nUpload-Length: 50\r\nIdempotency-Key: "0123456789abcdef"\r\n\r\n`);
  for (let at = 0; at < 50 && socket.writable; at++) {
    socket.write('x');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe('a part that takes longer than Node gives a request', () => {
  it('is cut by Node, when it is asked to', () =>
    connected({requestTimeout: 500, headersTimeout: 400}, async (socket, answer) => {
      await sendSlowly(socket);
      assert.match(await answer, /^HTTP\/1\.1 408 /);
    }));

  it('is not cut with the options that come with the handler', () =>
    connected(nodeServerOptions, async (socket, answer) => {
      await sendSlowly(socket);
      assert.match(await answer, /^HTTP\/1\.1 200 .*"complete":true/s);
    }));
});

describe('a client that does not come to the point', () => {
  const hasty = {...nodeServerOptions, headersTimeout: 200};

  it('with its head is told so in the words of the protocol, and cut', () =>
    connected(hasty, async (socket, answer) => {
      socket.write('PUT /uploads HTTP/1.1\r\nHost: x\r\nUpload-');
      assert.match(await answer, /^HTTP\/1\.1 408 .*application\/problem\+json.*"status":408/s);
    }));

  it('and says nothing at all is cut', () =>
    connected(hasty, async (_, answer) => {
      assert.doesNotMatch(await answer, /HTTP\/1\.1 [235]/);
    }));

  it('has at most half a minute by default', () => {
    const {headersTimeout, connectionsCheckingInterval} = nodeServerOptions;
    assert.ok(headersTimeout + connectionsCheckingInterval <= 30_000);
  });
});
