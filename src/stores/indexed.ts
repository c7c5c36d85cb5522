import {inTime, systemClock} from '../core/clock.js';
import type {FileHandle, FileKeeper, FoundFile, Json, Kept, ResumeStore, SourceFile} from '../core/ports.js';
import {Connection, type Database, type Entry} from './connection.js';
import {freeRoom, putCopy, wholeCopy} from './copies.js';
import {askForHandle, fromHandle, isHandle, storable} from './handles.js';
import {dropOrphans} from './orphans.js';
import {transact} from './transact.js';
import {answered, isFull} from './unavailable.js';

/** Choices for {@link indexedStore}. */
export interface IndexedStoreOptions {
  /** The database's name. Default: `chunk-uploader`. */
  readonly name?: string;
  /** Bytes that copies of files may take in all; asked each time one is to be kept. 0 keeps no copies. Default: 0. */
  readonly room?: () => number;
  /** ms that the database may take to open or to answer, and a file to open through its handle. Default: 5,000. */
  readonly limit?: number;
  /** ms that copying a file may take. Default: 15,000. */
  readonly keepLimit?: number;
}

/** Remembers uploads and their files in the browser. Made by {@link indexedStore}. */
export interface IndexedStore extends ResumeStore, FileKeeper {}

/**
 * Remembers uploads, and their files where it can, in IndexedDB: for all pages of the origin, until they are forgotten or the
 * browser clears its data. Nothing happens before the first call. What fails there rejects with `storage-unavailable`, which says why.
 *
 * - Keep a file after its record was saved: files that have no record are removed whenever a page opens the database.
 * - Once the database is seen to be removed, as when a person clears the site's data, this page does not make it again: `save` rejects
 *   from then on, and every other call answers as if nothing had ever been saved, whatever other pages do.
 * - While a file is copied, Firefox lets nothing else be written: a record that has to wait longer than the limit is not saved.
 * - Copies are counted by the sizes that their files had, and leave a tenth of the site's quota free.
 */
export const indexedStore = (options: IndexedStoreOptions = {}): IndexedStore => new StoreInDatabase(options);

const nothing = {kind: 'nothing'} as const;

class StoreInDatabase implements IndexedStore {
  readonly outlivesPage = true;
  readonly #room: () => number;
  readonly #limit: number;
  readonly #keepLimit: number;
  readonly #connection: Connection;
  /** Handles that `find` came upon: the browser asks a person only shortly after their click, and the database may take long. */
  readonly #handles = new Map<string, FileHandle>();

