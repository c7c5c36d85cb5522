import assert from 'node:assert/strict';

import type {Play, Row} from './row.js';

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

const nextIssue = {reason: 'nothing is stored yet: comes with uploads that are taken up again after a page load'} as const;

export const storageRows: readonly Row[] = [
  {
    number: 'S1',
    fault: 'The browser has no IndexedDB for this page, or throws when it is touched',
    shows: 'Nothing',
    keeps: 'The upload',
    play: forbidden('indexedDB', 'caches'),
  },
  {
    number: 'S2',
    fault: 'There is no room left for what the page may store',
    shows: 'Nothing',
    keeps: 'The upload',
    play: nextIssue,
  },
  {
    number: 'S3',
    fault: 'The window is private, and what it stores is gone when it is closed',
    shows: 'Nothing',
    keeps: 'The upload, as long as the window is open',
    play: nextIssue,
  },
  {
    number: 'S4',
    fault: 'localStorage and sessionStorage throw when they are touched',
    shows: 'Nothing',
    keeps: 'The upload',
    play: forbidden('localStorage', 'sessionStorage'),
  },
  {
    number: 'S5',
    fault: 'The browser throws away what was stored days ago',
    shows: 'The file has to be added again',
    keeps: 'Nothing across the page load',
    play: nextIssue,
  },
];
