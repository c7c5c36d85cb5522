import {unlessAborted} from './pool.js';

/** Blocks that one call of a hasher makes. */
export interface Making {
  /** It makes this block: nobody else does meanwhile. Gives the number back. */
  take(index: number | undefined): number | undefined;
  /** The digest of a block is there. */
  readonly keep: (index: number, digest: string) => void;
  /** The call is over. What it has not made is free again. */
  readonly end: () => void;
}

/** The digests of a file's blocks: those that are there, those that are being made, and those that are free to be made. */
export class BlockList {
  readonly #digests: (string | undefined)[];
  readonly #onKept: (index: number) => void;
  /** Blocks that are being made. Each is over when its digest is there, or when that failed. */
  readonly #making = new Map<number, Promise<void>>();

  /** `onKept` is told once of each block whose digest is there. */
  constructor(length: number, onKept: (index: number) => void) {
    this.#digests = Array.from({length}, () => undefined);
    this.#onKept = onKept;
  }

  get length(): number {
    return this.#digests.length;
  }

  /** All of them, in order; `undefined` where there is none yet. A copy. */
  get all(): (string | undefined)[] {
    return [...this.#digests];
  }

  /** That of block `index`, if it is there. */
  at(index: number): string | undefined {
    return this.#digests[index];
  }

  /** Those that are there of blocks `first` to `end` (not included). */
  between(first: number, end: number): readonly string[] {
    return this.#digests.slice(first, end).filter((digest) => digest !== undefined);
  }

  /** Whether nobody has made this block, and nobody is making it. */
  isFree(index: number): boolean {
    return this.#digests[index] === undefined && !this.#making.has(index);
  }

  /** The digest of a block is there. The first one stays. */
  keep(index: number, digest: string): void {
    if (index >= this.length || this.#digests[index] !== undefined) return;
    this.#digests[index] = digest;
    this.#onKept(index);
  }

  /** Has `make` make what is missing of blocks `first` to `end` (not included), from the first free one on; others are waited for. */
  async fill(first: number, end: number, make: (free: number) => Promise<void>, signal: AbortSignal): Promise<void> {
    for (;;) {
      let making: Promise<void> | undefined;
      let index = first;
      for (; index < end && !this.isFree(index); index += 1) making ??= this.#making.get(index);
      if (index < end) await make(index);
      else if (making) await unlessAborted(making, signal);
      else return;
    }
  }

  /** A call of the hasher begins. */
  begin(): Making {
    const mine = new Map<number, () => void>();
    const end = (index: number): void => {
      this.#making.delete(index);
      mine.get(index)?.();
    };
    return {
      take: (index) => {
        if (index !== undefined) this.#making.set(index, new Promise((resolve) => mine.set(index, resolve)));
        return index;
      },
      keep: (index, digest) => {
        this.keep(index, digest);
        end(index);
        mine.delete(index);
      },
      end: () => {
        for (const index of mine.keys()) end(index);
      },
    };
  }
}
