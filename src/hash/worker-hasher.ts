import {Dealer} from '../core/dealer.js';
import {UploadError} from '../core/errors.js';
import type {Challenge, Deal, DigestAlgorithm, Hasher, ShortFile} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';
import {blocksTouched, requireDigest, requireWithin} from './can-digest.js';
import type {CrewOptions, HasherSource} from './crew.js';
import type {EngineName} from './engine.js';
import type {Turn, Work} from './errand.js';
import {noticesChange} from './notices-change.js';
import {readShort} from './read-short.js';
import {rungs, type Rung, type WorkerChoice} from './spawn.js';
import {Workshop} from './workshop.js';

export type {EngineName, HasherSource};

/** Times in ms. */
export interface WorkerHasherOptions extends WorkerChoice {
  /** @default 'md5' */
  readonly algorithm?: DigestAlgorithm | undefined;
  /** How many workers there may be. One is started with the first call, others when large files wait. @default the processor's cores but one, at least 1 and at most 4 */
  readonly workers?: number | undefined;
  /** `'spark-md5'`: MD5 without WebAssembly, also where it may be used. @default 'auto' */
  readonly engine?: 'auto' | 'spark-md5' | undefined;
  /** How long one way of getting a worker may take until the worker's first answer. @default 3000 */
  readonly handshake?: number | undefined;
  /** How long a worker may give no sign of life, while it has work, until it counts as dead. @default 4000 */
  readonly silence?: number | undefined;
  /** Told once, with code `worker-unavailable`, when no worker is left and the work is done on this thread: slower, not wrong. */
  readonly onFallback?: ((error: UploadError) => void) | undefined;
}

/** What a page loads when it is needed. */
export interface LoadedApart {
  /** The module of the fast engine, or nothing where there is none. When it cannot be loaded nobody hears of it. */
  readonly code: () => Promise<BufferSource | undefined>;
  /** What works where no worker can be used. */
  readonly thisThread: CrewOptions['thisThread'];
}

const loaded: LoadedApart = {
  async code() {
    const {md5Wasm} = await import('./md5-wasm.js');
    return md5Wasm === '' ? undefined : Uint8Array.from(atob(md5Wasm), (char) => char.charCodeAt(0));
  },
  async thisThread() {
    const {thisThread} = await import('./this-thread.js');
    return thisThread;
  },
};

const nothing = async (): Promise<undefined> => undefined;

/** One core is left to the page and to what sends: on two cores a second worker makes an upload slower, not faster. */
function usual(): number {
  const {navigator} = globalThis as {navigator?: {hardwareConcurrency?: number}};
  return Math.min(4, (navigator?.hardwareConcurrency ?? 1) - 1);
}

/**
 * Digests in workers, and finds another way when there is none or they die: work that was interrupted is taken up again by another
 * worker or the next way down the ladder, each block told once. Starts its first worker with the first call.
 */
export class WorkerHasher implements Hasher {
  readonly algorithm: DigestAlgorithm;
  readonly noticesChange = noticesChange();
  readonly #workshop: Workshop;

  /**
   * @param ladder Ways to get a worker, best first. None: everything is done on this thread.
   * @param apart What is loaded when it is needed.
   * @throws UploadError `unexpected` for `sha-256` on a page without `crypto.subtle`.
   */
  constructor(ladder: readonly Rung[], options: WorkerHasherOptions = {}, apart: LoadedApart = loaded) {
    const {algorithm = 'md5', workers = usual(), engine = 'auto', handshake = 3000, silence = 4000, onFallback} = options;
    this.algorithm = algorithm;
    requireDigest(algorithm);
    const crew = {
      ...{algorithm, handshake, silence, thisThread: apart.thisThread},
      most: Math.max(1, workers),
      onFallback: (error: UploadError) => onFallback?.(error),
    };
    this.#workshop = new Workshop(ladder, crew, algorithm === 'md5' && engine === 'auto' ? apart.code : nothing);
  }

  /** Where the work is done now. */
  get source(): HasherSource {
    return this.#workshop.crew.source;
  }

  /** What makes the digests now. */
  get engine(): EngineName {
    const [hand] = this.#workshop.crew.hands;
    return hand?.engine.name ?? 'none-yet';
  }

  /** How many workers there are now. This thread counts for one when it does the work. */
  get workers(): number {
    return this.#workshop.crew.hands.size;
  }

  /** As {@link Hasher.rate}. */
  get rate(): number | undefined {
    return this.#workshop.rate.value;
  }

