import type {Page} from 'puppeteer-core';

import type {UploaderPage} from './page.js';

/** Somebody at a window, with a browser's own means: other tabs, other pages, the way back. */
export class Person {
  /** Questions that the browser has asked before leaving. */
  readonly asked: string[] = [];
  readonly #page: Page;

  /** @param stays What is answered to such a question. */
  constructor({page}: UploaderPage, {stays}: {stays: boolean}) {
    this.#page = page;
    page.on('dialog', (dialog) => {
      this.asked.push(dialog.type());
      void (stays ? dialog.dismiss() : dialog.accept());
    });
  }

  /** Clicks somewhere: browsers ask only people who have touched the page. */
  touch(): Promise<void> {
    return this.#page.mouse.click(2, 2);
  }

  /** Follows a link to another page of the site. Resolves when the browser has begun to. */
  leave(): Promise<void> {
    return this.#page.evaluate(() => void setTimeout(() => (location.href = '/page?elsewhere'), 0));
  }

  /** Whether the other page is there. */
  async hasLeft(): Promise<boolean> {
    return this.#page.evaluate(() => location.search === '?elsewhere' && document.readyState === 'complete').catch(() => false);
  }

  /** Goes the way back. */
  back(): Promise<void> {
    return this.#page.evaluate(() => void setTimeout(() => history.back(), 0));
  }

  /** Opens another tab of the same window before this one. The function that comes back closes it. */
  async coverWithTab(): Promise<() => Promise<void>> {
    const tab = await this.#page.browserContext().newPage();
    await tab.bringToFront();
    return async () => {
      await tab.close();
      await this.#page.bringToFront();
    };
  }
}
