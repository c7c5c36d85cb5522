import {createHash} from 'node:crypto';
import {join} from 'node:path';

import type {Browser} from 'puppeteer-core';

import type {UploadHandlerOptions} from '../../src/server/index.js';
import {Shelf} from './disk-file.js';
import {Http2Front} from './http2-front.js';
import {KillableServer} from './killable-server.js';
import {UploaderPage} from './page.js';
import {Relay} from './relay.js';
import {freshFolder, removeFolder, serve, type SeenRequest, type TestServer} from './serve.js';
import type {Place, SceneOptions} from './scene-options.js';
import {serveWithPages} from './serve-with-pages.js';
import {ServerDoor} from './server-door.js';
import {pagePath, type PageOptions} from './site.js';
import {SmallDisk} from './small-disk.js';
import {bytesIn, rangesIn, uploadsIn} from './stored-uploads.js';
import {until} from './wait.js';

export type {SceneOptions} from './scene-options.js';

/** A server, a relay before it, files on a disk, and pages in one place. */
export class Scene {
  readonly relay: Relay;
  readonly shelf: Shelf;
  readonly #options: SceneOptions;
  readonly #place: Place;
  readonly #directory: string;
  readonly #disk: SmallDisk;
  #server: TestServer | undefined;
  #door: ServerDoor | undefined;
  #process: KillableServer | undefined;
  #second: TestServer | undefined;
  #front: Http2Front | undefined;

  private constructor(options: SceneOptions, place: Place, directory: string, shelf: Shelf, relay: Relay) {
    this.#options = options;
    this.#place = place;
    this.#directory = directory;
    this.#disk = new SmallDisk(directory);
    this.shelf = shelf;
    this.relay = relay;
  }

  /** @param place Where its pages are. It is closed together with the scene, before the rest of it. */
  static async open(place: Place, options: SceneOptions): Promise<Scene> {
    const [directory, shelf, relay] = await Promise.all([freshFolder(), Shelf.open(), Relay.open(0)]);
    const scene = new Scene(options, place, directory, shelf, relay);
    if (options.process) await scene.restart();
    else scene.#server = await serveWithPages({...options.serve, directory});
    relay.target = scene.#port;
    if (options.http2) scene.#front = await Http2Front.open(relay.port);
    return scene;
  }

