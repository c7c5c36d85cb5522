import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import {comesBack} from './returns.js';
import type {Play, Row} from './row.js';
import type {Stage} from './stage.js';

/** What a site may store in these rows: less than the file. */
const quota = 4 * MiB;

/** Puts as many bytes into a database of the page's own, and gives the name of the error that comes of it. */
const tryToStore = ({page}: UploaderPage, size: number): Promise<string> =>
  page.evaluate(
    (length) =>
      new Promise<string>((resolve) => {
        const opening = indexedDB.open('of the page', 1);
        opening.onerror = () => resolve(opening.error?.name ?? 'unknown');
        opening.onupgradeneeded = () => void opening.result.createObjectStore('all');
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('all', 'readwrite');
          transaction.objectStore('all').put(new Blob([crypto.getRandomValues(new Uint8Array(2 ** 16)), new Uint8Array(length)]), 'it');
          transaction.oncomplete = () => resolve('stored');
          transaction.onabort = () => resolve(transaction.error?.name ?? 'unknown');
        };
      }),
    size,
  );

/** Chromium takes a quota from its driver; Firefox has been started with it, and gives each site a fifth of all. */
async function fill({browser, page: {page}}: Stage): Promise<void> {
  if (browser === 'firefox') return;
  const client = await page.createCDPSession();
  await client.send('Storage.overrideQuotaForOrigin', {origin: new URL(page.url()).origin, quotaSize: quota});
}

/** No copy is kept, and the upload is told of at most once to have nothing in the browser. */
async function hasNoCopy({page}: Stage): Promise<void> {
  const {kept} = await page.upload();
  assert.notEqual(kept, 'copy');
  const codes = (await page.events('upload-warning')).map(({code}) => code);
  assert.ok(['', 'storage-unavailable'].includes(codes.join()), `warnings: ${codes.join()}`);
  assert.equal(await tryToStore(page, comesBack.size), 'QuotaExceededError', 'what became of a file that was stored by the page itself');
}

/** There is not so much room as the file would take. */
const full = (variant: string, script?: string): Play => ({
  expect: comesBack.expect,
  size: comesBack.size,
  variant,
  browser: {prefs: {'dom.quotaManager.temporaryStorage.fixedLimit': quota / 1024}},
  page: {attributes: {'keep-files': true}, ...(script === undefined ? {} : {script})},
  inject: fill,
  again: 0,
  after: hasNoCopy,
});

const boasts = 'navigator.storage.estimate = () => Promise.resolve({quota: 2 ** 40, usage: 0});';

export const fullRow: Row = {
  number: 'S2',
  fault: 'There is no room left for what the page may store',
  shows: 'Nothing; the page is told once at most that uploads are not remembered',
  keeps: 'The upload; no copy of its file is kept',
  play: [full('and the browser says so'), full('and the browser says that there is', boasts)],
};
