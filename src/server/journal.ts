import type {Entry, JournalText} from './entries.js';
import {entryLine, parseEntries} from './entries.js';
import type {Files, OpenFile} from './files.js';
import {absentAs} from './files.js';
import {readIfThere} from './whole-files.js';

interface Waiting {
  readonly entries: readonly Entry[];
  readonly data: OpenFile | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads the journal of a file of `size` bytes up to its first line that is no entry, cuts off what follows, and syncs what it tells: the
 * process that wrote it may have died before it could. A missing one is made; it is as old as can be.
 */
export async function readJournal(files: Files, path: string, size: number): Promise<JournalText> {
  const found = await absentAs(files.stat(path));
  const bytes = found && (await readIfThere(files, path));
  const {entries, end} = parseEntries(bytes ?? Buffer.alloc(0), size);
  const file = await files.open(path, found ? 'update' : 'create');
  try {
    if (bytes && end < bytes.length) await file.truncate(end);
    await file.datasync();
  } finally {
    await file.close();
  }
  return {entries, end, touched: found?.mtimeMs ?? 0};
}

/**
 * Appends to an upload's journal, and syncs it. Entries that come while a sync is under way share the next one, so that parallel
 * parts do not wait for each other's syncs.
 */
export class Journal {
  readonly #files: Files;
  readonly #path: string;
  readonly #onDurable: (entry: Entry) => void;
  #end: number;
  #lines: number;
  #notes: Entry[] = [];
  #waiting: Waiting[] = [];
  #busy = false;
  /** Whether a sync of data has failed. The system tells each open file once, so from then on everybody's own has to be asked. */
  #suspicious = false;
  /** Whether something may stand behind the end. */
  #torn = false;

  constructor(files: Files, path: string, {entries, end}: Pick<JournalText, 'entries' | 'end'>, onDurable: (entry: Entry) => void) {
    this.#files = files;
    this.#path = path;
    this.#end = end;
    this.#lines = entries.length;
    this.#onDurable = onDurable;
  }

  /** How many entries it has, with those that still wait. */
  get lines(): number {
    return this.#lines + this.#notes.length;
  }

  /** Adds an entry that may wait for the next {@link record}. */
  note(entry: Entry): void {
    this.#notes.push(entry);
  }

  /** Resolves when `data`, then all notes, then `entries` are on disk, in this order. */
  record(entries: readonly Entry[], data?: OpenFile): Promise<void> {
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
    await this.#syncData(group.flatMap(({data}) => data ?? []));
    const notes = this.#notes.splice(0);
    const entries = [...notes, ...group.flatMap((waiting) => waiting.entries)];
    try {
      await this.#append(entries);
    } catch (error) {
      this.#notes.unshift(...notes);
      throw error;
    }
    this.#lines += entries.length;
    for (const entry of entries) this.#onDurable(entry);
  }

  /** One file's sync covers what every request has written so far. */
  async #syncData([first, ...rest]: readonly OpenFile[]): Promise<void> {
    try {
      await first?.datasync();
      if (this.#suspicious) for (const data of rest) await data.datasync();
    } catch (error) {
      this.#suspicious = true;
      throw error;
    }
  }

  async #append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const bytes = Buffer.from(entries.map(entryLine).join(''));
    const file = await this.#files.open(this.#path, 'update');
    try {
      // Half a line, or lines that nobody was told of, must not stand behind the end.
      if (this.#torn) await file.truncate(this.#end);
      this.#torn = true;
      for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done, this.#end + done)).bytesWritten;
      await file.datasync();
      this.#end += bytes.length;
      this.#torn = false;
    } catch (error) {
      await file.truncate(this.#end).catch(() => undefined);
      throw error;
    } finally {
      // What is synced counts, whatever closing says.
      await file.close().catch(() => undefined);
    }
  }
}
