import {UploadError} from '../core/errors.js';
import type {DigestAlgorithm} from '../core/hasher-ports.js';
import {unlessAborted} from '../core/pool.js';
import type {Engine} from './engine.js';
import type {Job} from './errand.js';
import {start, type Rung, type StartOptions, type WorkerSource} from './spawn.js';

/** Where a hasher works. `none-yet` before the first call, and while it looks for a worker. */
export type HasherSource = WorkerSource | 'this-thread' | 'none-yet';

/** Blocks that one worker has at a time: one is read while the one before it is digested. */
const room = 2;

/** One worker of a crew, or this thread. */
export interface Hand {
  readonly engine: Engine;
  /** Blocks it has now. */
  jobs: number;
  /** The block it was given last. */
  last: Job | undefined;
}

/** What a crew needs to know. */
export interface CrewOptions extends StartOptions {
  /** How many workers there may be, at least 1. */
  readonly most: number;
  /** Told when no worker is left and the work is done on this thread. */
  readonly onFallback: (error: UploadError) => void;
  /** Loads what works on this thread: a page with a worker never needs it. */
  readonly thisThread: () => Promise<(algorithm: DigestAlgorithm) => Engine>;
  /** Told of each worker as it begins. */
  readonly onHand: (hand: Hand) => void;
}

/**
 * The workers of a hasher, all from one rung of the ladder. When the last one of them is gone the next rung is tried; a rung that
 * failed is not tried again. Below the ladder is this thread, which does not die.
 */
export class Crew {
  readonly why: string[] = [];
  readonly #options: CrewOptions;
  readonly #rungs: readonly Rung[];
  readonly #hands = new Set<Hand>();
  readonly #closed = new AbortController();
  #ladder: Rung[];
  #rung: Rung | undefined;
  #most: number;
  #source: HasherSource = 'none-yet';
  #first: Promise<Hand> | undefined;
  #growing = false;

  constructor(rungs: readonly Rung[], options: CrewOptions) {
    this.#rungs = rungs;
    this.#ladder = [...rungs];
    this.#most = options.most;
    this.#options = options;
  }

  get source(): HasherSource {
    return this.#source;
  }

  get hands(): ReadonlySet<Hand> {
    return this.#hands;
  }

  /** One that has the least to do; where there is none the first one that begins. Rejects when there cannot be one now. */
  async one(signal: AbortSignal): Promise<Hand> {
    return this.#idlest() ?? unlessAborted((this.#first ??= this.#begin()), signal);
  }

  /** One that has room for a block, without waiting. */
  free(): Hand | undefined {
    const hand = this.#idlest();
    return hand && hand.jobs < room ? hand : undefined;
  }

  /** There is more work than the crew can do: another worker, if there may be one. Nobody waits for it. */
  grow(): void {
    const rung = this.#rung;
    if (!rung || this.#growing || this.#hands.size >= this.#most) return;
    this.#growing = true;
    start(rung, this.#options, this.#closed.signal)
      .then((engine) => {
        if (this.#rung === rung) this.#enlist(engine);
        else engine.close();
      })
      .catch(() => (this.#most = this.#hands.size))
      .finally(() => (this.#growing = false));
  }

  /** A worker has died. Several calls may come with the news of one death. */
  lose(hand: Hand, reason: string): void {
    if (!this.#hands.delete(hand)) return;
    this.#most = Math.max(1, this.#most - 1);
    if (this.#hands.size > 0) return;
    this.why.push(`${this.#source}: ${reason}`);
    this.#source = 'none-yet';
    this.#first = this.#rung = undefined;
  }

  close(reason: Error): void {
    this.#closed.abort(reason);
    for (const {engine} of this.#hands) engine.close();
    this.#hands.clear();
  }

  #idlest(): Hand | undefined {
    let best: Hand | undefined;
    for (const hand of this.#hands) if (!best || hand.jobs < best.jobs) best = hand;
    return best;
  }

  /** Down the ladder to the first worker that answers. */
  async #begin(): Promise<Hand> {
    for (let rung = this.#ladder.shift(); rung; rung = this.#ladder.shift()) {
      try {
        const engine = await start(rung, this.#options, this.#closed.signal);
        this.#rung = rung;
        return this.#settle(rung.source, engine);
      } catch (thrown) {
        this.#closed.signal.throwIfAborted();
        this.why.push(`${rung.source}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      }
    }
    const engine = await this.#thisThread();
    const message = `No worker could be used, so digests are made on the page's own thread, more slowly. ${this.why.join('; ')}`;
    // in a task of its own: what the listener throws is not this hasher's failure
    queueMicrotask(() => this.#options.onFallback(new UploadError('worker-unavailable', message)));
    return this.#settle('this-thread', engine);
  }

  /** @throws UploadError `network` when it cannot be loaded. Then the ladder is there again: what failed may have failed for the same reason. */
  async #thisThread(): Promise<Engine> {
    const {thisThread, algorithm} = this.#options;
    try {
      return (await thisThread())(algorithm);
    } catch (cause) {
      this.#ladder = [...this.#rungs];
      this.#first = undefined;
      throw new UploadError('network', `What makes digests could not be loaded (${String(cause)}). Retry when there is a network.`, {
        cause,
      });
    }
  }

  #settle(source: HasherSource, engine: Engine): Hand {
    if (this.#closed.signal.aborted) engine.close();
    this.#closed.signal.throwIfAborted();
    this.#source = source;
    return this.#enlist(engine);
  }

  #enlist(engine: Engine): Hand {
    const hand = {engine, jobs: 0, last: undefined};
    this.#hands.add(hand);
    this.#options.onHand(hand);
    return hand;
  }
}
