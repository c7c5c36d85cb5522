import {setTimeout as sleep} from 'node:timers/promises';

import type {Cdp} from './cdp.js';

interface Evaluated {
  readonly result: {readonly value?: unknown; readonly objectId?: string};
  readonly exceptionDetails?: {readonly text: string; readonly exception?: {readonly description?: string}};
}

/** Something in a page took longer than it may. */
export class TooSlow extends Error {}

/** ms that anything in a page may take, unless something else is said. */
const usualLimit = 120_000;

/** A page in a browser context of its own: nothing of other pages is kept there, no cache, no connection, no database. */
export class Tab {
  readonly #cdp: Cdp;
  readonly #session: string;
  readonly #close: () => Promise<void>;

  private constructor(cdp: Cdp, session: string, close: () => Promise<void>) {
    this.#cdp = cdp;
    this.#session = session;
    this.#close = close;
  }

  /** @param browserContextId Of a context to share with other tabs, that is left alone by {@link close}. */
  static async open(cdp: Cdp, browserContextId?: string): Promise<Tab> {
    const own = browserContextId === undefined;
    const context = browserContextId ?? (await cdp.send<{browserContextId: string}>('Target.createBrowserContext')).browserContextId;
    const where = {url: 'about:blank', browserContextId: context, newWindow: true, width: 1000, height: 800};
    const {targetId} = await cdp.send<{targetId: string}>('Target.createTarget', where);
    const {sessionId} = await cdp.send<{sessionId: string}>('Target.attachToTarget', {targetId, flatten: true});
    const dispose = (): Promise<unknown> => cdp.send('Target.disposeBrowserContext', {browserContextId: context});
    return new Tab(cdp, sessionId, async () => void (own ? await dispose() : await cdp.send('Target.closeTarget', {targetId})));
  }

  /** A command to this page in the words of the protocol. */
  send<T>(method: string, params: object = {}): Promise<T> {
    return this.#cdp.send<T>(method, params, this.#session);
  }

  /** Loads `url`, and waits until its scripts have made the contestant. */
  async load(url: string): Promise<void> {
    await this.send('Page.navigate', {url});
    const end = performance.now() + 30_000;
    while (!(await this.evaluate('globalThis.isReady === true').catch(() => false))) {
      if (performance.now() > end) throw new Error(`${url} did not get ready`);
      await sleep(20);
    }
  }

  /**
   * What an expression comes to, as plain data; promises are waited for, `limit` ms at most.
   *
   * @throws Error what the page threw. @throws TooSlow
   */
  async evaluate<T>(expression: string, limit = usualLimit): Promise<T> {
    const evaluated = this.send<Evaluated>('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true, userGesture: true});
    const {result, exceptionDetails} = await Promise.race([evaluated, late(expression, limit)]);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  }

  /** Puts files on disk into the page's `<input id="files">`: real ones, that the browser reads when it needs them. */
  async choose(paths: readonly string[]): Promise<void> {
    const {result} = await this.send<Evaluated>('Runtime.evaluate', {expression: 'document.querySelector("#files")'});
    await this.send('DOM.setFileInputFiles', {files: paths, objectId: result.objectId});
  }

  /** Moves the mouse to the middle of the first element that fits the selector. */
  async point(selector: string): Promise<void> {
    const box = `(({left, top, width, height}) => [left + width / 2, top + height / 2])(document.querySelector('${selector}').getBoundingClientRect())`;
    const [x, y] = await this.evaluate<[number, number]>(box);
    await this.send('Input.dispatchMouseEvent', {type: 'mouseMoved', x, y});
  }

  /** Closes it without asking, as a person who closes the tab does. */
  async close(): Promise<void> {
    await this.#close();
  }
}

async function late(what: string, limit: number): Promise<never> {
  await sleep(limit, undefined, {ref: false});
  throw new TooSlow(`${what}: not done after ${limit / 1000} s`);
}
