import {UploadError} from '../core/errors.js';
import type {DigestAlgorithm} from '../core/hasher-ports.js';
import {unlessAborted} from '../core/pool.js';
import {LiveWorker} from './live-worker.js';
import {within} from './within.js';

/** Where a worker came from. */
export type WorkerSource = 'factory' | 'worker-src' | 'module-worker' | 'blob-worker';

/** One way to get a worker. */
export interface Rung {
  readonly source: WorkerSource;
  /** Makes a worker, which need not work: that shows when it answers. `release` is called once it has answered or failed. */
  make(): Promise<{readonly worker: Worker; readonly release?: () => void}>;
}

/** What the page has to say about workers. Tried in this order, before the ways that need nothing from the page. */
export interface WorkerChoice {
  /** Makes the worker from the published file `hash.worker.js`, for a bundler or an origin with rules of its own. */
  readonly workerFactory?: (() => Worker) | undefined;
  /** URL of the published file `hash.worker.js`, on the page's own origin. */
  readonly workerSrc?: string | undefined;
}

interface Policy {
  /** Gives a `TrustedScriptURL`, which everything but the browser treats as a string. */
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/**
 * Vouches for a URL where the page enforces Trusted Types (it must allow the policy `chunk-uploader`). Only for the two URLs this
 * file makes itself: a `worker-src` is text from somewhere, and stays refused unless the page has a default policy.
 */
function trusted(url: string): string {
  const {trustedTypes} = globalThis as {trustedTypes?: TrustedTypes};
  if (!trustedTypes) return url;
  policy ??= trustedTypes.createPolicy('chunk-uploader', {createScriptURL: (own) => own});
  return policy.createScriptURL(url);
}

/** Vouched for first, where pages can ask for that: an attempt without would be refused, and reported as a violation of the page's policy. */
function moduleWorker(): Worker {
  // Bundlers find the worker's file by exactly this expression, and Parcel only where it is not inside of `new Worker()`: keep it whole.
  const url = new URL('./hash.worker.js', import.meta.url);
  const options = {type: 'module', name: 'chunk-uploader-hash'} as const;
  try {
    return new Worker(trusted(url.href), options);
  } catch {
    // the page allows no policy of ours; perhaps it asks for none
    return new Worker(url, options);
  }
}

async function builtIn(): Promise<string> {
  const {workerSource} = await import('./inline-source.js');
  return workerSource;
}

async function blobWorker(text: () => Promise<string>): ReturnType<Rung['make']> {
  const script = await text();
  if (!script) throw new Error('its text is put in by the build, and this is unbuilt');
  const url = URL.createObjectURL(new Blob([script], {type: 'text/javascript'}));
  const release = (): void => URL.revokeObjectURL(url);
  try {
    return {worker: new Worker(trusted(url), {name: 'chunk-uploader-hash'}), release};
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/**
 * The ways to get a worker, best first. When all fail there is still this thread.
 *
 * @param text The worker's script for the Blob, by default the one that was built in.
 */
export function rungs({workerFactory, workerSrc}: WorkerChoice, text: () => Promise<string> = builtIn): readonly Rung[] {
  const from = (source: WorkerSource, make: () => Worker): Rung => ({source, make: async () => ({worker: make()})});
  return [
    ...(workerFactory ? [from('factory', workerFactory)] : []),
    ...(workerSrc ? [from('worker-src', () => new Worker(workerSrc, {type: 'module', name: 'chunk-uploader-hash'}))] : []),
    from('module-worker', moduleWorker),
    {source: 'blob-worker', make: () => blobWorker(text)},
  ];
}

/** What a worker is started with. Times in ms. */
export interface StartOptions {
  readonly algorithm: DigestAlgorithm;
  /** How long making the worker and its first answer may take together. */
  readonly handshake: number;
  /** See {@link LiveWorker}. */
  readonly silence: number;
}

/**
 * A worker that has answered. `new Worker()` returning says nothing: a missing or forbidden script shows in an event without words,
 * or not at all.
 *
 * @throws UploadError `worker-unavailable`, or whatever making it threw. Nothing is left behind then.
 */
export async function start(rung: Rung, {algorithm, handshake, silence}: StartOptions, signal: AbortSignal): Promise<LiveWorker> {
  const given = new AbortController();
  const late = (): UploadError => new UploadError('worker-unavailable', `no answer within ${handshake} ms`);
  const attempt = greeted(rung, (worker) => new LiveWorker(worker, algorithm, silence), given.signal);
  try {
    return await unlessAborted(within(handshake, attempt, late), signal);
  } catch (thrown) {
    given.abort();
    attempt.then((live) => live.close()).catch(() => undefined);
    throw thrown;
  }
}

async function greeted(rung: Rung, connect: (worker: Worker) => LiveWorker, signal: AbortSignal): Promise<LiveWorker> {
  const {worker, release} = await rung.make();
  const live = connect(worker);
  const end = (): void => live.close();
  signal.addEventListener('abort', end, {once: true});
  try {
    if (signal.aborted) end(); // it was given up while it was made
    await live.greet();
    return live;
  } catch (thrown) {
    end();
    throw thrown;
  } finally {
    signal.removeEventListener('abort', end);
    release?.();
  }
}
