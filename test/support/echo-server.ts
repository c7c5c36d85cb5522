import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createServer as createTcpServer, type AddressInfo} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

/** What `/echo` says of the request that it got. */
export interface Echo {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number;
  readonly sha256: string;
}

/** What `/seen/{id}` says of the requests with `?id={id}`. */
export interface Seen {
  readonly requests: number;
  /** Questions of a browser whether a page of another origin may ask. They are no requests. */
  readonly preflights: number;
  /** Requests whose connection ended before they were answered. */
  readonly cut: number;
}

type Counts = {-readonly [Name in keyof Seen]: Seen[Name]};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What follows the first step of the path. */
  readonly rest: string;
}

type Route = (exchange: Exchange) => Promise<void> | void;

/** Names that a page on another origin may read. `X-Hidden` is sent too, and is not among them. */
const exposed = 'X-Test, Location, Retry-After';

async function echo({request, response, url}: Exchange): Promise<void> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const piece of request) {
    hash.update(piece as Buffer);
    length += (piece as Buffer).length;
  }
  const {method = '', headers} = request;
  const body = {method, path: url.pathname, headers, length, sha256: hash.digest('hex')};
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
}

async function status({request, response, url, rest}: Exchange): Promise<void> {
  await drain(request);
  response.writeHead(Number(rest), {'X-Test': 'a value', 'X-Hidden': 'yes', 'Retry-After': '7'});
  response.end(url.searchParams.get('text') ?? '');
}

async function redirect({request, response, url, rest}: Exchange): Promise<void> {
  await drain(request);
  response.writeHead(Number(rest), {Location: url.searchParams.get('to') ?? '/echo'}).end();
}

async function truncated({request, response, rest}: Exchange): Promise<void> {
  await drain(request);
  if (rest !== 'chunked') response.setHeader('Content-Length', '1000');
  response.write('{"half": ', () => response.destroy());
}

/** Slow enough that a body of some MiB is still under way when the client has seen that the request is here. */
async function slow({request}: Exchange): Promise<void> {
  for await (const piece of request) await sleep((piece as Buffer).length / 16_384);
}

async function half({request, response}: Exchange): Promise<void> {
  await drain(request);
  response.setHeader('Content-Length', '1000').write('{"half": ');
}

async function reset({request, rest}: Exchange): Promise<void> {
  if (rest === 'early') await once(request, 'readable');
  else await drain(request);
  request.socket.resetAndDestroy();
}

/** A URL of a port where nobody listens any more. */
async function closed({response}: Exchange): Promise<void> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  response.end(`http://localhost:${port}/`);
}

async function cookie({request, response}: Exchange): Promise<void> {
  await drain(request);
  response.setHeader('Set-Cookie', 'seen=yes; Path=/').end();
}

async function drain(request: IncomingMessage): Promise<void> {
  for await (const piece of request) void piece;
}

/**
 * An HTTP server whose paths say what it does: it answers, in all the ways there are, or does not. For pages of any origin, and for Node.
 *
 * `/echo` says what came · `/status/{n}?text=` · `/redirect/{n}?to=` · `/circle` · `/silent` never answers · `/slow` reads at its leisure and never answers ·
 * `/half` stops in its answer · `/truncated`, `/truncated/chunked`, `/reset`, `/reset/early` end the connection · `/closed` names a dead
 * port · `/cookie` sets one · `/seen/{id}` tells of the requests with `?id=`.
 */
export class EchoServer {
  readonly #server: Server;
  readonly #seen = new Map<string, Counts>();
  readonly #routes: Readonly<Record<string, Route>> = {
    ...{echo, status, redirect, slow, truncated, half, reset, closed, cookie},
    silent: ({request}) => drain(request),
    circle: ({response}) => void response.writeHead(302, {Location: '/circle'}).end(),
    seen: ({response, rest}) => void response.end(JSON.stringify(this.#of(rest))),
  };

  private constructor() {
    this.#server = createServer({requestTimeout: 0}, (request, response) => {
      this.#take(request, response).catch(() => response.destroy());
    });
  }

  static async open(): Promise<EchoServer> {
    const echoServer = new EchoServer();
    echoServer.#server.listen(0, '127.0.0.1');
    await once(echoServer.#server, 'listening');
    return echoServer;
  }

  /** Without a slash at its end. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #of(id: string): Counts {
    const seen = this.#seen.get(id) ?? {requests: 0, preflights: 0, cut: 0};
    this.#seen.set(id, seen);
    return seen;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (url.searchParams.get('cors') !== 'no') allow(request, response);
    const id = url.searchParams.get('id');
    if (request.method === 'OPTIONS') {
      if (id !== null) this.#of(id).preflights += 1;
      return void response.writeHead(204).end();
    }
    const [, name = '', rest = ''] = /^\/([^/]*)\/?(.*)$/.exec(url.pathname) ?? [];
    if (id !== null) this.#watch(this.#of(id), response);
    const route = this.#routes[name];
    if (route) await route({request, response, url, rest});
    else response.writeHead(404).end();
  }

  #watch(seen: Counts, response: ServerResponse): void {
    seen.requests += 1;
    response.on('close', () => {
      if (!response.writableFinished) seen.cut += 1;
    });
  }
}

/** Lets pages of every origin in, with whatever headers they have. */
function allow({headers}: IncomingMessage, response: ServerResponse): void {
  if (headers.origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', headers.origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE');
  response.setHeader('Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? '');
  response.setHeader('Access-Control-Expose-Headers', exposed);
  response.setHeader('Access-Control-Max-Age', '600');
}
