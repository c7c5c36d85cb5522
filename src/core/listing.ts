import type {FileFacts} from './ports.js';
import {keyOf} from './saved-uploads.js';
import type {Progress, UploadSnapshot} from './snapshot.js';
import type {UploadStatus} from './state.js';
import {Tally} from './tally.js';
import type {Upload} from './upload.js';

/** A listed upload, as it was looked at last. */
interface Entry {
  readonly upload: Upload;
  /** Grows along the list. */
  readonly place: number;
  /** Where its snapshot stands among those of all. */
  at: number;
  name: UploadStatus['name'];
  progress: Progress;
}

/**
 * The uploads of a list in the order they were added, and what each is saved under. What is asked of all of them is kept with every
 * change of one, and never found by walking the list: it may have ten thousand.
 */
export class Listing implements Iterable<Upload> {
  readonly tally = new Tally();
  readonly #entries = new Map<string, Entry>();
  readonly #scope: string;
  /** How many uploads that are still to be done are saved under each key. */
  readonly #taken = new Map<string, number>();
  /** Those that may lack their file, by its identity. */
  readonly #waiting = new Map<string, Set<Upload>>();
  readonly #changed = new Set<Entry>();
  #snapshots: readonly UploadSnapshot[] | undefined;
  #lastPlace = 0;

  /** `scope` is what the keys of all of them begin with. */
  constructor(scope: string) {
    this.#scope = scope;
  }

  *[Symbol.iterator](): Iterator<Upload> {
    for (const {upload} of this.#entries.values()) yield upload;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** All as plain data, the same array until something changes. */
  get snapshots(): readonly UploadSnapshot[] {
    if (this.#snapshots && this.#changed.size === 0) return this.#snapshots;
    const changed = this.#snapshots ? this.#changed : this.#entries.values();
    const all = this.#snapshots?.slice() ?? [];
    for (const entry of changed) {
      if (!this.#snapshots) entry.at = all.length;
      all[entry.at] = entry.upload.snapshot;
    }
    this.#changed.clear();
    this.#snapshots = Object.freeze(all);
    return all;
  }

  get(id: string): Upload | undefined {
    return this.#entries.get(id)?.upload;
  }

  /** Grows along the list. 0 for what is not listed. */
  placeOf({id}: Upload): number {
    return this.#entries.get(id)?.place ?? 0;
  }

  /** The one with this id, or all of them. */
  chosen(id: string | undefined): readonly Upload[] {
    if (id === undefined) return [...this];
    const upload = this.get(id);
    return upload ? [upload] : [];
  }

  add(upload: Upload): void {
    const {status, progress} = upload;
    const entry = {upload, place: (this.#lastPlace += 1), at: this.size, name: status.name, progress};
    this.#entries.set(upload.id, entry);
    this.#count(entry, 1);
  }

  remove(upload: Upload): void {
    const entry = this.#entries.get(upload.id);
    if (!entry) return;
    this.#count(entry, -1);
    this.#entries.delete(upload.id);
    this.#changed.clear();
    this.#snapshots = undefined;
  }

  /** Something about an upload has changed: it is looked at again. False when it is not listed. */
  note(upload: Upload): boolean {
    const entry = this.#entries.get(upload.id);
    if (!entry) return false;
    this.#count(entry, -1);
    entry.name = upload.status.name;
    entry.progress = upload.progress;
    this.#count(entry, 1);
    return true;
  }

  /** Whether no upload that is still to be done is saved under this key. */
  isFree(key: string): boolean {
    return !this.#taken.has(key);
  }

  /** Two entries that look the same must not share a record, or one would take over the other's upload on the server. */
  freeKey({identity}: FileFacts): string {
    const key = keyOf(this.#scope, identity);
    let free = key;
    for (let count = 2; !this.isFree(free); count += 1) free = `${key} ${count}`;
    return free;
  }

  /** The upload that lacks its file, and whose file this seems to be. */
  waitingFor({identity}: FileFacts): Upload | undefined {
    return [...(this.#waiting.get(identity) ?? [])].find(({lacksFile}) => lacksFile);
  }

  #count(entry: Entry, times: 1 | -1): void {
    const {upload, name, progress} = entry;
    const {storeKey, file} = upload;
    this.tally.add(name, progress, times);
    this.#changed.add(entry);
    if (name !== 'done') {
      const left = (this.#taken.get(storeKey) ?? 0) + times;
      if (left > 0) this.#taken.set(storeKey, left);
      else this.#taken.delete(storeKey);
    }
    if (name !== 'interrupted' && name !== 'elsewhere') return;
    const alike = this.#waiting.get(file.identity) ?? new Set();
    if (times > 0) this.#waiting.set(file.identity, alike.add(upload));
    else if (alike.delete(upload) && alike.size === 0) this.#waiting.delete(file.identity);
  }
}
