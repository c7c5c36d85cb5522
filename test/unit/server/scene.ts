import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import type {ClientRequest, IncomingMessage} from 'node:http';
import {request} from 'node:http';
import type {Socket} from 'node:net';

import type {ServeOptions, TestServer} from '../../support/serve.js';
import {removeFolders, serve} from '../../support/serve.js';
import {blocksHeader, type Algorithm} from './sample-file.js';

export {KiB, MiB, block, blocksHeader, bytesOf, digestsOf, rootOf} from './sample-file.js';

/** What the server says of an upload, or of a problem: whatever was in the JSON. */
export interface Said {
  readonly size: number;
  readonly received: [number, number][];
  readonly complete: boolean;
  readonly result: {
    readonly url: string;
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly algorithm: string;
    readonly digest: string | null;
  };
  readonly parts: {readonly min: number; readonly preferred: number; readonly max: number; readonly parallel: number};
  readonly refused?: {readonly status: number; readonly type: string; readonly until: string};
  readonly expires: string;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly blocks: number[];
}

/** An answer that has been read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly said: Said;
}

type HeaderInit = Readonly<Record<string, string>>;

/** These headers, but for one. */
export const without = (headers: HeaderInit, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

/** A key as clients make it. */
export const newKey = (): string => randomBytes(16).toString('hex');

/** `Upload-Metadata` for these values. */
export const metadataOf = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

/** Starts a server, hands it to `play`, and closes it whatever happens. */
export async function withServer(options: ServeOptions, play: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await serve(options);
  try {
    await play(server);
  } finally {
    await server.close();
    await removeFolders();
  }
}

/** One request, answered to its end, over a connection of its own. */
export async function ask(method: string, url: string, headers: HeaderInit = {}, body?: Uint8Array): Promise<Answer> {
  const exchange = begin(
    method,
    url,
    body
      ? {'Content-Type': 'application/octet-stream', 'Content-Length': String(body.length), ...headers}
      : {'Content-Length': '0', ...headers},
  );
  if (body) exchange.request.write(body);
  exchange.request.end();
  return exchange.answer;
}

/** A request whose body is written bit by bit. */
export interface Exchange {
  readonly request: ClientRequest;
  /** Rejects when no whole answer came. */
  readonly answer: Promise<Answer>;
}

/** Begins a request; nothing of its body is sent yet, but its head is. */
export function begin(method: string, url: string, headers: HeaderInit): Exchange {
  // As it is written: an URL object would tidy up what these tests want to send.
  const {hostname, port} = new URL(url);
  const path = /^http:\/\/[^/]*(\/.*)?$/s.exec(url)?.[1] ?? '/';
  const outgoing = request({method, hostname, port, path, headers, agent: false});
  outgoing.flushHeaders();
  const answer = new Promise<Answer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => void readAnswer(incoming).then(resolve, reject));
  });
  answer.catch(() => undefined);
  return {request: outgoing, answer};
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.append(name, String(value));
  const isJson = headers.get('content-type')?.includes('json');
  return {status: incoming.statusCode ?? 0, headers, text, said: (isJson ? JSON.parse(text) : {}) as Said};
}

/** What {@link create} may be told. */
export interface CreateOptions {
  readonly key?: string;
  readonly algorithm?: Algorithm | 'none';
  readonly body?: Uint8Array;
  readonly writer?: string;
  readonly headers?: HeaderInit;
}

/** Headers of a creation. */
export const creationHeaders = (
  size: number,
  {key = newKey(), algorithm, writer, headers}: CreateOptions = {},
): Record<string, string> => ({
  'Upload-Length': String(size),
  'Idempotency-Key': `"${key}"`,
  ...(algorithm && {'Upload-Digest': algorithm}),
  ...(writer && {'Upload-Writer': writer}),
  ...headers,
});

/** Creates an upload. */
export const create = (server: TestServer, size: number, options: CreateOptions = {}): Promise<Answer> =>
  ask('POST', server.endpoint, creationHeaders(size, options), options.body);

/** Creates an upload and returns its URL. */
export async function created(server: TestServer, size: number, options: CreateOptions = {}): Promise<string> {
  const {status, headers} = await create(server, size, options);
  assert.equal(status, 201);
  return server.origin + headers.get('location');
}

/** Headers of the part of `file` from `start` to `end`. */
export const partHeaders = (file: Uint8Array, start: number, end: number, headers: HeaderInit = {}): Record<string, string> => ({
  'Content-Range': `bytes ${start}-${end - 1}/${file.length}`,
  'Content-Length': String(end - start),
  'Content-Type': 'application/octet-stream',
  'Upload-Writer': '1-writer-one',
  ...headers,
});

/** Sends a part whole. */
export const put = (url: string, file: Uint8Array, start = 0, end = file.length, headers: HeaderInit = {}): Promise<Answer> =>
  ask('PUT', url, partHeaders(file, start, end, headers), file.subarray(start, end));

/** Sends a part whole, with the digests of its blocks. */
export const putChecked = (url: string, file: Uint8Array, start = 0, end = file.length, headers: HeaderInit = {}): Promise<Answer> =>
  put(url, file, start, end, {'Upload-Blocks': blocksHeader(file, start, end), ...headers});

/** Begins a part; its bytes are for the test to write. */
export const beginPut = (url: string, file: Uint8Array, start = 0, end = file.length, headers: HeaderInit = {}): Exchange =>
  begin('PUT', url, partHeaders(file, start, end, headers));

/** Asks for the status. */
export const status = async (url: string, headers: HeaderInit = {}): Promise<Said> => (await ask('GET', url, headers)).said;

/** What the server says that it has. */
export const received = async (url: string, headers: HeaderInit = {}): Promise<[number, number][]> => (await status(url, headers)).received;

/** The bytes of a complete upload. */
export async function content(server: TestServer, {url}: {readonly url: string}): Promise<Buffer> {
  const response = await fetch(new URL(url, server.origin));
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

/** Writes bytes and waits until they are with the system. */
export async function write({request}: Exchange, bytes: Uint8Array): Promise<void> {
  if (!request.write(bytes)) await once(request, 'drain');
}

/** Cuts a request's connection, after what was written has left, and waits until both ends know. */
export async function cut(exchange: Exchange): Promise<void> {
  const socket = await hangUp(exchange);
  if (!socket.destroyed) await once(socket, 'close').catch(() => undefined);
}

/** Cuts a request's connection, after what was written has left. */
export async function hangUp({request}: Exchange): Promise<Socket> {
  const socket = request.socket ?? ((await once(request, 'socket')) as [Socket])[0];
  socket.end();
  return socket;
}

/** Bytes in ranges. */
export const total = (ranges: readonly [number, number][]): number => ranges.reduce((sum, [start, end]) => sum + end - start, 0);
