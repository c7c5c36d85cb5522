import type {ShortFile} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';

/** What makes digests. `none-yet` where no worker has begun. */
export type EngineName = 'wasm' | 'spark-md5' | 'webcrypto' | 'none-yet';

/** Where the work is done: a worker, or this thread. Every call rejects with the signal's reason when that is aborted. */
export interface Engine {
  /** What makes the digests now. */
  readonly name: EngineName;
  /** Digest, in lower-case hex, of `nonce` (in hex; mostly nothing) and the bytes of `span`. */
  digest(blob: Blob, span: Range, nonce: string, signal: AbortSignal): Promise<string>;
  /** Digest of the list of digests. */
  root(digests: readonly string[], signal: AbortSignal): Promise<string>;
  /** Digests of all `bytes` of a file that is a single block. They are given away, and come back. */
  short(bytes: ArrayBuffer, signal: AbortSignal): Promise<ShortFile>;
  /** Reads `span` and keeps nothing. */
  check(blob: Blob, span: Range, signal: AbortSignal): Promise<void>;
  /** MD5 of a whole file of `size` bytes, in lower-case hex. Tells how many bytes are digested by now. */
  whole(blob: Blob, size: number, onHashed: (bytes: number) => void, signal: AbortSignal): Promise<string>;
  /** Resolves `ms` later, by timers that a hidden page does not slow down. Only where there are such; may never settle. */
  alarm?(ms: number): Promise<void>;
  /** Makes MD5 by WebAssembly from now on, where that may be compiled. Does not throw, and nobody waits for it. */
  hasten?(code: BufferSource): void;
  /** Gives everything back. Every pending call rejects. */
  close(): void;
}
