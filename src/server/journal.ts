import type {FileHandle} from 'node:fs/promises';
import {open, readFile, stat, truncate} from 'node:fs/promises';
import {absentAs} from './disk.js';

/** One thing that has happened to an upload. What is in no journal has not happened. */
export type Entry =
  | readonly ['writer', string]
  /** A block's digest was announced: number, hex. */
  | readonly ['digest', number, string]
  /** These bytes are on disk: start, end. */
  | readonly ['received', number, number]
  /** A block was read back and has its digest. */
  | readonly ['verified', number, string]
  /** A block was read back, did not have its digest, and counts as not received. */
  | readonly ['dropped', number]
  /** Every byte is there and checked: root digest. The data file may still have to be renamed. */
  | readonly ['complete', string | null];

interface Waiting {
  readonly entries: readonly Entry[];
  readonly data: FileHandle | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What a journal on disk holds. */
export interface JournalText {
  readonly entries: readonly Entry[];
  /** Length in bytes of the part that can be read. What follows was torn by a crash and is cut off. */
  readonly end: number;
  /** When it was last written, ms since the epoch. */
  readonly touched: number;
}

/** Reads a journal up to its first line that is no entry. A missing one is as old as can be. */
export async function readJournal(path: string): Promise<JournalText> {
  const found = await absentAs(stat(path));
  if (!found) return {entries: [], end: 0, touched: 0};
  const bytes = await readFile(path);
  const entries: Entry[] = [];
  let end = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, end)) {
    const entry = parseEntry(bytes.toString('utf8', end, at));
    if (!entry) break;
    entries.push(entry);
    end = at + 1;
  }
  if (end < bytes.length) await truncate(path, end);
  return {entries, end, touched: found.mtimeMs};
}

const shapes: Readonly<Record<string, readonly string[]>> = {
  writer: ['string'],
  digest: ['number', 'string'],
  received: ['number', 'number'],
  verified: ['number', 'string'],
  dropped: ['number'],
  complete: ['string|null'],
} satisfies Record<Entry[0], readonly string[]>;

function parseEntry(line: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [name, ...rest] = value as unknown[];
  const shape = typeof name === 'string' && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  const fits =
    shape?.length === rest.length && shape.every((type, at) => type.split('|').includes(rest[at] === null ? 'null' : typeof rest[at]));
  return fits ? (value as unknown as Entry) : undefined;
}

/**
 * Appends to an upload's journal, and syncs it. Entries that come while a sync is under way share the next one, so that parallel
 * parts do not wait for each other's syncs.
 */
export class Journal {
  readonly #path: string;
  readonly #onDurable: (entry: Entry) => void;
  #end: number;
  #notes: Entry[] = [];
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(path: string, end: number, onDurable: (entry: Entry) => void) {
    this.#path = path;
    this.#end = end;
    this.#onDurable = onDurable;
  }

  /** Adds an entry that may wait for the next {@link record}. */
  note(entry: Entry): void {
    this.#notes.push(entry);
  }

  /** Resolves when `data`, then all notes, then `entries` are on disk, in this order. */
  record(entries: readonly Entry[], data?: FileHandle): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({entries, data, resolve, reject});
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#write(group);
        for (const {resolve} of group) resolve();
      } catch (error) {
        for (const {reject} of group) reject(error);
      }
    }
    this.#busy = false;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    // One handle's sync covers what every request has written to the file so far.
    await group.find(({data}) => data)?.data?.datasync();
    const notes = this.#notes.splice(0);
    const entries = [...notes, ...group.flatMap((waiting) => waiting.entries)];
    try {
      await this.#append(entries);
    } catch (error) {
      this.#notes.unshift(...notes);
      throw error;
    }
    for (const entry of entries) this.#onDurable(entry);
  }

  async #append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    const file = await open(this.#path, 'r+');
    try {
      for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done, this.#end + done)).bytesWritten;
      await file.datasync();
      this.#end += bytes.length;
    } catch (error) {
      // Half a line must not stand in front of the next one.
      await file.truncate(this.#end);
      throw error;
    } finally {
      await file.close();
    }
  }
}
