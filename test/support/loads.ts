import type {UploaderPage} from './page.js';
import {killPages} from './page-processes.js';
import {until} from './wait.js';

/** Loads the page again, whatever it asks before that. Whether it asked. */
export async function reload(page: UploaderPage): Promise<boolean> {
  let asked = false;
  page.page.once('dialog', (dialog) => {
    asked = true;
    void dialog.accept();
  });
  const load = await page.page.evaluate(() => performance.timeOrigin);
  await page.page.reload();
  await until('the next page load', async () => (await page.page.evaluate(() => performance.timeOrigin)) !== load);
  await page.ready();
  return asked;
}

/** Leaves the page and opens it anew. Unlike {@link reload} nothing of its forms comes back: Firefox restores files with them. */
export async function openAgain(page: UploaderPage): Promise<void> {
  const url = page.page.url();
  page.page.once('dialog', (dialog) => void dialog.accept());
  await page.page.goto('about:blank');
  await page.page.goto(url);
  await page.ready();
}

/**
 * Ends the process of the page in the middle of whatever it does. In Firefox the browser has to be the story's own: all its pages go with
 * this one.
 */
export async function crash({page}: UploaderPage): Promise<void> {
  if ((await page.browser().version()).startsWith('firefox')) {
    if (killPages(page.browser()) === 0) throw new Error('No process of Firefox has a page in it.');
    return void (await until('the page to be gone', () =>
      page.evaluate('true').then(
        () => false,
        () => true,
      ),
    ));
  }
  const client = await page.createCDPSession();
  let isGone = false;
  page.once('error', () => (isGone = true));
  // No answer ever comes from a page that is gone.
  client.send('Page.crash').catch(() => undefined);
  await until('the page to be gone', () => isGone);
}

/** The words on the buttons of the first row. */
export const rowWords = (page: UploaderPage): Promise<readonly string[]> =>
  page.page.$$eval('chunk-uploader >>> [part~=row]:first-child button', (buttons) => buttons.map(({textContent}) => textContent.trim()));

/** Clicks with the mouse on a button of an interrupted upload's row, the first one: on its one thing to do where nothing else is said. */
export async function clickOnRow(page: UploaderPage, action = 'main'): Promise<void> {
  await page.becomes('interrupted');
  await page.page.bringToFront();
  // A row that has just come may still make room for what stands before it.
  await page.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const selector = `chunk-uploader >>> [part~=row]:first-child [part~=action-${action}]`;
  const button = await until('a button in the row', async () => (await page.page.$(selector)) ?? false);
  await button.click();
}

/** A page's script after which files are chosen by an input, as in browsers that give no handles: a driver fills no other picker. */
export const plainPicker = 'delete globalThis.showOpenFilePicker;';

/** Chooses `path` again for the first row. Needs {@link plainPicker}. */
export async function chooseAgain(page: UploaderPage, path: string): Promise<void> {
  const [chooser] = await Promise.all([page.page.waitForFileChooser({timeout: 20_000}), clickOnRow(page, 'choose')]);
  await chooser.accept([path]);
}
