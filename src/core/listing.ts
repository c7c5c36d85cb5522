import type {FileFacts} from './ports.js';
import {keyOf} from './saved-uploads.js';
import type {Upload} from './upload.js';

/** The uploads of a list in the order they were added, and what each is saved under. */
export class Listing implements Iterable<Upload> {
  readonly #uploads = new Map<string, Upload>();
  readonly #scope: string;

  /** `scope` is what the keys of all of them begin with. */
  constructor(scope: string) {
    this.#scope = scope;
  }

  [Symbol.iterator](): Iterator<Upload> {
    return this.#uploads.values();
  }

  get(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  /** The one with this id, or all of them. */
  chosen(id: string | undefined): readonly Upload[] {
    if (id === undefined) return [...this];
    const upload = this.#uploads.get(id);
    return upload ? [upload] : [];
  }

  add(upload: Upload): void {
    this.#uploads.set(upload.id, upload);
  }

  remove(upload: Upload): void {
    this.#uploads.delete(upload.id);
  }

  /** Whether no upload that is still to be done is saved under this key. */
  isFree(key: string): boolean {
    return ![...this].some(({storeKey, status}) => storeKey === key && status.name !== 'done');
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
    return [...this].find((upload) => upload.lacksFile && upload.file.identity === identity);
  }
}
