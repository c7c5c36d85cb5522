import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';

import puppeteer from 'puppeteer-core';
import type {Browser} from 'puppeteer-core';

import {CHROME_ARGS, ensureChromium, findFirefox} from '../../tools/browsers.mjs';

/** The browsers that stories are told in. */
export type BrowserName = 'chromium' | 'firefox';

/** A name that leads to 127.0.0.1 in both browsers and, over plain http, makes no secure context. */
export const INSECURE_HOST = 'cms.test';

/** Puppeteer keeps background pages awake by default. People's browsers do not. */
const SLEEPLESS = ['--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows'];

/** How a browser differs from the usual one. */
export interface LaunchOptions {
  /** Arguments of puppeteer's that it is not to have, besides {@link SLEEPLESS}. Chromium only. */
  readonly without?: readonly string[];
  /** A program, with its arguments, that runs the command that follows: to take rights away, for instance. */
  readonly under?: readonly string[];
  /** Preferences of Firefox that are to be other than usual. */
  readonly prefs?: Readonly<Record<string, boolean | number>>;
  /** Folder of its profile, which stays when it ends. @default one that is removed at its end */
  readonly profile?: string;
}

const launchers = {
  chromium: async ({without = [], under = [], profile}: LaunchOptions) =>
    puppeteer.launch({
      ...(profile === undefined ? {} : {userDataDir: profile}),
      executablePath: await runnable(await ensureChromium(), under),
      args: [...CHROME_ARGS, `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`],
      ignoreDefaultArgs: [...SLEEPLESS, ...without],
      acceptInsecureCerts: true,
      protocolTimeout: 60_000,
    }),
  firefox: async ({under = [], prefs, profile}: LaunchOptions) =>
    puppeteer.launch({
      ...(profile === undefined ? {} : {userDataDir: profile}),
      browser: 'firefox',
      executablePath: await runnable(findFirefox() ?? '', under),
      // Without the first, "offline" never reaches a page: puppeteer switches it off.
      extraPrefsFirefox: {'network.manage-offline-status': true, 'network.dns.localDomains': INSECURE_HOST, ...prefs},
      acceptInsecureCerts: true,
      protocolTimeout: 60_000,
    }),
} satisfies Record<BrowserName, (options: LaunchOptions) => Promise<Browser>>;

/** Starts a browser of its own, to be closed by whoever asked for it. */
export const launch = (name: BrowserName, options: LaunchOptions = {}): Promise<Browser> => launchers[name](options);

/** One file that can be executed, for a program `under` another one. */
async function runnable(executable: string, under: readonly string[]): Promise<string> {
  if (under.length === 0) return executable;
  const script = join(await mkdtemp(join(tmpdir(), 'browser-')), 'run.sh');
  await writeFile(script, `#!/bin/sh\nexec ${[...under, executable].map((word) => `'${word}'`).join(' ')} "$@"\n`, {mode: 0o700});
  return script;
}

const wanted = (process.env['BROWSERS'] ?? 'chromium,firefox').split(',');

/** Firefox is not brought by the tests themselves: without it its stories are skipped, and are a failure where CI is set. */
const missing = (name: BrowserName): boolean => name === 'firefox' && !findFirefox();

/** One process of each browser for a whole test file; every scene has a context of its own in it. */
const running = new Map<BrowserName, Browser>();

async function launched(name: BrowserName): Promise<Browser> {
  const browser = running.get(name) ?? (await launch(name));
  running.set(name, browser);
  return browser;
}

after(async () => {
  await Promise.all([...running.values()].map((browser) => browser.close()));
});

/**
 * Tells a story once in each browser. The browser ends with the test file.
 *
 * @param tell Defines the tests. `browser` may be called inside them, not before.
 */
export function inEachBrowser(
  story: string,
  tell: (browser: () => Browser, name: BrowserName) => void,
  names: readonly BrowserName[] = ['chromium', 'firefox'],
): void {
  for (const name of names) {
    if (wanted.includes(name)) describe(`${story}, in ${name}`, () => (missing(name) ? tellMissing(name) : tellIn(name, tell)));
  }
}

function tellMissing(name: BrowserName): void {
  if (!process.env['CI']) return void it.skip(`no ${name} found`);
  it(`has ${name}`, () => {
    throw new Error(`No ${name} found, and CI is set.`);
  });
}

function tellIn(name: BrowserName, tell: (browser: () => Browser, name: BrowserName) => void): void {
  let browser: Browser | undefined;
  before(async () => {
    browser = await launched(name);
  });
  tell(() => {
    if (!browser) throw new Error('The browser is there only inside a test.');
    return browser;
  }, name);
}
