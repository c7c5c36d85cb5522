import {UploadError} from '../core/errors.js';
import {unlessAborted} from '../core/pool.js';
import type {DigestAlgorithm, Hasher} from '../core/ports.js';
import type {Range} from '../core/ranges.js';
import {blocksTouched, requireDigest} from './digest.js';
import type {Engine} from './engine.js';
import {noticesChange} from './notices-change.js';
import {requireWithin} from './read.js';
import {rungs, start, type Rung, type WorkerChoice, type WorkerSource} from './spawn.js';
import {thisThread} from './this-thread.js';

/** Blocks under way at a time: one is read while the one before is digested. Each takes memory of its size. */
const ahead = 2;

/** Where a hasher works. `none-yet` before the first call, and while it looks for a worker. */
export type HasherSource = WorkerSource | 'this-thread' | 'none-yet';

/** Times in ms. */
export interface WorkerHasherOptions extends WorkerChoice {
  /** @default 'md5' */
  readonly algorithm?: DigestAlgorithm | undefined;
  /** How long one way of getting a worker may take until the worker's first answer. @default 3000 */
  readonly handshake?: number | undefined;
  /** How long a worker may give no sign of life, while it has work, until it counts as dead. @default 4000 */
  readonly silence?: number | undefined;
  /** Told once, with code `worker-unavailable`, when no worker is left and the work is done on this thread: slower, not wrong. */
  readonly onFallback?: ((error: UploadError) => void) | undefined;
}

/**
 * Digests in a worker, and finds another way when there is none or it dies: work that was interrupted is taken up again by the next
 * way down the ladder, each block told once. Starts its worker with the first call. A way that failed is not tried again.
 */
export class WorkerHasher implements Hasher {
  readonly algorithm: DigestAlgorithm;
  readonly noticesChange = noticesChange();
  readonly #ladder: Rung[];
  readonly #options: WorkerHasherOptions;
  readonly #closed = new AbortController();
  readonly #why: string[] = [];
  #source: HasherSource = 'none-yet';
  #engine: Promise<Engine> | undefined;
  #alive: Engine | undefined;

  /**
   * @param ladder Ways to get a worker, best first. None: everything is done on this thread.
   * @throws UploadError `unexpected` for `sha-256` on a page without `crypto.subtle`.
   */
  constructor(ladder: readonly Rung[], options: WorkerHasherOptions = {}) {
    this.algorithm = options.algorithm ?? 'md5';
    requireDigest(this.algorithm);
    this.#ladder = [...ladder];
    this.#options = options;
  }

  /** Where the work is done now. */
  get source(): HasherSource {
    return this.#source;
  }

  /** Why each way above the present one was left: `source: reason`, in the order they were tried. For developers. */
  get why(): readonly string[] {
    return [...this.#why];
  }

  /** As {@link Hasher.blocks}. With algorithm `none` nothing is read and nothing told. */
  async blocks(
    blob: Blob,
    range: Range,
    blockSize: number,
    onBlock: (index: number, digest: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const siblings = new AbortController();
    const either = this.#unlessClosed(signal, siblings.signal);
    const {first, after} = blocksTouched(range, blockSize);
    const begin = (index: number): Promise<string> => {
      const span = {start: index * blockSize, end: Math.min((index + 1) * blockSize, blob.size)};
      const digest = this.#work((engine) => engine.digest(blob, span, either), either);
      digest.catch(() => undefined); // awaited below, unless the block before it fails
      return digest;
    };
    const begun: Promise<string>[] = [];
    try {
      either.throwIfAborted();
      if (this.algorithm === 'none') return;
      requireWithin(blob, range);
      for (let index = first; index < after; index += 1) {
        while (begun.length < ahead && index + begun.length < after) begun.push(begin(index + begun.length));
        const digest = await begun.shift();
        either.throwIfAborted();
        if (digest !== undefined) onBlock(index, digest);
      }
    } finally {
      siblings.abort();
    }
  }

  async root(digests: readonly string[], signal: AbortSignal): Promise<string> {
    const either = this.#unlessClosed(signal);
    return this.#work((engine) => engine.root(digests, either), either);
  }

  async check(blob: Blob, range: Range, signal: AbortSignal): Promise<void> {
    const either = this.#unlessClosed(signal);
    either.throwIfAborted();
    requireWithin(blob, range);
    return this.#work((engine) => engine.check(blob, range, either), either);
  }

  /** Resolves `ms` later by the timers of the worker, which go on while the page is hidden. Never where there is no worker. */
  alarm(ms: number): Promise<void> {
    return this.#alive?.alarm?.(ms) ?? new Promise(() => undefined);
  }

  close(): void {
    this.#closed.abort(new DOMException('The hasher was closed', 'AbortError'));
    this.#alive?.close();
    this.#alive = undefined;
  }

  #unlessClosed(...signals: readonly AbortSignal[]): AbortSignal {
    return AbortSignal.any([...signals, this.#closed.signal]);
  }

  /** Does `work`, again where the worker dies over it. Ends because every death shortens the ladder, and this thread does not die. */
  async #work<T>(work: (engine: Engine) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      const engine = await unlessAborted((this.#engine ??= this.#climb()), signal);
      try {
        return await work(engine);
      } catch (thrown) {
        if (!(thrown instanceof UploadError && thrown.code === 'worker-unavailable')) throw thrown;
        this.#lose(engine, thrown.message);
      }
    }
  }

  /** Several calls may come with the news of one death. */
  #lose(engine: Engine, reason: string): void {
    if (this.#alive !== engine) return;
    this.#why.push(`${this.#source}: ${reason}`);
    this.#source = 'none-yet';
    this.#alive = this.#engine = undefined;
  }

  /** Down the ladder to the first worker that answers. Rejects only when the hasher is closed. */
  async #climb(): Promise<Engine> {
    const {handshake = 3000, silence = 4000} = this.#options;
    const {algorithm} = this;
    for (let rung = this.#ladder.shift(); rung; rung = this.#ladder.shift()) {
      try {
        return this.#settle(rung.source, await start(rung, {algorithm, handshake, silence}, this.#closed.signal));
      } catch (thrown) {
        this.#closed.signal.throwIfAborted();
        this.#why.push(`${rung.source}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      }
    }
    const message = `No worker could be used, so digests are made on the page's own thread, more slowly. ${this.#why.join('; ')}`;
    // in a task of its own: what the listener throws is not this hasher's failure
    queueMicrotask(() => this.#options.onFallback?.(new UploadError('worker-unavailable', message)));
    return this.#settle('this-thread', thisThread(algorithm));
  }

  #settle(source: HasherSource, engine: Engine): Engine {
    if (this.#closed.signal.aborted) engine.close();
    this.#closed.signal.throwIfAborted();
    this.#source = source;
    this.#alive = engine;
    return engine;
  }
}

/** A hasher that works in a worker where there can be one. @throws UploadError as {@link WorkerHasher}. */
export const workerHasher = (options: WorkerHasherOptions = {}): WorkerHasher => new WorkerHasher(rungs(options), options);
