import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';
import type {Page} from 'puppeteer-core';

import type {UploaderPage} from './page.js';
import type {Scene} from './scene.js';
import {until} from './wait.js';

/** What test/support/tab-in-page.js keeps. */
interface TabInPage {
  readonly told: readonly string[];
  readonly heard: readonly number[];
  readonly persisted: boolean;
  since(): number;
  claim(): Promise<boolean>;
  wait(): void;
  takeOver(): void;
  release(): void;
  tell(confirmed: number): void;
  held(): Promise<number>;
}

declare const tab: TabInPage;

/** The adapter in one script that calls it `adapter`. */
async function bundle(): Promise<string> {
  const {outputFiles} = await build({
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    entryPoints: ['src/stores/tabs.ts'],
    write: false,
    bundle: true,
    format: 'iife',
    globalName: 'adapter',
    target: 'es2022',
  });
  return outputFiles[0]?.text ?? '';
}

/** For a page, as one script. */
export const adapterScript: Promise<string> = bundle();

const inPage = readFile(new URL('./tab-in-page.js', import.meta.url), 'utf8');

/** A tab that does what it is told with the upload `a`. The element is there as well, and has nothing to do. */
export class TabPage {
  readonly uploader: UploaderPage;

  private constructor(uploader: UploaderPage) {
    this.uploader = uploader;
  }

  static async open(scene: Scene): Promise<TabPage> {
    const opened = new TabPage(await scene.page());
    await opened.load();
    return opened;
  }

  get page(): Page {
    return this.uploader.page;
  }

  /** Brings the adapter into the page that is there now. */
  async load(): Promise<void> {
    const script = `${await adapterScript}\n;${await inPage}`;
    await this.page.evaluate((text) => {
      const element = document.createElement('script');
      element.textContent = text;
      document.head.append(element);
    }, script);
  }

  claim(): Promise<boolean> {
    return this.page.evaluate(() => tab.claim());
  }

  wait(): Promise<void> {
    return this.page.evaluate(() => tab.wait());
  }

  takeOver(): Promise<void> {
    return this.page.evaluate(() => tab.takeOver());
  }

  tell(confirmed: number): Promise<void> {
    return this.page.evaluate((bytes) => tab.tell(bytes), confirmed);
  }

  /** What happened to the claims of this tab, in its order. */
  told(): Promise<readonly string[]> {
    return this.page.evaluate(() => tab.told);
  }

  heard(): Promise<readonly number[]> {
    return this.page.evaluate(() => tab.heard);
  }

  /** Whether the page that is there is the one the adapter was brought into, and came back as it was. */
  cameBack(): Promise<boolean> {
    return this.page.evaluate(() => typeof tab === 'object' && tab.persisted).catch(() => false);
  }

  /** Waits until this tab has the upload, and gives how long that took since `began`, in ms since the epoch. */
  async gets(began: number, limit = 20_000): Promise<number> {
    await until('the upload to be in this tab', async () => (await this.told()).includes('has it'), {limit});
    return (await this.page.evaluate(() => tab.since())) - began;
  }

  /** Freezes the page; the function that comes back wakes it up. Chromium only. */
  async freeze(): Promise<() => Promise<void>> {
    const client = await this.page.createCDPSession();
    await client.send('Page.setWebLifecycleState', {state: 'frozen'});
    return async () => {
      await client.send('Page.setWebLifecycleState', {state: 'active'});
      await client.detach();
    };
  }
}
