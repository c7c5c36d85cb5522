/**
 * The seam of digests: what a hasher does, and what others are given of a file's digests. The rules of ports.ts hold here too.
 */
import type {Range} from './ranges.js';

/** How a block is digested. `none` sends no digests: then only lengths are compared. */
export type DigestAlgorithm = 'md5' | 'sha-256' | 'none';

/** The digests of a file's blocks, made when they are asked for. */
export interface BlockDigests {
  readonly algorithm: DigestAlgorithm;
  /** Bytes in a block; the last one of a file may be shorter. */
  readonly blockSize: number;
  /** Digests in lower-case hex of every block that `span` touches, in order. Empty with algorithm `none` or an empty span. */
  of(span: Range, signal: AbortSignal): Promise<readonly string[]>;
}

/** Blocks that are to be digested, each to be taken once. */
export interface Deal {
  /** Whether there is none to take, for now. */
  readonly isEmpty: boolean;
  /** The number of the block to begin with next, if there is one: best of all the one that follows `after`, which was begun before. */
  next(after?: number): number | undefined;
}

/** Asks for proof that this side has the bytes. */
export interface Challenge {
  /** Lower-case hex. The bytes that it stands for, and not its letters, are digested before each block. */
  readonly nonce: string;
  /** Numbers of blocks. */
  readonly blocks: readonly number[];
  /** Bytes in a block; the last one of a file may be shorter. */
  readonly blockSize: number;
}

/** A short file, read once. */
export interface ShortFile {
  readonly bytes: ArrayBuffer;
  /** Digest of its only block, in lower-case hex. */
  readonly digest: string;
  /** As {@link Hasher.root} of that one. */
  readonly root: string;
}

/**
 * Digests blocks of a file, away from the page's thread where it can. Reads the file itself: no bytes go there by message, but for those of
 * short files, which are moved.
 */
export interface Hasher {
  readonly algorithm: DigestAlgorithm;
  /** Whether this browser refuses to read a file that changed on disk. Where not, only comparing digests tells. */
  readonly noticesChange: boolean;
  /** Bytes digested per second of late, by all workers together; `undefined` before a large block was digested. */
  readonly rate: number | undefined;
  /**
   * Digests the blocks of `blob` that `range` touches, in order, and tells each as it is ready: its number and its digest in hex.
   * Goes before everything that is digested {@link ahead}.
   *
   * @throws UploadError `file-changed` or `file-unreadable`.
   */
  blocks(blob: Blob, range: Range, blockSize: number, onBlock: (index: number, digest: string) => void, signal: AbortSignal): Promise<void>;
  /**
   * Digests what `deal` has, when nobody waits for blocks of any file. Tells each as it is ready, in any order. Over when all are told
   * that were taken, and there is none left.
   *
   * @throws UploadError as {@link blocks}.
   */
  ahead(blob: Blob, deal: Deal, blockSize: number, onBlock: (index: number, digest: string) => void, signal: AbortSignal): Promise<void>;
  /**
   * Reads a short file of one block, for who sends it and need not read it again. Its bytes are moved to a worker and back, not copied.
   * A hasher without this has every file read twice.
   *
   * @throws UploadError as {@link blocks}.
   */
  short?(blob: Blob, signal: AbortSignal): Promise<ShortFile>;
  /** Digest of the list of block digests: the file's name by content. */
  root(digests: readonly string[], signal: AbortSignal): Promise<string>;
  /**
   * Reads `range` once and throws the bytes away: a way to see whether the file can still be read.
   *
   * @throws UploadError `file-changed` or `file-unreadable`.
   */
  check(blob: Blob, range: Range, signal: AbortSignal): Promise<void>;
  /**
   * The plain digest of all bytes of `blob`, in lower-case hex, for servers that want no list. One worker makes it, from the first byte
   * to the last, and nothing of it is kept. Tells how many bytes are digested by now.
   *
   * @throws UploadError as {@link blocks}; `unexpected` with algorithm `sha-256`, which browsers cannot make piece by piece.
   */
  whole(blob: Blob, onHashed: (bytes: number) => void, signal: AbortSignal): Promise<string>;
  /**
   * The digest of `nonce` and then the bytes of a block, for each block that is asked for, in the order they are asked for.
   * None with algorithm `none`.
   *
   * @throws UploadError as {@link blocks}; `protocol` when the file has no such block.
   */
  prove(blob: Blob, challenge: Challenge, signal: AbortSignal): Promise<readonly string[]>;
  /** Files will come soon: what the first of them needs is brought. Nobody waits for it, and what goes wrong shows when it is needed. */
  prepare?(): void;
  /** Ends the workers. Every pending call rejects. Calling anything afterwards rejects too. */
  close(): void;
}
