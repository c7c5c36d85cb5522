import type {Ranges} from '../core/ranges.js';
import {covers} from '../core/ranges.js';
import {blockCount, blockSpan, blocksIn, digestStored, rootDigest} from './blocks.js';
import type {Entry} from './entries.js';
import type {OpenFile} from './files.js';
import type {Journal} from './journal.js';
import type {UploadInfo} from './upload-info.js';

/** Digests of blocks, by their number, as soon as they are read. */
export type BegunDigests = ReadonlyMap<number, Promise<string>>;

/** What is known of each block of one upload: its announced digest, and whether what the disk holds has it. */
export class BlockTable {
  readonly #info: UploadInfo;
  readonly #journal: Journal;
  readonly #received: () => Ranges;
  readonly #digests = new Map<number, string>();
  readonly #verified = new Set<number>();
  readonly #checking = new Map<number, Promise<boolean>>();

  constructor(info: UploadInfo, journal: Journal, received: () => Ranges) {
    this.#info = info;
    this.#journal = journal;
    this.#received = received;
  }

  /** Remembers the digests announced for the blocks from `first` on; the latest counts. They are journaled with the next bytes. */
  learn(first: number, digests: readonly string[]): void {
    digests.forEach((digest, at) => {
      const index = first + at;
      if (this.#verified.has(index) || this.#digests.get(index) === digest) return;
      this.#digests.set(index, digest);
      this.#journal.note(['digest', index, digest]);
    });
  }

  /** Takes up what the journal says. */
  replay(entry: Entry): void {
    if (entry[0] === 'digest' || entry[0] === 'verified') this.#digests.set(entry[1], entry[2]);
    if (entry[0] === 'verified') this.#verified.add(entry[1]);
  }

  /**
   * Begins to digest the blocks that lie whole in what has just been written, for {@link verify}: that need not wait until they are durable.
   * What comes back counts for these very bytes, so it must not be kept.
   */
  digest(written: Ranges, data: OpenFile): BegunDigests {
    const {algorithm, size} = this.#info;
    const whole = written.flatMap((span) => blocksIn(span)).filter((index) => covers(written, blockSpan(index, size)));
    if (algorithm === 'none') return new Map();
    return new Map(whole.map((index) => [index, digestStored(data, blockSpan(index, size), algorithm)]));
  }

  /**
   * Checks the blocks that the spans touch and that are whole by now, and waits for checks of them that are under way.
   *
   * @param begun What {@link digest} has begun.
   * @returns the blocks that this call found damaged. They have been dropped.
   */
  async verify(spans: Ranges, data: OpenFile, begun: BegunDigests = new Map()): Promise<readonly number[]> {
    const dropped: number[] = [];
    for (const index of new Set(spans.flatMap((span) => blocksIn(span)))) {
      const underWay = this.#checking.get(index);
      if (underWay) await underWay;
      else if (this.#isDue(index) && !(await this.#check(index, data, begun.get(index)))) dropped.push(index);
    }
    return dropped;
  }

  /** Takes back the verification of blocks that are not whole: a part of the data file is lost. */
  distrust(): void {
    for (const index of [...this.#verified]) {
      if (!covers(this.#received(), blockSpan(index, this.#info.size))) this.#verified.delete(index);
    }
  }

  /** Whether every block is verified, or none has to be. */
  get isVerified(): boolean {
    return this.#info.algorithm === 'none' || this.#verified.size === blockCount(this.#info.size);
  }

  /** The digests of all blocks, `null` where one is not verified. */
  get list(): readonly (string | null)[] {
    const count = blockCount(this.#info.size);
    return Array.from({length: count}, (_, index) => (this.#verified.has(index) ? (this.#digests.get(index) ?? null) : null));
  }

  /** Digest of the list of block digests, or `null` with algorithm `none`. Only when {@link isVerified}. */
  get root(): string | null {
    const {algorithm} = this.#info;
    if (algorithm === 'none') return null;
    return rootDigest(
      this.list.map((digest) => digest ?? ''),
      algorithm,
    );
  }

  #isDue(index: number): boolean {
    const {algorithm, size} = this.#info;
    return algorithm !== 'none' && !this.#verified.has(index) && covers(this.#received(), blockSpan(index, size));
  }

  #check(index: number, data: OpenFile, begun: Promise<string> | undefined): Promise<boolean> {
    const check = this.#compare(index, data, begun).finally(() => this.#checking.delete(index));
    this.#checking.set(index, check);
    return check;
  }

  async #compare(index: number, data: OpenFile, begun: Promise<string> | undefined): Promise<boolean> {
    const {algorithm, size} = this.#info;
    if (algorithm === 'none') return true;
    const stored = await (begun ?? digestStored(data, blockSpan(index, size), algorithm));
    if (stored !== this.#digests.get(index)) {
      await this.#journal.record([['dropped', index]]);
      return false;
    }
    this.#verified.add(index);
    // May wait for the next sync: a restart that does not find it checks the block again.
    this.#journal.note(['verified', index, stored]);
    return true;
  }
}
