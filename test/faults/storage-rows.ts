import assert from 'node:assert/strict';

import type {Play, Row} from './row.js';
import {fullRow} from './storage-rows-full.js';
import {evictedRow, privateRow} from './storage-rows-lost.js';

/** A page that may store nothing: whoever touches one of these is thrown at, as browsers do where a person has forbidden it. */
const throwing = (...names: readonly string[]): string => `for (const name of ${JSON.stringify(names)}) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() { throw new DOMException('The operation is insecure.', 'SecurityError'); },
  });
}`;

/** The upload goes through, and not because nothing was forbidden. */
const forbidden = (...names: readonly string[]): Play => ({
  page: {script: throwing(...names)},
  expect: {ends: 'done'},
  again: 0,
  async after({page: {page}}) {
    for (const name of names) {
      const thrown = await page.evaluate(`try { String(${name}) } catch (error) { error.name }`);
      assert.equal(thrown, 'SecurityError', name);
    }
  },
});

export const storageRows: readonly Row[] = [
  {
    number: 'S1',
    fault: 'The browser has no IndexedDB for this page, or throws when it is touched',
    shows: 'Nothing',
    keeps: 'The upload',
    play: forbidden('indexedDB', 'caches'),
  },
  fullRow,
  privateRow,
  {
    number: 'S4',
    fault: 'localStorage and sessionStorage throw when they are touched',
    shows: 'Nothing',
    keeps: 'The upload',
    play: forbidden('localStorage', 'sessionStorage'),
  },
  evictedRow,
];
