import {inTime, systemClock} from '../core/clock.js';
import type {Entry} from './connection.js';
import {answer, transact} from './transact.js';

/** Part of the quota that copies leave free: records, and the page itself, need room as well. */
const reserve = 0.1;

/** Bytes that copies may still take of this site's quota. No limit where the browser does not say within `limit` ms. */
export async function freeRoom(limit: number, signal: AbortSignal): Promise<number> {
  try {
    const {storage} = navigator as {readonly storage?: Partial<StorageManager>};
    const {quota, usage = 0} = (await inTime(systemClock, limit, async () => storage?.estimate?.(), signal)) ?? {};
    return quota === undefined ? Infinity : quota * (1 - reserve) - usage;
  } catch {
    signal.throwIfAborted();
    return Infinity;
  }
}

/** A copy of a file on its way into the database. */
export interface Copying {
  readonly copy: Blob;
  readonly copySize: number;
}

/**
 * Puts `entry` in place of what is kept under `key` when the copies of all files fit into `room` bytes then. They are counted in the same
 * transaction, so that two tabs do not take the same room. Ends early when `signal` is aborted, or when another tab removes or
 * upgrades the database, as far as the browser lets it.
 *
 * @returns Whether it fitted. Then the copy is on the disk.
 * @throws What IndexedDB throws: also when the quota is exceeded or the file cannot be read.
 */
export async function putCopy(
  database: IDBDatabase,
  key: string,
  entry: Entry & Copying,
  room: number,
  signal: AbortSignal,
): Promise<boolean> {
  const left = new AbortController();
  const leave = (): void => left.abort();
  database.addEventListener('versionchange', leave);
  try {
    return await transact(
      database,
      [['files'], 'readwrite'],
      async (store) => {
        const fits = (await sizeOfOthers(store.index('copySize'), key)) + entry.copySize <= room;
        if (fits) await answer(store.put(entry, key));
        return fits;
      },
      AbortSignal.any([signal, left.signal]),
    );
  } finally {
    database.removeEventListener('versionchange', leave);
  }
}

const sizeOfOthers = (sizes: IDBIndex, key: string): Promise<number> =>
  new Promise((resolve, reject) => {
    let sum = 0;
    const request = sizes.openKeyCursor();
    request.addEventListener('success', () => {
      const at = request.result;
      if (!at) return resolve(sum);
      if (at.primaryKey !== key && typeof at.key === 'number') sum += at.key;
      at.continue();
    });
    request.addEventListener('error', () => reject(request.error as Error));
  });

/** The copy in what was read from the database, when it is as long as the file that was copied. */
export const wholeCopy = (entry: Entry | undefined): Blob | undefined =>
  entry?.copy instanceof Blob && entry.copy.size === entry.copySize ? entry.copy : undefined;
