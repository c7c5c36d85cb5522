import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import type {Server, ServerResponse} from 'node:http';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import type {UploadHandlerOptions} from '../../src/server/index.js';
import {createUploadHandler, nodeServerOptions, onClientError, toNodeListener} from '../../src/server/index.js';
import {metered} from './metered.js';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** Bytes of the body that the handler has read so far. */
  read: number;
  /** The answer's status, when there is one. */
  status?: number;
}

/** Answers in the handler's place, or lets it answer by calling `next`. */
export type Intercept = (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>;

/** What {@link serve} may be told. Options of the handler, and the port to listen on (default: any). */
export type ServeOptions = Partial<UploadHandlerOptions> & {readonly port?: number};

/** The upload handler over real node:http on 127.0.0.1, that can be told to misbehave and says what it saw. */
export class TestServer {
  readonly directory: string;
  /** Every request so far, in the order they came. */
  readonly requests: SeenRequest[] = [];
  /** Bytes per second that the handler reads, all requests together. */
  rate = Infinity;
  /** Stands before the handler. */
  intercept: Intercept = (request, next) => next(request);
  readonly #http: Server;
  readonly #options: UploadHandlerOptions;
  #handler: ReturnType<typeof createUploadHandler>;
  #running = 0;
  #held: Promise<void> | undefined;

  constructor(options: UploadHandlerOptions) {
    this.directory = options.directory;
    this.#options = options;
    this.#handler = createUploadHandler(options);
    this.#http = createServer(
      nodeServerOptions,
      toNodeListener((request) => this.#answer(request)),
    );
    this.#http.on('clientError', onClientError);
  }

  async listen(port: number): Promise<void> {
    this.#http.listen(port, '127.0.0.1');
    await once(this.#http, 'listening');
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** URL that creates uploads. */
  get endpoint(): string {
    return this.origin + (this.#options.path ?? '/uploads');
  }

  /** Bytes of files that the handler has read, all requests together. A claim has none. */
  get bytesRead(): number {
    const ofFiles = this.requests.filter(({headers}) => headers.get('content-type') !== 'application/json');
    return ofFiles.reduce((sum, {read}) => sum + read, 0);
  }

  /** How many requests have no answer yet. */
  get running(): number {
    return this.#running;
  }

  /** From now on the handler reads nothing of bodies, until the function that comes back is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.#held = new Promise((resolve) => (release = resolve));
    return () => {
      this.#held = undefined;
      release();
    };
  }

  /** The next `count` requests with this method are answered with `status`, and nothing of their bodies is read. */
  failNext(count: number, status = 500, method = 'PUT'): void {
    const before = this.intercept;
    let left = count;
    this.intercept = (request, next) => {
      if (request.method !== method || left === 0) return before(request, next);
      left--;
      return Promise.resolve(new Response(null, {status}));
    };
  }

  /** A new handler on the same folder, that knows only what is on disk. Requests under way stay with the old one. */
  forget(changes: Partial<UploadHandlerOptions> = {}): void {
    this.#handler.close();
    this.#handler = createUploadHandler({...this.#options, ...changes});
  }

  /** The handler's own answer to a request that came another way; it is not counted. */
  handle(request: Request): Promise<Response> {
    return this.#handler(request);
  }

  /** The handler's own answer to a request, past everything that misbehaves; it is not counted. */
  ask(path: string, method = 'GET'): Promise<Response> {
    return this.#handler(new Request(this.origin + path, {method}));
  }

  sweep(): Promise<number> {
    return this.#handler.sweep();
  }

  /** Takes no new connections and no further requests on the ones there are, lets running requests end, and resolves when they have. */
  async drain(): Promise<void> {
    this.#http.prependListener('request', (_, outgoing: ServerResponse) => void outgoing.setHeader('connection', 'close'));
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeIdleConnections();
    await closed;
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    this.#handler.close();
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }

  async #answer(request: Request): Promise<Response> {
    const seen: SeenRequest = {method: request.method, path: new URL(request.url).pathname, headers: request.headers, read: 0};
    this.requests.push(seen);
    this.#running++;
    try {
      const pace = {before: () => this.#held, rate: () => this.rate, onRead: (bytes: number) => (seen.read += bytes)};
      const response = await this.intercept(metered(request, pace), (asked) => this.#handler(asked));
      seen.status = response.status;
      return response;
    } finally {
      this.#running--;
    }
  }
}

/** Starts a {@link TestServer}; in a folder of its own, unless one is named. `close()` does not remove the folder: see {@link freshFolder}. */
export async function serve({port = 0, ...options}: ServeOptions = {}): Promise<TestServer> {
  const server = new TestServer({...options, directory: options.directory ?? (await freshFolder())});
  await server.listen(port);
  return server;
}

const folders: string[] = [];

/** An empty folder, that {@link removeFolders} removes. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chunks-'));
  folders.push(folder);
  return folder;
}

/** Removes one folder that {@link freshFolder} has made. */
export async function removeFolder(folder: string): Promise<void> {
  const at = folders.indexOf(folder);
  if (at >= 0) folders.splice(at, 1);
  await rm(folder, {recursive: true, force: true});
}

/** Removes all folders that {@link freshFolder} has made. For the end of a test file. */
export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, {recursive: true, force: true});
}
