import {inTime, systemClock} from '../core/clock.js';
import {UploadError} from '../core/errors.js';

const unavailable = (message: string, cause?: unknown): UploadError => new UploadError('storage-unavailable', message, {cause});

/** The error of a page that has no IndexedDB. */
export const missing = (): UploadError => unavailable('This browser has no IndexedDB here.');

/** The error of a database that was removed while this page used it. */
export const removed = (): UploadError =>
  unavailable('The database of saved uploads was removed while this page used it. Reload the page to save uploads again.');

/** The error of a database that has given no answer for `limit` ms. */
export const silent = (limit: number, cause?: unknown): UploadError =>
  unavailable(`IndexedDB gave no answer for ${limit} ms. Another tab may hold an older version of the database, or remove it.`, cause);

/** What the name of an error of IndexedDB means to a developer. */
const meanings: Readonly<Record<string, string>> = {
  QuotaExceededError: ' The quota of this site, or the disk, is full: remove something that the site has stored.',
  VersionError: ' A newer version of this page has changed the database: reload the page.',
  SecurityError: ' The browser does not let this page store anything: look at its settings for cookies and site data.',
};

/** Gives whatever IndexedDB throws the code `storage-unavailable`. An `UploadError` stays what it is. */
export function toUnavailable(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  return unavailable(`IndexedDB failed (${String(thrown)}).${meanings[name] ?? ''}`, thrown);
}

/** Whether `thrown` says that there is no room. */
export const isFull = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'QuotaExceededError';

/** Whether `thrown` says that the limit of `inTime` has run out. */
export const isLate = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'TimeoutError';

/**
 * What the database answers within `limit` ms. Nothing is undone when it comes too late or `signal` is aborted: what has been asked of
 * the database is done in the order in which it was asked.
 *
 * @throws UploadError `storage-unavailable`, or the signal's reason.
 */
export async function answered<T>(limit: number, work: (limited: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  try {
    return await inTime(systemClock, limit, work, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    throw isLate(thrown) ? silent(limit, thrown) : toUnavailable(thrown);
  }
}
