import type {IDBPIndex} from 'idb';
import {inTime, systemClock} from '../core/clock.js';
import type {Database, Entry, Stored} from './connection.js';
import {transact} from './transact.js';

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
  database: Database,
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
      async ({store}) => {
        const fits = (await sizeOfOthers(store.index('copySize'), key)) + entry.copySize <= room;
        if (fits) await store.put(entry, key);
        return fits;
      },
      AbortSignal.any([signal, left.signal]),
    );
  } finally {
    database.removeEventListener('versionchange', leave);
  }
}

async function sizeOfOthers(sizes: IDBPIndex<Stored, readonly ['files'], 'files', 'copySize', 'readwrite'>, key: string): Promise<number> {
  let sum = 0;
  for (let at = await sizes.openKeyCursor(); at; at = await at.continue()) {
    if (at.primaryKey !== key && typeof at.key === 'number') sum += at.key;
  }
  return sum;
}

/** The copy in what was read from the database, when it is as long as the file that was copied. */
export const wholeCopy = (entry: Entry | undefined): Blob | undefined =>
  entry?.copy instanceof Blob && entry.copy.size === entry.copySize ? entry.copy : undefined;
