import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import {Shelf} from '../../support/disk-file.js';
import {Chromium} from '../driver/chromium.js';
import type {Tab} from '../driver/tab.js';
import {Link, type LinkOptions} from '../line/link.js';
import {Server, type ServerKind} from '../servers/server.js';
import {bundlePages} from './bundles.js';

/** Who uploads, and how. */
export interface Contestant {
  /** As it stands in tables. */
  readonly name: string;
  /** The script in `pages/`. */
  readonly page: string;
  /** Attributes of our element. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** More for the address of its page. */
  readonly query?: Readonly<Record<string, string>>;
  /** Other things its page is told. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a page told of an upload. */
export interface Upload {
  /** From choosing the files to the end. */
  readonly ms: number;
  /** Longest gap of a timer of 25 ms. */
  readonly gap: number;
  /** Tasks over 50 ms, by the browser's own count. */
  readonly tasks: readonly number[];
  readonly facts: unknown;
}

/** The browser, servers and files of a measurement. Everything it made is gone after {@link close}. */
export class Stage {
  readonly chromium: Chromium;
  readonly shelf: Shelf;
  readonly #bundles: string;
  readonly #servers: Server[] = [];
  readonly #folders: string[] = [];

  private constructor(chromium: Chromium, shelf: Shelf, bundles: string) {
    this.chromium = chromium;
    this.shelf = shelf;
    this.#bundles = bundles;
    this.#folders.push(bundles);
  }

  static async open(): Promise<Stage> {
    const bundles = await bundlePages();
    return new Stage(await Chromium.start(), await Shelf.open(), bundles);
  }

  async serve(kind: ServerKind): Promise<Server> {
    const directory = await mkdtemp(join(tmpdir(), 'bench-server-'));
    this.#folders.push(directory);
    const server = await Server.start(kind, this.#bundles, directory);
    this.#servers.push(server);
    return server;
  }

  /** A page of a contestant, with files chosen. @param origin Of a server, or of a line to one. */
  async enter({page, attributes = {}, query: more = {}}: Contestant, origin: string, files: readonly string[], tab?: Tab): Promise<Tab> {
    const opened = tab ?? (await this.chromium.open());
    const query = new URLSearchParams({...more, attributes: JSON.stringify(attributes)});
    await opened.load(`${origin}/page/${page}?${query}`);
    await opened.evaluate(oneConnection);
    await opened.choose(files);
    await opened.point('#here');
    await sleep(choosing);
    return opened;
  }

  /** One whole upload, in a page of its own. */
  async upload(contestant: Contestant, origin: string, files: readonly string[]): Promise<Upload> {
    const tab = await this.enter(contestant, origin, files);
    try {
      return await tab.evaluate<Upload>(sending(contestant));
    } finally {
      await tab.close();
    }
  }

  /** As {@link upload}, over a line that is made for it. */
  async overLine(contestant: Contestant, server: Server, line: LinkOptions, files: readonly string[]): Promise<Upload & {link: Link}> {
    const link = await Link.open(server.port, line);
    try {
      return {...(await this.upload(contestant, link.origin, files)), link};
    } finally {
      await link.close();
    }
  }

  async close(): Promise<void> {
    await this.chromium.close();
    await Promise.all(this.#servers.map((server) => server.close()));
    await this.shelf.close();
    for (const folder of this.#folders) await rm(folder, {recursive: true, force: true});
  }
}

/** ms from when a pointer comes to a page's uploader until files are chosen. People need longer. */
const choosing = 1_000;

/** A page that was just loaded has a connection to its server. So has everybody here, and not more than one; the server closes no more of them. */
const oneConnection = "fetch('/favicon.ico', {cache: 'no-store'}).then(() => undefined)";

/** The call that uploads what was chosen. */
export const sending = ({options = {}}: Pick<Contestant, 'options'>): string => `contest.send(${JSON.stringify(options)})`;