  constructor({name = 'chunk-uploader', room = () => 0, limit = 5_000, keepLimit = 15_000}: IndexedStoreOptions) {
    this.#room = room;
    this.#limit = limit;
    this.#keepLimit = keepLimit;
    this.#connection = new Connection(name, limit, (database) => {
      dropOrphans(database).catch(() => undefined);
    });
  }

  /** Opens the database. */
  prepare(): void {
    this.#connection.use(async () => undefined, new AbortController().signal).catch(() => undefined);
  }

  load(key: string, signal: AbortSignal): Promise<Json | undefined> {
    return this.#orNothing(undefined, signal, (database) => transact(database, [['uploads'], 'readonly'], ({store}) => store.get(key)));
  }

  save(key: string, record: Json, signal: AbortSignal): Promise<void> {
    return this.#ask(signal, async (database) => {
      await transact(database, [['uploads'], 'readwrite'], ({store}) => store.put(record, key));
    });
  }

  forget(key: string, signal: AbortSignal): Promise<void> {
    this.#handles.delete(key);
    return this.#orNothing(undefined, signal, async (database) => {
      // Waits until no file is being copied: a transaction that needs both stores would keep records from being saved meanwhile.
      await transact(database, [['files'], 'readonly'], ({store}) => store.getKey(key));
      // Where the power fails now, the record is there again: then the server is asked, and has the file.
      await transact(database, [['uploads', 'files'], 'readwrite', 'relaxed'], (both) =>
        Promise.all([both.objectStore('uploads').delete(key), both.objectStore('files').delete(key)]),
      );
    });
  }

  all(signal: AbortSignal): Promise<readonly (readonly [key: string, record: Json])[]> {
    return this.#orNothing([], signal, async (database) => {
      const [keys, records] = await transact(database, [['uploads'], 'readonly'], ({store}) =>
        Promise.all([store.getAllKeys(), store.getAll()]),
      );
      return keys.flatMap((key, at) => (typeof key === 'string' ? [[key, records[at] as Json] as const] : []));
    });
  }

  async keep(key: string, file: SourceFile, signal: AbortSignal): Promise<Kept> {
    signal.throwIfAborted();
    this.#handles.delete(key);
    const {lastModified} = file;
    const handle = storable(file.handle);
    const entry: Entry = handle ? {handle, lastModified} : {lastModified};
    if (await this.#isCopied(key, file, entry, signal)) return 'copy';
    return this.#orNothing('nothing', signal, (database) => putHandle(database, key, entry));
  }

  async find(key: string, signal: AbortSignal): Promise<FoundFile> {
    const entry = await this.#entry(key, signal);
    const file = fileIn(entry);
    if (file) return file;
    if (!isHandle(entry?.handle)) return nothing;
    this.#handles.set(key, entry.handle);
    return fromHandle(entry.handle, this.#limit, signal);
  }

  async ask(key: string, signal: AbortSignal): Promise<FoundFile> {
    signal.throwIfAborted();
    if (this.#connection.isRemoved) return nothing;
    const known = this.#handles.get(key);
    if (known) return askForHandle(known, this.#limit, signal);
    const entry = await this.#entry(key, signal);
    return fileIn(entry) ?? (isHandle(entry?.handle) ? askForHandle(entry.handle, this.#limit, signal) : nothing);
  }

  #entry(key: string, signal: AbortSignal): Promise<Entry | undefined> {
    return this.#orNothing(undefined, signal, (database) => transact(database, [['files'], 'readonly'], ({store}) => store.get(key)));
  }

  /** Whether the file is kept as a copy now. When not, anything may stand under its key. */
  async #isCopied(key: string, {blob, size}: SourceFile, entry: Entry, signal: AbortSignal): Promise<boolean> {
    const room = this.#room();
    if (!(room > 0 && size <= room && size <= (await freeRoom(this.#limit, signal)))) return false;
    const copy = async (database: Database, limited: AbortSignal): Promise<boolean> => {
      if (!(await putCopy(database, key, {...entry, copy: blob, copySize: size}, room, limited))) return false;
      return wholeCopy(await transact(database, [['files'], 'readonly'], ({store}) => store.get(key))) !== undefined;
    };
    try {
      const inLimit = (limited: AbortSignal): Promise<boolean> => this.#connection.use((database) => copy(database, limited), limited);
      return await inTime(systemClock, this.#keepLimit, inLimit, signal);
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }

  async #orNothing<T>(none: T, signal: AbortSignal, work: (database: Database) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return this.#connection.isRemoved ? none : await this.#ask(signal, work);
    } catch (thrown) {
      signal.throwIfAborted();
      if (this.#connection.isRemoved) return none;
      throw thrown;
    }
  }

  #ask<T>(signal: AbortSignal, work: (database: Database) => Promise<T>): Promise<T> {
    return answered(this.#limit, (limited) => this.#connection.use(work, limited), signal);
  }
}

/** Puts the entry, which has no copy, in place of what is kept; an entry that has no handle either is none. */
async function putHandle(database: Database, key: string, entry: Entry): Promise<Kept> {
  // A strict transaction waits for the disk: there is none where nothing changes, as with every small file that is not to be kept.
  const isEmpty = async (): Promise<boolean> =>
    (await transact(database, [['files'], 'readonly'], ({store}) => store.getKey(key))) === undefined;
  try {
    if (!entry.handle && (await isEmpty())) return 'nothing';
    await transact(database, [['files'], 'readwrite'], async ({store}) => {
      await (entry.handle ? store.put(entry, key) : store.delete(key));
    });
    return entry.handle ? 'handle' : 'nothing';
  } catch (thrown) {
    if (!isFull(thrown)) throw thrown;
    await transact(database, [['files'], 'readwrite'], ({store}) => store.delete(key));
    return 'nothing';
  }
}

function fileIn(entry: Entry | undefined): FoundFile | undefined {
  const blob = wholeCopy(entry);
  if (!entry || !blob) return undefined;
  const {lastModified, handle} = entry;
  return {kind: 'file', blob, lastModified, isCopy: true, ...(isHandle(handle) && {handle})};
}
