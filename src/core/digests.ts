import {BlockList} from './block-list.js';
import {Dealer} from './dealer.js';
import {UploadError} from './errors.js';
import type {BlockDigests, Deal, DigestAlgorithm, Hasher} from './hasher-ports.js';
import {unlessAborted} from './pool.js';
import type {SourceFile} from './ports.js';
import type {SavedDigests} from './saved-upload.js';
import type {Range} from './ranges.js';

/** Bytes in a block: docs/protocol.md section 1. */
export const BLOCK_SIZE = 4_194_304;

/** Files of up to so many bytes are short: all of them are held while they are sent. */
const shortUpTo = 65_536;

/** A file whose blocks are digested. */
export interface DigestedFile extends Pick<SourceFile, 'name' | 'size' | 'blob'> {
  /** Its bytes stay as they are, whatever becomes of the file on disk. */
  readonly isCopy?: boolean;
}

/**
 * The digests of one file's blocks: made when asked for, and kept for as long as the upload lives. Those that somebody waits for go
 * before the others, of this file or any. A block is never digested twice, except to prove something.
 */
export class FileDigests implements BlockDigests {
  readonly blockSize = BLOCK_SIZE;
  readonly #file: DigestedFile;
  readonly #hasher: Hasher;
  readonly #onHashed: (bytes: number) => void;
  #blocks: BlockList;
  #hashed = 0;
  /** Of a short file, whose root comes with its digest. */
  #root: string | undefined;
  #proven = false;
  /** Settled when everybody who asked so far has been answered: the first part that waits is the first to go. */
  #asked: Promise<unknown> = Promise.resolve();

  /** `onHashed` is told how many bytes of the file are digested by now. */
  constructor(file: DigestedFile, hasher: Hasher, onHashed: (bytes: number) => void) {
    this.#file = file;
    this.#hasher = hasher;
    this.#onHashed = onHashed;
    this.#blocks = this.#none();
  }

  get algorithm(): DigestAlgorithm {
    return this.#hasher.algorithm;
  }

