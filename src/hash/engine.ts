import type {Range} from '../core/ranges.js';

/** Where the work is done: a worker, or this thread. Every call rejects with the signal's reason when that is aborted. */
export interface Engine {
  /** Digest of the bytes of `span`, in lower-case hex. */
  digest(blob: Blob, span: Range, signal: AbortSignal): Promise<string>;
  /** Digest of the list of digests. */
  root(digests: readonly string[], signal: AbortSignal): Promise<string>;
  /** Reads `span` and keeps nothing. */
  check(blob: Blob, span: Range, signal: AbortSignal): Promise<void>;
  /** Resolves `ms` later, by timers that a hidden page does not slow down. Only where there are such; may never settle. */
  alarm?(ms: number): Promise<void>;
  /** Gives everything back. Every pending call rejects. */
  close(): void;
}
