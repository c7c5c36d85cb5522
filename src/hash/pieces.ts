import {unlessAborted} from '../core/pool.js';
import {patience, silent} from './read-error.js';
import {within} from './within.js';

/** Most bytes of a piece where the browser streams into our buffers. */
const streamed = 1024 * 1024;

/**
 * Least bytes of such a piece, where the browser knows of that; one that does not gives what it has. Chromium would give 64 to 128 KiB at a
 * time, each of which costs promises and a timer.
 */
const worthWaking = 512 * 1024;

/** Most bytes of a piece where it cannot. */
const sliced = 4 * 1024 * 1024;

/**
 * Who is reading. Chromium collects a stream together with its pending read when nothing but that read's own continuation leads to
 * it, and then the read never settles.
 */
const reading = new Set<Pieces>();

/**
 * The bytes of a blob, piece by piece and in order. While one piece is dealt with the next is on its way into the other of two
 * buffers: memory is 2 MiB, or 8 MiB where the browser cannot stream into buffers.
 */
export class Pieces {
  readonly #blob: Blob;
  #size: number;
  #stream: ReadableStreamBYOBReader | undefined;
  #inSlices = false;
  /** Where the next read begins. */
  #next = 0;
  #coming: Promise<Uint8Array<ArrayBuffer>> | undefined;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** To be closed by whoever makes it. */
  constructor(blob: Blob) {
    this.#blob = blob;
    this.#size = blob.size;
    reading.add(this);
  }

  /**
   * The next bytes, `most` of them or fewer; none at the end. They are there until `take` is called again. Ends when the signal is
   * aborted, even if the disk never answers.
   *
   * @throws UploadError `file-unreadable` when the disk gives nothing for 60 s; else whatever the browser throws when it cannot read.
   */
  async take(most: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal.throwIfAborted();
    if (this.#rest.length === 0) {
      const spare = this.#rest.buffer;
      this.#rest = await unlessAborted(within(patience, (this.#coming ??= this.#read(new ArrayBuffer())), silent), signal);
      this.#next += this.#rest.length;
      this.#coming = this.#rest.length === 0 ? undefined : this.#read(spare);
      this.#coming?.catch(() => undefined); // whoever takes it hears of it; it may be that nobody does
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(most);
    return piece;
  }

  /** Ends the stream. Nothing can be taken afterwards. */
  close(): void {
    this.#size = 0;
    this.#stream?.cancel().catch(() => undefined);
    reading.delete(this);
  }

  /** A stream's error does not tell a changed file from a removed one, and some browsers have no such stream: then slices. */
  async #read(spare: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
    const left = this.#size - this.#next;
    if (left <= 0) return new Uint8Array();
    if (!this.#inSlices) {
      try {
        this.#stream ??= this.#blob.stream().getReader({mode: 'byob'});
        const buffer = spare.byteLength > 0 ? spare : new ArrayBuffer(Math.min(streamed, left));
        const {value} = await this.#stream.read(new Uint8Array(buffer), {min: Math.min(worthWaking, left)});
        return value ?? new Uint8Array();
      } catch {
        this.#inSlices = true;
      }
    }
    const wanted = Math.min(sliced, left);
    const bytes = await this.#blob.slice(this.#next, this.#next + wanted).arrayBuffer();
    if (bytes.byteLength < wanted) this.#size = 0; // it ends here
    return new Uint8Array(bytes);
  }
}
