import {toUploadError, type UploadErrorCode} from '../core/errors.js';
import type {DigestAlgorithm} from '../core/ports.js';
import type {Range} from '../core/ranges.js';
import {digestRoot, digestSpan} from './digest.js';
import {readThrough} from './read.js';

/**
 * What a worker answers to `hello`. Raised with every change of {@link HashService}: after a deployment a page may meet an older
 * worker from a cache, and the other way round.
 */
export const wireVersion = 'chunk-uploader-hash/2';

/** An answer that survives structured clone: error classes do not. */
export type Reply<T> = {readonly value: T} | {readonly failed: {readonly code: UploadErrorCode; readonly message: string}};

/**
 * What a worker does for a page. It reads the file itself: no bytes cross threads. Every call has a number given by the page, by
 * which it can be cancelled. One block per call: the page asks for the next, so no answer can overtake another.
 */
export class HashService {
  readonly #running = new Map<number, AbortController>();
  readonly #end: () => void;

  /** @param end Ends the thread this runs on. */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** The first sign of life, and every later one. Answered while a slow disk is waited for. */
  hello(): string {
    return wireVersion;
  }

  digest(id: number, algorithm: DigestAlgorithm, blob: Blob, span: Range): Promise<Reply<string>> {
    return this.#run(id, (signal) => digestSpan(algorithm, blob, span, signal));
  }

  root(id: number, algorithm: DigestAlgorithm, digests: readonly string[]): Promise<Reply<string>> {
    return this.#run(id, () => digestRoot(algorithm, digests));
  }

  check(id: number, blob: Blob, span: Range): Promise<Reply<void>> {
    return this.#run(id, (signal) => readThrough(blob, span, signal));
  }

  /** Answers `ms` later: a worker's timers go on in time while its page is hidden and the page's own are slowed down. */
  alarm(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Stops a call within one read. Its answer, which nobody waits for, is a failure. */
  cancel(id: number): void {
    this.#running.get(id)?.abort();
  }

  /** Ends the thread, and with it every call that is running: they get no answer. */
  close(): void {
    this.#end();
  }

  async #run<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<Reply<T>> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      return {value: await work(controller.signal)};
    } catch (thrown) {
      const {code, message} = toUploadError(thrown);
      return {failed: {code, message}};
    } finally {
      this.#running.delete(id);
    }
  }
}
