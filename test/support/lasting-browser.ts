import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import type {Browser, BrowserContext} from 'puppeteer-core';

import {launch} from './browser.js';
import type {BrowserName, LaunchOptions} from './browser.js';
import type {Place, SceneOptions} from './scene-options.js';
import {inSceneAt} from './scene.js';
import type {Scene} from './scene.js';
import {until} from './wait.js';

/** A browser with a profile that outlives its processes: it can be killed in the middle of a story and started again on what it had stored. */
export class LastingBrowser implements Place {
  readonly #name: BrowserName;
  readonly #options: LaunchOptions & {readonly profile: string};
  #browser: Browser;

  private constructor(name: BrowserName, options: LaunchOptions & {readonly profile: string}, browser: Browser) {
    this.#name = name;
    this.#options = options;
    this.#browser = browser;
  }

  /** Starts on an empty profile. */
  static async start(name: BrowserName, options: LaunchOptions = {}): Promise<LastingBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'profile-'));
    try {
      return new LastingBrowser(name, {...options, profile}, await launch(name, {...options, profile}));
    } catch (error) {
      await rm(profile, {recursive: true, force: true});
      throw error;
    }
  }

  /** The one context whose data are in the profile. */
  get context(): BrowserContext {
    return this.#browser.defaultBrowserContext();
  }

  /** SIGKILL for all its processes at once: none gets to say or write anything more. Resolves when they are gone. */
  async kill(): Promise<void> {
    const main = this.#browser.process();
    if (main?.pid === undefined) throw new Error('The browser has no process.');
    const {pid} = main;
    const ended = main.exitCode === null && main.signalCode === null ? once(main, 'exit') : undefined;
    signalGroup(pid);
    await ended;
    await until('all processes of the browser to be gone', () => !signalGroup(pid), {limit: 5_000}).catch(() => undefined);
    // Puppeteer puts back what it had changed in a profile of Firefox; the next start changes it again.
    await until('the profile to be left alone', () => !['prefs.js', 'user.js'].some((file) => this.#has(`${file}.puppeteer`)));
  }

  /** Starts it again on the same profile, after {@link kill}. */
  async restart(): Promise<void> {
    this.#browser = await launch(this.#name, this.#options);
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.kill();
    await rm(this.#options.profile, {recursive: true, force: true, maxRetries: 5});
  }

  #has(file: string): boolean {
    return existsSync(join(this.#options.profile, file));
  }
}

/** Whether there was still somebody in the group. */
function signalGroup(pid: number): boolean {
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Plays a story in a scene, with a browser and a profile of its own. All is gone afterwards whatever happens. */
export async function inLastingScene<T>(
  name: BrowserName,
  options: SceneOptions,
  story: (scene: Scene, browser: LastingBrowser) => Promise<T>,
): Promise<T> {
  const browser = await LastingBrowser.start(name);
  return inSceneAt(browser, options, (scene) => story(scene, browser));
}
