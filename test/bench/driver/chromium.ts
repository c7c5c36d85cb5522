import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {setTimeout as sleep} from 'node:timers/promises';

import {CHROME_ARGS, ensureChromium} from '../../../tools/browsers.mjs';
import {Cdp} from './cdp.js';
import {Tab} from './tab.js';

/** A process of the browser, with the CPU time that it has used so far, in s. */
export interface BrowserProcess {
  readonly id: number;
  readonly type: string;
  readonly cpuTime: number;
}

/** A headless Chromium that only this bench talks to. */
export class Chromium {
  readonly cdp: Cdp;
  readonly #child: ChildProcess;
  readonly #profile: string;

  private constructor(child: ChildProcess, profile: string, cdp: Cdp) {
    this.#child = child;
    this.#profile = profile;
    this.cdp = cdp;
  }

  static async start(): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'bench-profile-'));
    const args = ['--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`, ...CHROME_ARGS, 'about:blank'];
    const child = spawn(await ensureChromium(), args, {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    const [, , , out, from] = child.stdio as unknown as [null, null, null, Writable, Readable];
    const chromium = new Chromium(child, profile, new Cdp(out, from));
    await chromium.#settle();
    return chromium;
  }

  /** `Chrome/156.0.8078.108`, as a number: 156. */
  async version(): Promise<number> {
    const {product} = await this.cdp.send<{product: string}>('Browser.getVersion');
    return Number(/\/(\d+)/.exec(product)?.[1]);
  }

  /** A new page in a context of its own. */
  open(): Promise<Tab> {
    return Tab.open(this.cdp);
  }

  /** A context whose storage outlives the tabs in it, for pages that come back. */
  async context(): Promise<{open(): Promise<Tab>; close(): Promise<void>}> {
    const {browserContextId} = await this.cdp.send<{browserContextId: string}>('Target.createBrowserContext');
    const close = async (): Promise<void> => void (await this.cdp.send('Target.disposeBrowserContext', {browserContextId}));
    return {open: () => Tab.open(this.cdp, browserContextId), close};
  }

  async processes(): Promise<readonly BrowserProcess[]> {
    const {processInfo} = await this.cdp.send<{processInfo: readonly BrowserProcess[]}>('SystemInfo.getProcessInfo');
    return processInfo;
  }

  async close(): Promise<void> {
    const gone = once(this.#child, 'exit');
    await this.cdp.send('Browser.close').catch(() => undefined);
    await Promise.race([gone, sleep(5_000)]);
    this.#child.kill('SIGKILL');
    await rm(this.#profile, {recursive: true, force: true, maxRetries: 5});
  }

  /** The first window starts processes of the browser's own; they have to be at rest before anything is measured. */
  async #settle(): Promise<void> {
    const tab = await this.open();
    await tab.evaluate('1');
    await sleep(1_500);
    await tab.close();
  }
}
