import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import type {Frame, Page} from 'puppeteer-core';

import {inEachBrowser} from '../support/browser.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';

/** What {@link watch} keeps in the page. */
declare const picking: {opened: string[]};

/** Tells from now on which pickers the element asks the browser for. Nobody is there to answer: the browser dismisses each. */
const watch = (frame: Frame): Promise<void> =>
  frame.evaluate(() => {
    const opened: string[] = [];
    Object.assign(window, {picking: {opened}});
    const input = document.querySelector('chunk-uploader')?.shadowRoot?.querySelector('input');
    input?.addEventListener('click', () => opened.push('input'));
    input?.addEventListener('cancel', () => opened.push('input dismissed'));
    const view = window as {showOpenFilePicker?: (options: unknown) => Promise<unknown>};
    const real = view.showOpenFilePicker?.bind(window);
    if (!real) return;
    view.showOpenFilePicker = async (options) => {
      try {
        return await real(options);
      } catch (error) {
        opened.push(`handles: ${error instanceof DOMException ? error.name : String(error)}`);
        throw error;
      }
    };
  });

const openedIn = (frame: Frame): Promise<readonly string[]> => frame.evaluate(() => picking.opened);

/** The frame from another origin, as soon as the element is in it. Until then puppeteer may still hold its empty beginning. */
async function frameWithElement(page: Page): Promise<Frame | undefined> {
  const frame = page.frames().find((one) => one.url().includes('localhost'));
  const isThere = await frame?.evaluate(() => Boolean(document.querySelector('chunk-uploader')?.shadowRoot?.querySelector('input')));
  return isThere ? frame : undefined;
}

async function clickButton(frame: Frame): Promise<void> {
  await (await frame.$('chunk-uploader >>> [part=button]'))?.click();
}

inEachBrowser('Somebody clicks the button and dismisses the picker', (browser, name) => {
  const expected = {chromium: ['handles: AbortError'], firefox: ['input']};

  const story = async (scene: Scene) => {
    const page = await scene.page({attributes: {accept: 'image/*,.mov'}});
    const frame = page.page.mainFrame();
    await watch(frame);
    await clickButton(frame);
    await until('a picker', async () => (await openedIn(frame)).length > 0);
    const opened = (await openedIn(frame)).slice(0, 1);
    await stays('no second picker', async () => (await openedIn(frame)).every((one) => one.startsWith(opened[0] ?? '?')), 500);
    return {opened, uploads: await page.uploads(), errors: page.errors};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('is asked with the best picker that the browser has, and with no second one', () => {
    assert.deepEqual(seen.opened, expected[name]);
  });

  it('hears nothing more of it', () => {
    assert.deepEqual([seen.uploads, seen.errors], [[], []]);
  });
});

inEachBrowser(
  'Somebody clicks the button in a frame of another origin, where no handles are given',
  (browser) => {
    const story = async (scene: Scene) => {
      const page = await scene.page();
      await page.page.evaluate(() => {
        const frame = document.createElement('iframe');
        Object.assign(frame, {width: '600', height: '400', src: location.href.replace('127.0.0.1', 'localhost')});
        document.body.prepend(frame);
      });
      const frame = await until('the frame', () => frameWithElement(page.page));
      await watch(frame);
      await clickButton(frame);
      await until('the input', async () => (await openedIn(frame)).includes('input dismissed'));
      return openedIn(frame);
    };
    let opened: readonly string[];

    before(async () => {
      opened = await inScene(browser(), {}, story);
    });

    it('gets the file input in answer to the same click', () => {
      assert.deepEqual(opened, ['handles: SecurityError', 'input', 'input dismissed']);
    });
  },
  ['chromium'],
);
