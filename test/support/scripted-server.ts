import {BLOCK_SIZE} from '../../src/core/digests.js';
import type {ServerResult} from '../../src/core/ports.js';
import {bytesIn, covers, gaps, union, without, type Range, type Ranges} from '../../src/core/ranges.js';
import {md5, rootOf} from './scripted-hasher.js';

/** One upload as a server keeps it: real bytes, and which of them it has. */
export class StoredUpload {
  readonly id: string;
  readonly key: string;
  readonly size: number;
  readonly bytes: Uint8Array;
  received: Ranges = [];
  complete = false;
  /** What the client knows that this server has: answers that were lost do not count. */
  told: Ranges = [];
  /** All that the client was ever told of, at one time or another. */
  everTold: Ranges = [];
  /** How often it had less than before. */
  losses = 0;
  /** Bytes that came again although the client knew that they are here. */
  resent = 0;
  readonly #announced = new Map<number, string>();
  readonly #verified = new Set<number>();

  constructor(id: string, key: string, size: number) {
    this.id = id;
    this.key = key;
    this.size = size;
    this.bytes = new Uint8Array(size);
  }

  get whole(): boolean {
    return bytesIn(this.received) === this.size;
  }

  announce(first: number, digests: readonly string[]): void {
    for (const [at, digest] of digests.entries()) this.#announced.set(first + at, digest);
  }

  /** Keeps what is new of `bytes`. What is here already is not overwritten. */
  write(start: number, bytes: Uint8Array): void {
    const span = {start, end: start + bytes.length};
    for (const gap of gaps(this.received, span)) this.bytes.set(bytes.subarray(gap.start - start, gap.end - start), gap.start);
    this.received = union(...this.received, span);
  }

  /** A part's bytes. */
  receive(span: Range, bytes: Uint8Array): void {
    this.resent += span.end - span.start - bytesIn(gaps(this.told, span));
    this.write(span.start, bytes);
  }

  /** An answer has reached the client: from here on it knows what stands in it. */
  noteTold(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null || !('confirmed' in answer)) return;
    this.told = union(...(answer.confirmed as Ranges));
    this.everTold = union(...this.everTold, ...this.told);
  }

  /** Bytes are lost, as by a crash of a server that does not keep its promises. */
  lose(span: Range): void {
    this.losses += 1;
    this.received = without(this.received, span);
    this.told = without(this.told, span);
    for (const index of [...this.#verified]) if (!covers(this.received, this.#block(index))) this.#verified.delete(index);
  }

  /** Digests blocks that have become whole. Drops those that are not what was announced, and names them. */
  verify(): readonly number[] {
    const dropped: number[] = [];
    for (const [index, digest] of this.#announced) {
      const span = this.#block(index);
      if (this.#verified.has(index) || !covers(this.received, span)) continue;
      if (md5(this.bytes.subarray(span.start, span.end)) === digest) this.#verified.add(index);
      else dropped.push(index);
    }
    for (const index of dropped) this.lose(this.#block(index));
    return dropped;
  }

  /** Digests of the blocks that are here whole. */
  get wholeBlocks(): readonly (string | undefined)[] {
    const count = Math.ceil(this.size / BLOCK_SIZE);
    return Array.from({length: count}, (_, index) => (covers(this.received, this.#block(index)) ? this.#digestOf(index) : undefined));
  }

  /** What the server says of it once it is whole. */
  result(verified: ServerResult['verified']): ServerResult {
    this.complete = true;
    const count = Math.ceil(this.size / BLOCK_SIZE);
    const digests = Array.from({length: count}, (_, index) => this.#digestOf(index));
    return {url: `/files/${this.id}`, instant: false, verified, digest: verified === 'length' ? null : rootOf(digests), server: null};
  }

  #digestOf(index: number): string {
    const {start, end} = this.#block(index);
    return md5(this.bytes.subarray(start, end));
  }

  #block(index: number): Range {
    return {start: index * BLOCK_SIZE, end: Math.min(this.size, (index + 1) * BLOCK_SIZE)};
  }
}

/** A server's disk. Outlives every client. */
export class ScriptedServer {
  readonly #uploads: StoredUpload[] = [];
  readonly #everMade: StoredUpload[] = [];

  /** All that it has, in the order of their creation. */
  get uploads(): readonly StoredUpload[] {
    return this.#uploads;
  }

  /** All that it ever had, also what it has thrown away. */
  get everMade(): readonly StoredUpload[] {
    return this.#everMade;
  }

  /** The one upload there is. */
  get only(): StoredUpload {
    const [upload, second] = this.#uploads;
    if (!upload || second) throw new Error(`The server has ${this.#uploads.length} uploads, not one`);
    return upload;
  }

  create(key: string, size: number): StoredUpload {
    const upload = new StoredUpload(`u${this.#everMade.length + 1}`, key, size);
    this.#uploads.push(upload);
    this.#everMade.push(upload);
    return upload;
  }

  byId(id: string): StoredUpload | undefined {
    return this.#uploads.find((upload) => upload.id === id);
  }

  byKey(key: string): StoredUpload | undefined {
    return this.#uploads.find((upload) => upload.key === key);
  }

  /** Throws an upload away, or all of them. */
  forget(upload?: StoredUpload): void {
    if (upload) this.#uploads.splice(this.#uploads.indexOf(upload), 1);
    else this.#uploads.length = 0;
  }
}