  async close(): Promise<void> {
    await this.#place.close();
    await this.#front?.close();
    await this.relay.close();
    await this.#idle();
    await this.#server?.close();
    await this.#process?.kill();
    await this.#second?.close();
    await this.shelf.close();
    await this.#disk.close();
    await Promise.all([this.#directory, this.#second?.directory ?? []].flat().map(removeFolder));
  }

  /** The server in this process. Counts and requests are those of uploads; pages do not count. */
  get server(): {readonly bytesRead: number; readonly running: number; readonly port: number; readonly requests: readonly SeenRequest[]} {
    const server = this.#inside;
    return {
      bytesRead: server.bytesRead,
      running: server.running,
      port: server.port,
      requests: server.requests.filter(({path}) => path.startsWith('/uploads')),
    };
  }

  /** Where requests can be refused or kept waiting before the server in this process sees them. */
  get door(): ServerDoor {
    this.#door ??= new ServerDoor(this.#inside);
    return this.#door;
  }

  page(options: PageOptions = {}, context = this.#place.context): Promise<UploaderPage> {
    const path = pagePath({...options, attributes: {endpoint: '/uploads', ...options.attributes}});
    const origin = this.#front?.origin ?? `http://${this.#options.host ?? '127.0.0.1'}:${this.relay.port}`;
    return UploaderPage.open(context, origin + path);
  }

  /** How many bytes per second the server reads of bodies, all requests together. `Infinity` ends that. */
  serverReads(rate: number): void {
    this.#inside.rate = rate;
  }

  /** From now on the server reads nothing of bodies, until the function that comes back is called. */
  holdReads(): () => void {
    return this.#inside.hold();
  }

  /** What stands before the relay and speaks HTTP/2. */
  get front(): Http2Front {
    if (!this.#front) throw new Error('There is no HTTP/2 in this scene.');
    return this.#front;
  }

  /** A new handler on the same folder, that knows only what is on disk. */
  forget(changes: Partial<UploadHandlerOptions>): void {
    this.#inside.forget(changes);
  }

  /** A server that knows nothing of the first one's uploads. What it has counts as received. */
  async secondServer(): Promise<TestServer> {
    return (this.#second ??= await serve());
  }

  /** The server's disk has room for so many MiB. Needs the right to mount; before the first upload, and again to make it larger. */
  limitDisk(size: number): Promise<void> {
    return this.#disk.limit(size);
  }

  /** Ends the server's process: see {@link KillableServer.kill}. */
  async kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.#process?.kill(signal);
  }

  /** Starts a new process on what the last one left on the disk. */
  async restart(): Promise<void> {
    this.#process = await KillableServer.start(this.#directory);
    this.relay.target = this.#port;
  }

  /** Bytes of bodies that the server's handler has read; those that went by on the line where it is a process of its own. */
  get bytesRead(): number {
    return this.#server?.bytesRead ?? this.relay.bodyBytes;
  }

  /** Bytes that the server says it has, of all uploads together, asked past the relay. */
  async received(): Promise<number> {
    const second = this.#second;
    const [own, others] = await Promise.all([
      bytesIn(this.#directory, (path) => this.#ask(path)),
      second ? bytesIn(second.directory, (path) => second.ask(path)) : 0,
    ]);
    return own + others;
  }

  /** What the first server says it has of each upload, by path, asked past the relay. */
  ranges(): Promise<ReadonlyMap<string, readonly [number, number][]>> {
    return rangesIn(this.#directory, (path) => this.#ask(path));
  }

  /** MD5 of what can be read at a result's URL, asked past the relay. */
  async stored({url}: {readonly url: string | null}): Promise<string> {
    const answer = await this.#ask(new URL(url ?? '', 'http://story').pathname);
    if (!answer.ok || !answer.body) throw new Error(`${answer.status} for ${url}`);
    const hash = createHash('md5');
    for await (const piece of answer.body) hash.update(piece);
    return hash.digest('hex');
  }

  /** MD5 of every upload of a page that is done, by name. */
  async storedAll(page: UploaderPage): Promise<Readonly<Record<string, string>>> {
    const done = (await page.uploads()).flatMap(({name, status}) => (status.name === 'done' ? [{name, result: status.result}] : []));
    return Object.fromEntries(await Promise.all(done.map(async ({name, result}) => [name, await this.stored(result)] as const)));
  }

  /** Names of all complete uploads, as the server knows them. */
  async namesAtServer(): Promise<readonly string[]> {
    const asked = (await this.storedUploads()).map(async (id) => (await this.#ask(`/uploads/${id}`)).json());
    return ((await Promise.all(asked)) as {result?: {name: string}}[]).flatMap(({result}) => (result ? [result.name] : []));
  }

  /** The server throws away all uploads, as if somebody else had asked for it. */
  async discardAll(): Promise<void> {
    await Promise.all((await this.storedUploads()).map((id) => this.#ask(`/uploads/${id}`, 'DELETE')));
  }

  /** Where the server keeps the bytes of a complete upload. */
  contentOf(id: string): string {
    return join(this.#directory, id, 'content');
  }

  /** Ids of all uploads on the server's disk. */
  storedUploads(): Promise<readonly string[]> {
    return uploadsIn(this.#directory);
  }

  /** Cut requests are still being written down; what was held never ends, so this has a short limit. */
  async #idle(): Promise<void> {
    const server = this.#server;
    if (server) await until('the server to be idle', () => server.running === 0, {limit: 1000}).catch(() => undefined);
  }

  get #inside(): TestServer {
    if (!this.#server) throw new Error('This server is a process of its own and cannot be looked into.');
    return this.#server;
  }

  get #port(): number {
    return this.#process?.port ?? this.#inside.port;
  }

  #ask(path: string, method = 'GET'): Promise<Response> {
    return this.#server?.ask(path, method) ?? fetch(`http://127.0.0.1:${this.#port}${path}`, {method});
  }
}

/** Plays a story in a scene and a context of its own, which are gone afterwards whatever happens. */
export async function inScene<T>(browser: Browser, options: SceneOptions, story: (scene: Scene) => Promise<T>): Promise<T> {
  const context = await browser.createBrowserContext();
  return inSceneAt({context, close: () => context.close()}, options, story);
}

/** Plays a story in a scene whose pages are in `place`. Both are gone afterwards whatever happens. */
export async function inSceneAt<T>(place: Place, options: SceneOptions, story: (scene: Scene) => Promise<T>): Promise<T> {
  const scene = await Scene.open(place, options);
  try {
    return await story(scene);
  } finally {
    await scene.close();
  }
}
