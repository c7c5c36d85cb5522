import {readFile} from 'node:fs/promises';

import type {BrowserContext, Page} from 'puppeteer-core';

import type {StatusSnapshot, Totals, UploadSnapshot} from '../../src/core/snapshot.js';
import type {Bar, Command, InPage, Seen, SentRequest, TimedEntry} from './page-face.js';
import {until} from './wait.js';
import type {Found, Patience} from './wait.js';

declare const journey: InPage;

const inPage = readFile(new URL('./in-page.js', import.meta.url), 'utf8');

/** Firefox tells of what it did not load or allow as if a script had thrown it. */
const isRefusal = /^Error: (Content-Security-Policy: |Loading Worker from )/;

/** A page with the element, and a person before it. */
export class UploaderPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens `url` in a window of its own and waits until the element is defined. Errors the page does not catch end up in {@link errors}. */
  static async open(context: BrowserContext, url: string): Promise<UploaderPage> {
    const page = await context.newPage({type: 'window'});
    const opened = new UploaderPage(page);
    page.on('pageerror', (error) => {
      if (!isRefusal.test(String(error))) opened.errors.push(String(error));
    });
    await page.evaluateOnNewDocument(await inPage);
    await page.goto(url);
    await opened.ready();
    return opened;
  }

  /** Waits until the element is defined, after the page was loaded. */
  async ready(): Promise<void> {
    await until('the element to be defined', () => this.page.evaluate(() => customElements.get('chunk-uploader') !== undefined));
  }

  /** What the page threw and nobody caught. */
  readonly errors: string[] = [];

  /** Chooses files by the real input. */
  async pick(...paths: string[]): Promise<void> {
    const input = await this.page.$('chunk-uploader >>> input[type=file]:not([webkitdirectory])');
    if (!input) throw new Error('There is no file input in the element.');
    await (input as unknown as {uploadFile(...paths: string[]): Promise<void>}).uploadFile(...paths);
  }

  /** Drops files from outside the browser on the middle of the element. Chromium only: Firefox's driver has no drags. */
  async drop(...paths: string[]): Promise<void> {
    const client = await this.page.createCDPSession();
    const {x, y} = await this.page.$eval('chunk-uploader', (element) => {
      const {left, top, width, height} = element.getBoundingClientRect();
      return {x: left + width / 2, y: top + height / 2};
    });
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await client.send('Input.dispatchDragEvent', {type, x, y, data: {items: [], files: paths, dragOperationsMask: 1}});
    }
    await client.detach();
  }

  /** Calls a method of the element; without `id` it concerns all uploads. */
  call(method: Command, id?: string): Promise<void> {
    return this.page.evaluate(
      (name, which) => void (journey.element as unknown as Record<string, (id?: string) => void>)[name]?.(which),
      method,
      id,
    );
  }

  /** Sets a property of the element to plain data. */
  set(property: string, value: unknown): Promise<void> {
    return this.page.evaluate((name, data) => void Object.assign(journey.element, {[name]: data}), property, value);
  }

  uploads(): Promise<readonly UploadSnapshot[]> {
    return this.page.evaluate(() => journey.element.uploads);
  }

  totals(): Promise<Totals> {
    return this.page.evaluate(() => journey.element.progress);
  }

  /** The upload of a name; without one, the first. */
  async upload(name?: string): Promise<UploadSnapshot> {
    const found = (await this.uploads()).find((upload) => name === undefined || upload.name === name);
    if (!found) throw new Error(`There is no upload ${name ?? ''}`);
    return found;
  }

  bars(): Promise<readonly Bar[]> {
    return this.page.evaluate(() => journey.bars());
  }

  /** The names of the files as the rows show them. */
  shownNames(): Promise<readonly string[]> {
    return this.page.evaluate(() => journey.names());
  }

  /** The failures as the rows tell them. */
  shownErrors(): Promise<readonly string[]> {
    return this.page.evaluate(() => journey.failures());
  }

  /** All requests, answers and events so far, in their order. */
  log(): Promise<readonly TimedEntry[]> {
    return this.page.evaluate(() => journey.log);
  }

  /** All events so far, or those of one type. */
  events(type?: string): Promise<readonly Seen[]> {
    return this.page.evaluate((wanted) => journey.events.filter((event) => wanted === undefined || event.type === wanted), type);
  }

  /** The requests of the element so far, in the order they were sent. */
  requests(): Promise<readonly SentRequest[]> {
    return this.page.evaluate(() => journey.requests.map(({method, url}) => ({method, url})));
  }

  /** How many requests are under way. */
  pending(): Promise<number> {
    return this.page.evaluate(() => journey.pending());
  }

  /** How many requests were under way at each `upload-error`. */
  pendingAtError(): Promise<readonly number[]> {
    return this.page.evaluate(() => journey.pendingAtError);
  }

  /** From now on a request that is aborted goes on and tells nobody: it never settles. */
  ignoreAborts(): Promise<void> {
    return this.page.evaluate(() => void (XMLHttpRequest.prototype.abort = () => undefined));
  }

  /** Ends all workers from outside as soon as something has been digested, and gives the bytes digested by then. */
  terminateWorkers(): Promise<number> {
    // All of it in the page: digesting does not wait for a driver to look.
    return this.page.evaluate(async () => {
      while (journey.element.progress.hashed === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      for (const worker of journey.workers) worker.terminate();
      return journey.element.progress.hashed;
    });
  }

  /** How many workers were made in the page, and how many of them were terminated. */
  workers(): Promise<{made: number; terminated: number}> {
    return this.page.evaluate(() => ({made: journey.workers.length, terminated: journey.terminated.size}));
  }

  /** Takes the element out of the page. */
  remove(): Promise<void> {
    return this.page.evaluate(() => journey.element.remove());
  }

  /** Puts the element into the page, at another place when it is in it. */
  putIn(place = 'body'): Promise<void> {
    return this.page.evaluate((selector) => document.querySelector(selector)?.append(journey.element), place);
  }

  /** Listeners on the window and the document that were added and not taken away, but those of the stories. */
  listeners(): Promise<readonly string[]> {
    return this.page.evaluate(() => journey.listeners());
  }

  /** Gives the element a `headers` function. It gives `Token good`; after {@link expireToken} once `Token expired`, then `Token fresh`. */
  withToken(): Promise<void> {
    return this.page.evaluate(() => {
      journey.element.headers = () => ({authorization: `Token ${journey.tokens.length > 1 ? journey.tokens.shift() : journey.tokens[0]}`});
    });
  }

  /** See {@link withToken}. */
  expireToken(): Promise<void> {
    return this.page.evaluate(() => void (journey.tokens = ['expired', 'fresh']));
  }

  /** Which rung of the ladder does the hashing, and why not the ones before. */
  hasher(): Promise<{source: string; why: readonly string[]}> {
    return this.page.evaluate(() => journey.element.hasher ?? {source: 'none', why: []});
  }

  /** Waits until `look` finds something in an upload. */
  when<T>(
    what: string,
    look: (upload: UploadSnapshot) => T,
    {name, ...patience}: Patience & {name?: string} = {},
  ): Promise<Found<Awaited<T>>> {
    return until(what, async () => look(await this.upload(name)), patience) as Promise<Found<Awaited<T>>>;
  }

  /** Waits for an upload's status. One that fails instead of getting done is told at once, unless it may go on `byItself`. */
  async becomes<Name extends StatusSnapshot['name']>(
    status: Name,
    {byItself = false, ...options}: Patience & {name?: string; byItself?: boolean} = {},
  ): Promise<UploadSnapshot & {status: {name: Name}}> {
    let last: UploadSnapshot | undefined;
    const look = (upload: UploadSnapshot): UploadSnapshot | undefined => {
      last = upload;
      const over = upload.status.name === status || (status === 'done' && upload.status.name === 'failed' && !byItself);
      return over ? upload : undefined;
    };
    const waited = this.when(`status ${status}`, look, {limit: 30_000, ...options});
    const upload = await waited.catch((error: unknown) => {
      throw new Error(`Waited for ${status}, and it was ${JSON.stringify(last)}`, {cause: error});
    });
    if (upload.status.name !== status) throw new Error(`Waited for ${status}, and it became ${JSON.stringify(upload.status)}`);
    return upload as UploadSnapshot & {status: {name: Name}};
  }

  /** Confirmed bytes as they were shown one after the other, over all events of an upload. */
  async confirmedOverTime(): Promise<readonly number[]> {
    return (await this.events()).flatMap(({upload}) => (upload ? [upload.progress.confirmed] : []));
  }
}
