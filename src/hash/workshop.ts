import {UploadError} from '../core/errors.js';
import {Crew, type CrewOptions, type Hand} from './crew.js';
import type {Engine} from './engine.js';
import {Errand, Errands, type Job, type Turn, type Work} from './errand.js';
import {Rate} from './rate.js';
import type {Range} from '../core/ranges.js';
import type {Rung} from './spawn.js';

/** Whether a block is long enough that it pays to have a faster engine, or another worker, brought: 1 MiB. */
const isLarge = ({start, end}: Range): boolean => end - start >= 1024 * 1024;

const hasDied = (thrown: unknown): thrown is UploadError => thrown instanceof UploadError && thrown.code === 'worker-unavailable';

/** Shares work out among the workers of a {@link Crew}. What a worker was at when it died is done again by another one. */
export class Workshop {
  readonly crew: Crew;
  readonly rate = new Rate();
  readonly #errands = new Errands();
  readonly #closed = new AbortController();
  readonly #bring: () => Promise<BufferSource | undefined>;
  #bringing: Promise<unknown> | undefined;
  /** The module of the fast engine, when it is here. */
  #code: BufferSource | undefined;

  /** @param bring Brings the module of the fast engine, or nothing where there is none. Called when there is much to do, or may be soon. */
  constructor(rungs: readonly Rung[], options: Omit<CrewOptions, 'onHand'>, bring: () => Promise<BufferSource | undefined>) {
    this.#bring = bring;
    this.crew = new Crew(rungs, {...options, onHand: (hand) => this.#join(hand)});
  }

  /** Aborted when all was closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Work will come soon: the first worker is started, with the fast engine. What cannot be had now is tried again. */
  prepare(): void {
    if (this.closed.aborted) return;
    this.#bringCode();
    this.crew.one(this.closed).catch(() => undefined);
  }

  /** Has every block of `work` digested. Rejects with what goes wrong first, with the signal's reason, or when all is closed. */
  async digest(work: Work, turn: Turn, signal: AbortSignal): Promise<void> {
    this.requireOpen(signal);
    const errand = new Errand(work);
    const stop = (): void => errand.fail(signal.reason);
    signal.addEventListener('abort', stop);
    this.#errands.add(errand, turn);
    if (isLarge(work.span(0))) this.#bringCode();
    this.#share();
    try {
      await errand.done;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#errands.delete(errand);
    }
  }

  /** Something else that one worker does, at once. */
  async ask<T>(question: (engine: Engine) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      this.requireOpen(signal);
      const hand = await this.crew.one(signal);
      try {
        return await question(hand.engine);
      } catch (thrown) {
        if (!hasDied(thrown)) throw thrown;
        this.crew.lose(hand, thrown.message);
      }
    }
  }

  /** Throws the reason why there is nothing to be done. */
  requireOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    this.closed.throwIfAborted();
  }

  close(): void {
    const reason = new DOMException('The hasher was closed', 'AbortError');
    this.#closed.abort(reason);
    this.#errands.fail(reason);
    this.crew.close(reason);
  }

  /** Gives blocks to workers that have room, and has the first worker brought when there is none. */
  #share(): void {
    if (this.closed.aborted || !this.#errands.isWaiting) return;
    if (this.crew.hands.size === 0) {
      this.crew.one(this.closed).catch((reason: unknown) => this.#errands.fail(reason));
      return;
    }
    for (let hand = this.crew.free(); hand; hand = this.crew.free()) {
      const job = this.#errands.take(hand.last);
      if (!job) return;
      void this.#give(hand, job);
    }
  }

  async #give(hand: Hand, job: Job): Promise<void> {
    const {errand, block} = job;
    const {blob, nonce} = errand.work;
    const span = errand.work.span(block);
    hand.last = job;
    hand.jobs += 1;
    if (isLarge(span)) this.#hasten();
    if (isLarge(span)) this.rate.begin();
    let digested = 0;
    try {
      const digest = await hand.engine.digest(blob, span, nonce, errand.signal);
      digested = span.end - span.start;
      errand.tell(block, digest);
    } catch (thrown) {
      if (!hasDied(thrown)) errand.fail(thrown);
      else {
        this.#errands.giveBack(job);
        this.crew.lose(hand, thrown.message);
      }
    }
    if (isLarge(span)) this.rate.end(digested);
    hand.jobs -= 1;
    this.#share();
  }

  /** Much is to be done: the fast engine comes while the first worker starts. Nobody waits for it. */
  #bringCode(): void {
    this.#bringing ??= this.#bring().then(
      (code) => {
        this.#code = code;
        for (const hand of this.crew.hands) this.#arm(hand);
      },
      () => (this.#bringing = undefined),
    );
  }

  /** There is much to do: another worker, when there is more than these have room for. Nobody waits for it. */
  #hasten(): void {
    if (!this.crew.free() && this.#errands.isWaiting) this.crew.grow();
  }

  #join(hand: Hand): void {
    this.#arm(hand);
    this.#share();
  }

  #arm({engine}: Hand): void {
    if (this.#code) engine.hasten?.(this.#code);
  }
}
