import type {Deal} from './hasher-ports.js';

/** Blocks that follow each other are left to one worker, as one stream can be read for all of them: this many, 32 MiB. */
const run = 8;

/** Whether the next block begins another run. */
export const endsRun = (block: number): boolean => (block + 1) % run === 0;

/** Deals the numbers of blocks to several workers, so that each gets blocks that follow each other while there are enough. */
export class Dealer implements Deal {
  readonly #end: number;
  readonly #isWanted: (block: number) => boolean;
  readonly #onDealt: (block: number) => void;
  readonly #dealt = new Set<number>();
  /** From here on no run has been begun. */
  #fresh: number;
  /** Below this nothing is open. */
  #low: number;

  /**
   * Deals from `first` up to `end` (not included), each block once.
   *
   * @param isWanted Whether a block is to be dealt. Asked again and again; what is not wanted any more does not become so again.
   * @param onDealt Told of each block as it is dealt.
   */
  constructor(
    first: number,
    end: number,
    isWanted: (block: number) => boolean = () => true,
    onDealt: (block: number) => void = () => undefined,
  ) {
    this.#fresh = this.#low = first;
    this.#end = end;
    this.#isWanted = isWanted;
    this.#onDealt = onDealt;
  }

  get isEmpty(): boolean {
    while (this.#low < this.#end && !this.#isOpen(this.#low)) this.#low += 1;
    return this.#low >= this.#end;
  }

  next(after?: number): number | undefined {
    if (this.isEmpty) return undefined;
    // when all runs are begun, some have not come to their ends
    const block = this.#following(after) ?? this.#untouched() ?? this.#low;
    this.#dealt.add(block);
    this.#onDealt(block);
    return block;
  }

  #isOpen(block: number): boolean {
    return !this.#dealt.has(block) && this.#isWanted(block);
  }

  /** The next one of the same run. */
  #following(after: number | undefined): number | undefined {
    if (after === undefined) return undefined;
    for (let block = after + 1; block < this.#end && !endsRun(block - 1); block += 1) {
      if (block >= this.#low && this.#isOpen(block)) return block;
    }
    return undefined;
  }

  #untouched(): number | undefined {
    while (this.#fresh < this.#end && !this.#isOpen(this.#fresh)) this.#fresh += 1;
    if (this.#fresh >= this.#end) return undefined;
    const block = this.#fresh;
    this.#fresh = block + run - (block % run);
    return block;
  }
}
