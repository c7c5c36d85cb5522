import {UploadError} from './errors.js';
import type {BlockDigests, DigestAlgorithm, Hasher, SourceFile} from './ports.js';
import type {SavedDigests} from './saved-upload.js';
import type {Range} from './ranges.js';

/** Bytes in a block: docs/protocol.md section 1. */
export const BLOCK_SIZE = 4_194_304;

/** A file whose blocks are digested. */
export interface DigestedFile extends Pick<SourceFile, 'name' | 'size' | 'blob'> {
  /** Its bytes stay as they are, whatever becomes of the file on disk. */
  readonly isCopy?: boolean;
}

/**
 * The digests of one file's blocks: made when asked for, kept for as long as the upload lives, one block after the other so that the
 * first part that waits is the first to go. A block is never digested twice, except to prove something.
 */
export class FileDigests implements BlockDigests {
  readonly blockSize = BLOCK_SIZE;
  readonly #file: DigestedFile;
  readonly #hasher: Hasher;
  readonly #onHashed: (bytes: number) => void;
  #digests: (string | undefined)[];
  #hashed = 0;
  #proven = false;
  #busy: Promise<unknown> = Promise.resolve();

  /** `onHashed` is told how many bytes of the file are digested by now. */
  constructor(file: DigestedFile, hasher: Hasher, onHashed: (bytes: number) => void) {
    this.#file = file;
    this.#hasher = hasher;
    this.#onHashed = onHashed;
    this.#digests = this.#none();
  }

  get algorithm(): DigestAlgorithm {
    return this.#hasher.algorithm;
  }

  /** All that were made so far, to be saved. `undefined` with algorithm `none`. */
  get made(): SavedDigests | undefined {
    const {algorithm, blockSize} = this;
    return algorithm === 'none' ? undefined : {algorithm, blockSize, list: [...this.#digests]};
  }

  /** Whether `saved` has the digest of every block. */
  covers(saved: SavedDigests | undefined): boolean {
    return this.#fits(saved) && this.#digests.every((_, index) => saved.list[index] !== undefined);
  }

  /** Takes over what an earlier page has digested. The caller knows that the file is still the same. */
  take(saved: SavedDigests | undefined): void {
    if (!this.#fits(saved)) return;
    for (const [index] of this.#digests.entries()) {
      const digest = saved.list[index];
      if (digest !== undefined) this.#keep(this.#digests, index, digest);
    }
  }

  /** It is another file from now on, or may be one: nothing that was digested counts any more. */
  forget(): void {
    this.#digests = this.#none();
    this.#proven = false;
    this.#hashed = 0;
    this.#onHashed(0);
  }

  async of(span: Range, signal: AbortSignal): Promise<readonly string[]> {
    if (this.#digests.length === 0 || span.end <= span.start) return [];
    const {start, end} = this.blocksOf(span);
    await this.#inTurn(signal, () => this.#digest(start, end, signal));
    return this.#digests.slice(start, end).filter((digest) => digest !== undefined);
  }

  /** Digests what is still missing, block by block, letting those who wait for a part go first. */
  async ahead(signal: AbortSignal): Promise<void> {
    for (let at = this.#digests.indexOf(undefined); at >= 0; at = this.#digests.indexOf(undefined)) {
      await this.of(this.block(at), signal);
    }
  }

  /** Digest of the list of digests, or `null` without digests. Makes those that are missing. */
  async root(signal: AbortSignal): Promise<string | null> {
    if (this.algorithm === 'none') return null;
    return this.#hasher.root(await this.of({start: 0, end: this.#file.size}, signal), signal);
  }

  /** Whether {@link prove} has to read the whole file once more. */
  get rereads(): boolean {
    return !this.#proven && this.#digests.length > 1 && !this.#hasher.noticesChange && this.#file.isCopy !== true;
  }

  /**
   * Proves that all digests belong to one version of the file. Where the browser refuses to read a changed file a byte is
   * enough; elsewhere every block is digested again. A single block needs no proof: the server compares what it got.
   * With algorithm `none` and a browser that does not notice, nothing but a file cut short is found.
   *
   * @throws UploadError `file-changed` or `file-unreadable`.
   */
  async prove(signal: AbortSignal): Promise<void> {
    if (this.#proven) return;
    const {blob, size} = this.#file;
    if (this.rereads) await this.compare({start: 0, end: size}, signal);
    else await this.#hasher.check(blob, {start: Math.max(0, size - 1), end: size}, signal);
    this.#proven = true;
  }

  /**
   * Digests the blocks of `span` once more and compares.
   *
   * @throws UploadError `file-changed` when one differs.
   */
  async compare(span: Range, signal: AbortSignal): Promise<void> {
    await this.of(span, signal);
    const onBlock = (index: number, digest: string): void => {
      if (digest !== this.#digests[index]) changed ??= index;
    };
    let changed: number | undefined;
    await this.#inTurn(signal, () => this.#hasher.blocks(this.#file.blob, span, this.blockSize, onBlock, signal));
    if (changed !== undefined) {
      throw new UploadError('file-changed', `"${this.#file.name}" has changed since it was chosen (block ${changed}). Choose it again.`);
    }
  }

  #fits(saved: SavedDigests | undefined): saved is SavedDigests {
    return saved?.algorithm === this.algorithm && saved.blockSize === this.blockSize;
  }

  /** Numbers of the blocks that `span` touches; `end` is not one of them. */
  blocksOf({start, end}: Range): Range {
    return {start: Math.floor(start / this.blockSize), end: Math.ceil(end / this.blockSize)};
  }

  /** The bytes of block `index`. */
  block(index: number): Range {
    return {start: index * this.blockSize, end: Math.min(this.#file.size, (index + 1) * this.blockSize)};
  }

  /** Digests the missing ones of blocks `first` to `end` (not included). */
  async #digest(first: number, end: number, signal: AbortSignal): Promise<void> {
    for (let from = first; from < end; from += 1) {
      if (this.#digests[from] !== undefined) continue;
      let to = from + 1;
      while (to < end && this.#digests[to] === undefined) to += 1;
      const range = {start: this.block(from).start, end: this.block(to - 1).end};
      const into = this.#digests;
      await this.#hasher.blocks(this.#file.blob, range, this.blockSize, (index, digest) => this.#keep(into, index, digest), signal);
    }
  }

  #none(): (string | undefined)[] {
    const count = this.algorithm === 'none' ? 0 : Math.ceil(this.#file.size / this.blockSize);
    return Array.from({length: count}, () => undefined);
  }

  /** What comes late, of a file that was forgotten, counts for nothing. */
  #keep(into: (string | undefined)[], index: number, digest: string): void {
    if (into !== this.#digests || this.#digests[index] !== undefined) return;
    this.#digests[index] = digest;
    const {start, end} = this.block(index);
    this.#hashed += end - start;
    this.#onHashed(this.#hashed);
  }

  async #inTurn(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const before = this.#busy;
    const turn = before.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#busy = turn.catch(() => undefined);
    await turn;
  }
}