  /** Why each way above the present one was left: `source: reason`, in the order they were tried. For developers. */
  get why(): readonly string[] {
    return [...this.#workshop.crew.why];
  }

  /** As {@link Hasher.blocks}. With algorithm `none` nothing is read and nothing told. */
  async blocks(
    blob: Blob,
    range: Range,
    blockSize: number,
    onBlock: (index: number, digest: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#workshop.requireOpen(signal);
    requireWithin(blob, range);
    const {first, after} = blocksTouched(range, blockSize);
    const early = new Map<number, string>();
    let next = first;
    const tell = (block: number, digest: string): void => {
      early.set(block, digest);
      for (let ready = early.get(next); ready !== undefined; ready = early.get(next)) {
        early.delete(next);
        onBlock(next, ready);
        this.#workshop.requireOpen(signal);
        next += 1;
      }
    };
    await this.#digest(blob, new Dealer(first, after), blockSize, tell, 'now', signal);
  }

  /** As {@link Hasher.ahead}. With algorithm `none` nothing is read and nothing told. */
  ahead(blob: Blob, deal: Deal, blockSize: number, onBlock: (index: number, digest: string) => void, signal: AbortSignal): Promise<void> {
    return this.#digest(blob, deal, blockSize, onBlock, 'ahead', signal);
  }

  prepare(): void {
    this.#workshop.prepare();
  }

  root(digests: readonly string[], signal: AbortSignal): Promise<string> {
    return this.#workshop.ask((engine) => engine.root(digests, signal), signal);
  }

  async short(blob: Blob, signal: AbortSignal): Promise<ShortFile> {
    this.#workshop.requireOpen(signal);
    return this.#workshop.ask(async (engine) => engine.short(await readShort(blob, signal), signal), signal);
  }

  async check(blob: Blob, range: Range, signal: AbortSignal): Promise<void> {
    this.#workshop.requireOpen(signal);
    requireWithin(blob, range);
    return this.#workshop.ask((engine) => engine.check(blob, range, signal), signal);
  }

  /** As {@link Hasher.whole}. */
  async whole(blob: Blob, onHashed: (bytes: number) => void, signal: AbortSignal): Promise<string> {
    this.#workshop.requireOpen(signal);
    if (this.algorithm === 'none') return '';
    if (this.algorithm === 'sha-256') throw new UploadError('unexpected', noWholeSha);
    let most = 0;
    const tell = (bytes: number): void => {
      if (bytes > most) onHashed((most = bytes)); // a worker that takes it over begins anew
    };
    return this.#workshop.ask((engine) => engine.whole(blob, blob.size, tell, signal), signal);
  }

  /** As {@link Hasher.prove}. */
  async prove(blob: Blob, {nonce, blocks, blockSize}: Challenge, signal: AbortSignal): Promise<readonly string[]> {
    this.#workshop.requireOpen(signal);
    const isMissing = (block: number): boolean => !(block >= 0 && block * blockSize < blob.size);
    if (blocks.some(isMissing)) throw new UploadError('protocol', 'The server wants a proof of blocks that the file does not have.');
    const digests: string[] = [];
    const places = new Dealer(0, blocks.length);
    const work = {
      ...{blob, nonce, deal: places},
      span: (place: number) => spanOf(blob, blocks[place] ?? 0, blockSize),
      tell: (place: number, digest: string) => void (digests[place] = digest),
    };
    if (this.algorithm !== 'none') await this.#workshop.digest(work, 'now', signal);
    return digests;
  }

  /** Resolves `ms` later by the timers of a worker, which go on while the page is hidden. Never where there is no worker. */
  alarm(ms: number): Promise<void> {
    const [hand] = this.#workshop.crew.hands;
    return hand?.engine.alarm?.(ms) ?? new Promise(() => undefined);
  }

  close(): void {
    this.#workshop.close();
  }

  async #digest(blob: Blob, deal: Deal, blockSize: number, tell: Work['tell'], turn: Turn, signal: AbortSignal): Promise<void> {
    if (this.algorithm === 'none') return;
    const span = (block: number): Range => spanOf(blob, block, blockSize);
    await this.#workshop.digest({blob, deal, nonce: '', span, tell}, turn, signal);
  }
}

const noWholeSha =
  'Browsers cannot make the sha-256 of a file piece by piece, and it may not fit into memory. Use md5 for digests of whole files.';

const spanOf = ({size}: Blob, block: number, blockSize: number): Range => ({
  start: block * blockSize,
  end: Math.min((block + 1) * blockSize, size),
});

/** A hasher that works in workers where there can be any. @throws UploadError as {@link WorkerHasher}. */
export const workerHasher = (options: WorkerHasherOptions = {}): WorkerHasher => new WorkerHasher(rungs(options), options);
