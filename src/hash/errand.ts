import {endsRun} from '../core/dealer.js';
import type {Deal} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';

/** Whose blocks go first: `now` those that somebody waits for. */
export type Turn = 'now' | 'ahead';

/** Blocks of one blob that somebody wants digested. */
export interface Work {
  readonly blob: Blob;
  readonly deal: Deal;
  /** Digested before each block, in hex. Mostly nothing. */
  readonly nonce: string;
  /** The bytes of a block. */
  span(block: number): Range;
  /** Told of each block, in any order. What it throws ends the errand. */
  tell(block: number, digest: string): void;
}

/** One piece of {@link Work}, from the call to its end. */
export class Errand {
  readonly work: Work;
  /** Settles when every block is told, or it failed. */
  readonly done: Promise<void>;
  readonly #stop = new AbortController();
  #resolve = (): void => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #underWay = 0;

  constructor(work: Work) {
    this.work = work;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.check();
  }

  /** Aborted when nobody wants it any more. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether a block can be taken. */
  get isWaiting(): boolean {
    return !this.signal.aborted && !this.work.deal.isEmpty;
  }

  /** Takes a block. */
  next(after: number | undefined): number | undefined {
    const block = this.isWaiting ? this.work.deal.next(after) : undefined;
    if (block !== undefined) this.#underWay += 1;
    return block;
  }

  tell(block: number, digest: string): void {
    if (this.signal.aborted) return;
    this.#underWay -= 1;
    try {
      this.work.tell(block, digest);
      this.check();
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /** Ends it. What is under way is stopped. */
  fail(reason: unknown): void {
    this.#reject(reason);
    this.#stop.abort();
  }

  /** Ends it when all is told. Others may take what is left of a deal. */
  check(): void {
    if (this.#underWay === 0 && this.work.deal.isEmpty) this.#resolve();
  }
}

/** One block of an errand. */
export interface Job {
  readonly errand: Errand;
  readonly block: number;
}

/** Whose block is next: those that somebody waits for, as they came, before those that are digested ahead. */
export class Errands {
  readonly #now = new Set<Errand>();
  readonly #ahead = new Set<Errand>();
  /** Blocks whose worker died. */
  readonly #again: Job[] = [];

  add(errand: Errand, turn: Turn): void {
    (turn === 'now' ? this.#now : this.#ahead).add(errand);
  }

  delete(errand: Errand): void {
    this.#now.delete(errand);
    this.#ahead.delete(errand);
  }

  /** Ends all of them. */
  fail(reason: unknown): void {
    for (const errand of [...this.#now, ...this.#ahead]) errand.fail(reason);
  }

  giveBack(job: Job): void {
    this.#again.push(job);
  }

  /** Whether there is a block to be taken. Errands with nothing left end here. */
  get isWaiting(): boolean {
    for (const errand of this.#ahead) errand.check();
    if (this.#again.some(({errand}) => !errand.signal.aborted)) return true;
    return [...this.#now, ...this.#ahead].some((errand) => errand.isWaiting);
  }

  /** The next block for a worker that has begun `last` before, or `undefined` when nobody wants anything. */
  take(last: Job | undefined): Job | undefined {
    for (let job = this.#again.shift(); job; job = this.#again.shift()) if (!job.errand.signal.aborted) return job;
    for (const errand of [...this.#now, ...this.#inTurn(last)]) {
      const block = errand.next(last?.errand.work.blob === errand.work.blob ? last.block : undefined);
      if (block === undefined) continue;
      if (endsRun(block) && this.#ahead.delete(errand)) this.#ahead.add(errand); // the next run is for another file
      return {errand, block};
    }
    return undefined;
  }

  /** A worker stays with a file for a run of blocks. */
  #inTurn(last: Job | undefined): readonly Errand[] {
    const own = last && this.#ahead.has(last.errand) && !endsRun(last.block) ? [last.errand] : [];
    return [...own, ...this.#ahead];
  }
}
