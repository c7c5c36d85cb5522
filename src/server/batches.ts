import type {Ranges} from '../core/ranges.js';
import {bytesIn, union} from '../core/ranges.js';
import type {OpenFile} from './files.js';

/** A body comes in pieces of 64 KiB; to write each of them would cost more than writing them. In bytes. */
const writeSize = 1_048_576;

/** What is written is made durable when it is this much, in bytes, or this old, in ms. */
const syncSize = 8_388_608;
const syncAfter = 1_000;

/** Where bytes go. */
export interface BatchTarget {
  readonly data: OpenFile;
  /** Makes these spans durable. They are written. */
  commit(written: Ranges): Promise<void>;
}

/**
 * Gathers bytes until they are worth a write, and what was written until it is worth a sync. More is taken during one write and one
 * sync, not during two.
 */
export class Batches {
  readonly #to: BatchTarget;
  #gathered: Uint8Array[] = [];
  #start = 0;
  #length = 0;
  #written: Ranges = [];
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(to: BatchTarget) {
    this.#to = to;
  }

  /** Takes bytes for `at`. The caller may not change them any more. @throws what an earlier write or sync has thrown. */
  async add(bytes: Uint8Array, at: number): Promise<void> {
    this.#timer ??= setTimeout(() => void this.#sync(), syncAfter);
    if (at !== this.#start + this.#length) await this.#write();
    if (this.#length === 0) this.#start = at;
    this.#gathered.push(bytes);
    this.#length += bytes.length;
    if (this.#length >= writeSize) await this.#write();
  }

  /** Makes all of it durable. @throws what writing or syncing throws, after what was written has been tried to be made durable. */
  async end(): Promise<void> {
    await this.#sync();
    await this.#syncing;
    await this.#writing;
  }

  /** Begins to write what was gathered. Resolves when what was written before has been. */
  #write(): Promise<void> {
    const before = this.#writing;
    const [buffers, start] = [this.#gathered, this.#start];
    this.#gathered = [];
    this.#length = 0;
    this.#writing = before.then(() => this.#writeAll(buffers, start));
    // Whoever adds or ends next hears of a failure.
    this.#writing.catch(() => undefined);
    return before;
  }

  async #writeAll(buffers: readonly Uint8Array[], start: number): Promise<void> {
    let at = start;
    for (let rest = buffers; rest.length > 0;) {
      const {bytesWritten} = await this.#to.data.writev(rest, at);
      this.#written = union(...this.#written, {start: at, end: at + bytesWritten});
      at += bytesWritten;
      rest = after(rest, bytesWritten);
    }
    if (bytesIn(this.#written) < syncSize) return;
    await this.#syncing;
    this.#beginSync();
  }

  /** Writes what was gathered, and begins a sync. Fails for nothing: that is told by what comes next. */
  async #sync(): Promise<void> {
    void this.#write();
    await this.#writing.catch(() => undefined);
    this.#beginSync();
  }

  #beginSync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const written = this.#written;
    this.#written = [];
    this.#syncing = this.#syncing.then(() => this.#to.commit(written));
    this.#syncing.catch(() => undefined);
  }
}

/** What is left of these buffers when `count` bytes are written. */
function after(buffers: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  return buffers.flatMap((bytes) => {
    const done = Math.min(left, bytes.length);
    left -= done;
    return done < bytes.length ? [bytes.subarray(done)] : [];
  });
}