  /** All that were made so far, to be saved. `undefined` with algorithm `none`. */
  get made(): SavedDigests | undefined {
    const {algorithm, blockSize} = this;
    return algorithm === 'none' ? undefined : {algorithm, blockSize, list: this.#blocks.all};
  }

  /** Whether `saved` has the digest of every block. */
  covers(saved: SavedDigests | undefined): boolean {
    return this.#fits(saved) && this.#blocks.all.every((_, index) => saved.list[index] !== undefined);
  }

  /** Takes over what an earlier page has digested. The caller knows that the file is still the same. */
  take(saved: SavedDigests | undefined): void {
    if (!this.#fits(saved)) return;
    for (const [index, digest] of saved.list.entries()) if (digest !== undefined) this.#blocks.keep(index, digest);
  }

  /** It is another file from now on, or may be one: nothing that was digested counts any more. */
  forget(): void {
    this.#blocks = this.#none();
    this.#root = undefined;
    this.#proven = false;
    this.#hashed = 0;
    this.#onHashed(0);
  }

  async of(span: Range, signal: AbortSignal): Promise<readonly string[]> {
    const blocks = this.#blocks;
    if (blocks.length === 0 || span.end <= span.start) return [];
    const {start, end} = this.blocksOf(span);
    if (blocks.between(start, end).length < end - start) {
      const make = (free: number): Promise<void> => this.#digest(blocks, free, end, signal);
      await this.#inOrder((before) => blocks.fill(start, end, make, signal).then(() => unlessAborted(before, signal)));
    }
    return blocks.between(start, end);
  }

  /**
   * The bytes of a short file that nobody has digested, together with which its digest is made: whoever sends them has no need to read it
   * again. `undefined` where it is not short, has its digest or wants none, or the hasher cannot.
   *
   * @throws UploadError `file-changed` or `file-unreadable`.
   */
  async read(signal: AbortSignal): Promise<ArrayBuffer | undefined> {
    const hasher = this.#hasher;
    const {blob, size} = this.#file;
    const blocks = this.#blocks;
    if (!hasher.short || size > shortUpTo || blocks.length !== 1 || !blocks.isFree(0)) return undefined;
    const making = blocks.begin();
    making.take(0);
    try {
      const {bytes, digest, root} = await hasher.short(blob, signal);
      making.keep(0, digest);
      if (blocks === this.#blocks) this.#root = root;
      return bytes;
    } finally {
      making.end();
    }
  }

  /** Digests what is still missing, as many blocks at a time as the hasher can, letting those who wait for a part go first. */
  async ahead(signal: AbortSignal): Promise<void> {
    const blocks = this.#blocks;
    await blocks.fill(0, blocks.length, () => this.#digestAhead(blocks, signal), signal);
  }

  /**
   * Begins before anything is needed, so that a worker has started and something is digested by the time the first part goes. Nobody waits for
   * it; what goes wrong shows when it is needed.
   */
  begin(signal: AbortSignal): void {
    const {blob, size} = this.#file;
    const begun = this.algorithm === 'none' ? this.#hasher.check(blob, {start: 0, end: Math.min(1, size)}, signal) : this.ahead(signal);
    begun.catch(() => undefined);
  }

  /** Where the first byte is of which there is no digest yet, from `start` on. Without digests that is the end of the file. */
  readyUntil(start: number): number {
    let index = Math.floor(start / this.blockSize);
    while (this.#blocks.at(index) !== undefined) index += 1;
    return index < this.#blocks.length ? Math.max(start, this.block(index).start) : this.#file.size;
  }

  /** Digest of the list of digests, or `null` without digests. Makes those that are missing. */
  async root(signal: AbortSignal): Promise<string | null> {
    if (this.algorithm === 'none') return null;
    if (this.#root !== undefined) return this.#root;
    await this.ahead(signal);
    return this.#hasher.root(await this.of({start: 0, end: this.#file.size}, signal), signal);
  }

  /** Whether {@link prove} has to read the whole file once more. */
  get rereads(): boolean {
    return !this.#proven && this.#blocks.length > 1 && !this.#hasher.noticesChange && this.#file.isCopy !== true;
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
    const {start, end} = this.blocksOf(span);
    const onBlock = (index: number, digest: string): void => {
      if (digest === this.#blocks.at(index)) return;
      throw new UploadError('file-changed', `"${this.#file.name}" has changed since it was chosen (block ${index}). Choose it again.`);
    };
    await this.#hasher.ahead(this.#file.blob, new Dealer(start, end), this.blockSize, onBlock, signal);
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

  /** Those who have to wait go on in the order in which they asked. */
  async #inOrder(work: (before: Promise<unknown>) => Promise<unknown>): Promise<void> {
    const done = work(this.#asked);
    this.#asked = done.catch(() => undefined);
    await done;
  }

  /** Digests blocks from `first` on, up to one that is not free. */
  async #digest(blocks: BlockList, first: number, end: number, signal: AbortSignal): Promise<void> {
    const making = blocks.begin();
    let after = first;
    for (; after < end && blocks.isFree(after); after += 1) making.take(after);
    const range = {start: this.block(first).start, end: this.block(after - 1).end};
    await this.#hasher.blocks(this.#file.blob, range, this.blockSize, making.keep, signal).finally(making.end);
  }

  async #digestAhead(blocks: BlockList, signal: AbortSignal): Promise<void> {
    const making = blocks.begin();
    const dealer = new Dealer(0, blocks.length, (index) => blocks.isFree(index));
    const deal: Deal = {
      get isEmpty() {
        return dealer.isEmpty;
      },
      next: (after) => making.take(dealer.next(after)),
    };
    await this.#hasher.ahead(this.#file.blob, deal, this.blockSize, making.keep, signal).finally(making.end);
  }

  /** Of a list that was forgotten nothing counts that comes late. */
  #none(): BlockList {
    const count = this.algorithm === 'none' ? 0 : Math.ceil(this.#file.size / this.blockSize);
    const blocks = new BlockList(count, (index) => {
      if (blocks === this.#blocks) this.#digested(index);
    });
    return blocks;
  }

  #digested(index: number): void {
    const {start, end} = this.block(index);
    this.#hashed += end - start;
    this.#onHashed(this.#hashed);
  }
}
