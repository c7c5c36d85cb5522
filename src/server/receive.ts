import type {Range, Ranges} from '../core/ranges.js';
import {bytesIn, union} from '../core/ranges.js';
import type {OpenFile} from './files.js';
import type {PacedReader} from './paced-reader.js';

const batchBytes = 8_388_608;
const batchTime = 1_000;

/** Where the bytes of a body go. */
export interface Destination {
  readonly data: OpenFile;
  /** The spans of `span` that are still wanted. */
  missing(span: Range): Ranges;
  /** Makes these spans durable. They are written. */
  commit(written: Ranges): Promise<void>;
  /** So many bytes have come; not all of them may be wanted. */
  onRead(bytes: number): void;
}

/**
 * How a body ended. `ended`: the signal was aborted. `cut`: the connection died. `slow`: it came too slowly. `short`, `long`: it was not as
 * long as its span. What arrived is durable in every case.
 */
export type BodyEnd = 'whole' | 'short' | 'long' | 'cut' | 'slow' | 'ended';

/**
 * Writes a body to its place, and has it made durable every 8 MiB or 1 s and at the end. Once `signal` is aborted nothing further is
 * read; what had been read counts.
 *
 * @throws what writing or syncing throws, after everything written has been tried to be made durable.
 */
export async function receive(reader: PacedReader, span: Range, to: Destination, signal: AbortSignal): Promise<BodyEnd> {
  const stop = (): void => reader.stop();
  const batches = new Batches(to);
  signal.addEventListener('abort', stop, {once: true});
  if (signal.aborted) stop();
  try {
    return await readInto(
      reader,
      span,
      async (chunk, at) => {
        to.onRead(chunk.length);
        for (const {start, end} of to.missing({start: at, end: at + chunk.length})) {
          await writeAll(to.data, chunk.subarray(start - at, end - at), start, batches);
        }
      },
      signal,
    );
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await batches.end();
  }
}

async function readInto(
  reader: PacedReader,
  {start, end}: Range,
  write: (chunk: Uint8Array, at: number) => Promise<void>,
  signal: AbortSignal,
): Promise<BodyEnd> {
  for (let at = start; !signal.aborted;) {
    const chunk = await reader.next();
    if (chunk === 'cut' || chunk === 'slow') return chunk;
    if (!chunk) return signal.aborted ? 'ended' : at === end ? 'whole' : 'short';
    await write(chunk.subarray(0, end - at), at);
    at += chunk.length;
    if (at > end) return 'long';
  }
  return 'ended';
}

async function writeAll(data: OpenFile, bytes: Uint8Array, at: number, batches: Batches): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const {bytesWritten} = await data.write(bytes, done, bytes.length - done, at + done);
    await batches.add({start: at + done, end: at + done + bytesWritten});
    done += bytesWritten;
  }
}

/** Gathers what was written until it is worth a sync. Reading goes on during one sync, not during two. */
class Batches {
  readonly #to: Destination;
  #written: Ranges = [];
  #syncing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(to: Destination) {
    this.#to = to;
  }

  async add(span: Range): Promise<void> {
    this.#written = union(...this.#written, span);
    this.#timer ??= setTimeout(() => this.#sync(), batchTime);
    if (bytesIn(this.#written) < batchBytes) return;
    await this.#syncing;
    this.#sync();
  }

  async end(): Promise<void> {
    this.#sync();
    await this.#syncing;
  }

  #sync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const written = this.#written;
    this.#written = [];
    const before = this.#syncing;
    this.#syncing = this.#commit(before, written);
    // Whoever adds or ends next hears of a failure.
    this.#syncing.catch(() => undefined);
  }

  async #commit(before: Promise<void>, written: Ranges): Promise<void> {
    await before;
    await this.#to.commit(written);
  }
}
