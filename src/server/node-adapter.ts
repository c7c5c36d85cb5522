import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http';
import {STATUS_CODES} from 'node:http';
import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import {bodyOf, discard} from './node-body.js';
import {internalError, problem} from './problem.js';

/** How long a client may take nothing of an answer, in ms, before its connection is cut. */
const stalledAfter = 120_000;

/** How long the rest of a refused body is read, so that the client gets to see the answer, in ms; and where the answer asks for less. */
const lingerTime = 2_000;
const briefly = 100;

/**
 * Runs a Fetch-style handler under node:http. When an answer is ready before the whole body has been read, it does what section 6 of the
 * protocol asks for: `Connection: close`, half-close, read on for 2 s at most, reset. For 100 ms only where the handler has set
 * `Connection: close` itself.
 */
export const toNodeListener =
  (handler: (request: Request) => Promise<Response>): RequestListener =>
  (incoming, outgoing) => {
    exchange(handler, incoming, outgoing).catch(() => outgoing.destroy());
  };

/** For the `clientError` event of a node:http server: answers what is not HTTP in the protocol's words, and closes. */
export function onClientError(error: Error & {code?: string}, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify({type: 'urn:chunks:bad-request', title: STATUS_CODES[status], status, detail: 'This is no HTTP request.'});
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

type Handler = (request: Request) => Promise<Response>;

async function exchange(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request = toRequest(incoming, gone.signal);
  const response = request
    ? await handler(request).catch(internalError)
    : problem('bad-request', 'This URL, method or Host cannot be read.');
  await respond(response, incoming, outgoing);
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const {method = 'GET', url = '/', headers, rawHeaders, httpVersion} = incoming;
  try {
    // RFC 9112, 3.2: HTTP/1.1 has a Host.
    if (!url.startsWith('/') || (headers.host === undefined && httpVersion !== '1.0')) return undefined;
    const scheme = 'encrypted' in incoming.socket ? 'https' : 'http';
    const init = {
      method,
      headers: new Headers(pairsOf(rawHeaders)),
      body: hasBody(incoming) ? bodyOf(incoming) : null,
      signal,
      duplex: 'half' as const,
    };
    return new Request(`${scheme}://${headers.host ?? 'localhost'}${url}`, init);
  } catch {
    return undefined;
  }
}

function hasBody({method, headers}: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return pairs;
}

async function respond(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const linger = response.headers.has('Connection') ? briefly : lingerTime;
  response.headers.delete('Connection');
  if (!incoming.complete) {
    outgoing.setHeader('Connection', 'close');
    lingerThenReset(incoming, outgoing, linger);
  }
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (response.body) await pour(response.body, outgoing);
  outgoing.end();
}

async function pour(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    if (outgoing.destroyed) return reader.cancel();
    if (!outgoing.write(value)) await drained(outgoing);
  }
}

const drained = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => outgoing.destroy(), stalledAfter);
    const settle = (): void => {
      clearTimeout(timer);
      outgoing.off('drain', settle).off('close', settle);
      resolve();
    };
    outgoing.on('drain', settle).on('close', settle);
  });

/**
 * Node closes a connection with unread data in one go: the client's system then answers the data with a reset and drops our answer
 * unread. So only our half is closed, and the other half is read for a while.
 */
function lingerThenReset(incoming: IncomingMessage, outgoing: ServerResponse, ms: number): void {
  const socket: Socket = incoming.socket;
  const closeWhole = socket.destroySoon.bind(socket);
  // What node:http calls when the answer has left.
  socket.destroySoon = () => (incoming.readableEnded ? closeWhole() : socket.end());
  const timer = setTimeout(() => socket.resetAndDestroy(), ms);
  socket.once('close', () => clearTimeout(timer));
  incoming.once('end', () => {
    if (outgoing.writableFinished) closeWhole();
  });
  discard(incoming);
}
