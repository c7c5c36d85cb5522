import type {Upload} from './upload.js';

/** An upload that stays in memory until it is released. */
export interface HeldUpload {
  readonly upload: Upload;
  /** Whether this call has created it. */
  readonly created: boolean;
  readonly release: () => void;
  /** Holds it once more, for longer than this holder does. */
  readonly retain: () => () => void;
}

interface Entry {
  readonly upload: Upload;
  holders: number;
  forget?: NodeJS.Timeout | undefined;
}

/** The uploads that are in memory. One that is complete is forgotten when nobody holds it, another one a while later. */
export class HeldUploads {
  readonly #idleAfter: number;
  readonly #onComplete: (id: string) => void;
  readonly #entries = new Map<string, Entry>();

  /** @param idleAfter in ms. @param onComplete Hears of each complete upload that is forgotten. */
  constructor(idleAfter: number, onComplete: (id: string) => void) {
    this.#idleAfter = idleAfter;
    this.#onComplete = onComplete;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Takes up an upload that was read from disk, or made. */
  add(upload: Upload, created: boolean): HeldUpload {
    const entry: Entry = {upload, holders: 0};
    this.#entries.set(upload.info.id, entry);
    return this.#hold(upload.info.id, entry, created);
  }

  /** The upload, if it is here, and somebody holds it or it `isFresh`. */
  hold(id: string, isFresh: (upload: Upload) => boolean): HeldUpload | undefined {
    const entry = this.#entries.get(id);
    return entry && (entry.holders > 0 || isFresh(entry.upload)) ? this.#hold(id, entry, false) : undefined;
  }

  /** What the disk says counts from now on. */
  forget(id: string): void {
    this.#entries.delete(id);
  }

  #hold(id: string, entry: Entry, created: boolean): HeldUpload {
    clearTimeout(entry.forget);
    entry.holders++;
    const retain = (): (() => void) => this.#hold(id, entry, false).release;
    return {upload: entry.upload, created, release: () => this.#release(id, entry), retain};
  }

  #release(id: string, entry: Entry): void {
    entry.holders--;
    if (entry.holders > 0 || this.#entries.get(id) !== entry) return;
    const forget = (): void => {
      if (entry.holders === 0 && this.#entries.get(id) === entry) this.#entries.delete(id);
    };
    if (!entry.upload.isComplete) {
      entry.forget = setTimeout(forget, this.#idleAfter).unref();
      return;
    }
    this.#onComplete(id);
    forget();
  }
}
