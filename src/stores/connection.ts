import {openDB, type DBSchema, type IDBPDatabase} from 'idb';
import {inTime, systemClock} from '../core/clock.js';
import type {FileHandle, Json} from '../core/ports.js';
import {isLate, missing, removed, silent} from './unavailable.js';

/** What is kept of a file. */
export interface Entry {
  /** The file itself, copied. */
  readonly copy?: Blob;
  /** Bytes of the file that was copied. By an index of these all copies are added up, and none is loaded. */
  readonly copySize?: number;
  readonly handle?: FileHandle;
  /** ms since the epoch. */
  readonly lastModified: number;
}

/** Records and files, under the same keys. What is read may be of another shape: anybody can write to a database of the origin. */
export interface Stored extends DBSchema {
  uploads: {key: string; value: Json};
  files: {key: string; value: Entry; indexes: {copySize: number}};
}

/** An open connection. */
export type Database = IDBPDatabase<Stored>;

const version = 1;

/** An opening under way, or done. It cannot be called off, and another one would only wait behind it. */
interface Opening {
  readonly database: Promise<Database>;
  /** When nobody waits for it any longer, in ms of the clock. */
  readonly until: number;
}

/** The connection to the database, made when it is first needed. It is never in the way of another tab that upgrades or removes it. */
export class Connection {
  readonly #name: string;
  readonly #limit: number;
  readonly #onOpen: (database: Database) => void;
  #opening: Opening | undefined;
  #wasOpen = false;
  #isRemoved = false;

  /**
   * @param name The database's.
   * @param limit How long opening it may take, in ms.
   * @param onOpen Told of each new connection. Nobody waits for what it does.
   */
  constructor(name: string, limit: number, onOpen: (database: Database) => void) {
    this.#name = name;
    this.#limit = limit;
    this.#onOpen = onOpen;
  }

  /** Whether a person, another page or the browser was seen to remove the database since it was first open. It is not made again then. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /**
   * Does `work` with the database. An opening that takes too long is waited for once: later calls fail at once, until it succeeds
   * after all. An opening that failed, or a connection that turns out to be dead, is forgotten, and the next call opens another one.
   *
   * @throws UploadError `storage-unavailable` when there is no database in time; else the signal's reason, or what `work` throws.
   */
  async use<T>(work: (database: Database) => Promise<T>, signal: AbortSignal): Promise<T> {
    const database = await this.#opened(signal);
    signal.throwIfAborted();
    try {
      return await work(database);
    } catch (thrown) {
      if (isDead(thrown)) this.#leave(database);
      throw thrown;
    }
  }

  async #opened(signal: AbortSignal): Promise<Database> {
    if (this.#isRemoved) throw removed();
    this.#opening ??= {database: this.#open(), until: systemClock.now() + this.#limit};
    const {database, until} = this.#opening;
    try {
      return await inTime(systemClock, Math.max(0, until - systemClock.now()), () => database, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      throw isLate(thrown) ? silent(this.#limit, thrown) : thrown;
    }
  }

  async #open(): Promise<Database> {
    try {
      const database = await this.#request();
      this.#wasOpen = true;
      this.#onOpen(database);
      return database;
    } catch (thrown) {
      this.#opening = undefined;
      throw this.#isRemoved ? removed() : thrown;
    }
  }

  async #request(): Promise<Database> {
    const {indexedDB} = globalThis as {readonly indexedDB?: IDBFactory};
    if (!indexedDB) throw missing();
    const database = await openDB<Stored>(this.#name, version, {
      upgrade: (fresh, _from, _to, transaction) => {
        transaction.done.catch(() => undefined);
        this.#isRemoved = this.#wasOpen;
        if (this.#isRemoved) transaction.abort();
        else makeStores(fresh);
      },
      blocking: (_version, next) => {
        this.#isRemoved = next === null;
        this.#leave(database);
      },
      terminated: () => this.#leave(database),
    });
    return database;
  }

  #leave(database: Database): void {
    this.#opening = undefined;
    database.close();
  }
}

function makeStores(fresh: Database): void {
  fresh.createObjectStore('uploads');
  fresh.createObjectStore('files').createIndex('copySize', 'copySize');
}

/** Whether a connection has been closed, or has lost the process that it leads to, and nobody has told. */
const isDead = (thrown: unknown): boolean =>
  thrown instanceof DOMException && (thrown.name === 'InvalidStateError' || thrown.name === 'UnknownError');
