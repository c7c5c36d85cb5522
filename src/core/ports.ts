/**
 * The seams of the engine, with hasher-ports.ts, http-ports.ts and lasting-ports.ts. The core talks to these interfaces only; protocols/, net/,
 * hash/ and stores/ implement them.
 *
 * Rules for all of them: sizes and positions are bytes, times are ms. Every asynchronous function takes an `AbortSignal` last, rejects
 * with its `reason` as soon as it is aborted, and rejects with an `UploadError` in every other case. Nothing waits without a limit.
 */
import type {UploadError} from './errors.js';
import type {BlockDigests, Challenge, DigestAlgorithm} from './hasher-ports.js';
import type {FileHandle} from './lasting-ports.js';
import type {Range, Ranges} from './ranges.js';

export type {Http, HttpReply, HttpRequest} from './http-ports.js';
export type {Claim, FileHandle, FileKeeper, FoundFile, Kept, ResumeStore, TabNews, Tabs} from './lasting-ports.js';

/** What can be saved and read back. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/** What is known of a file without its bytes. */
export interface FileFacts {
  readonly name: string;
  /** MIME type as the browser guessed it, or `''`. Never trusted by a server. */
  readonly type: string;
  readonly size: number;
  /** ms since the epoch. */
  readonly lastModified: number;
  /** Path inside a chosen folder, with `/`, or `''`. */
  readonly path: string;
  /** Cheap key that finds a saved upload again. Not a proof of content: digests are. */
  readonly identity: string;
}

/** A file as the engine sees it: read once, so that nothing asks the disk again. */
export interface SourceFile extends FileFacts {
  readonly blob: Blob;
  /** Leads a later page to the file, where the browser has such handles. */
  readonly handle?: FileHandle | undefined;
}

/** What a server says of a finished upload. Plain data. */
export interface ServerResult {
  /** Where the file can be found, or `null` when the server does not say. */
  readonly url: string | null;
  /** The server had the file already; nothing was sent. */
  readonly instant: boolean;
  /** What the server checked before it said "complete": every block's digest, each part, or only the length. */
  readonly verified: 'digest' | 'parts' | 'length';
  /** Root digest as the server computed it from the bytes it stored, in lower-case hex, or `null`. */
  readonly digest: string | null;
  /** Whatever else the server said. */
  readonly server: Json;
}

/** What is known of a finished upload. Plain data. */
export interface UploadResult extends ServerResult {
  /** Root digest as this side computed it from the file, in lower-case hex, or `null` without digests. Never differs from `digest`. */
  readonly clientDigest: string | null;
}

/** How a server wants its parts. The core adapts sizes inside `min` and `max`, never when `fixed`. */
export interface PartRule {
  readonly min: number;
  readonly preferred: number;
  readonly max: number;
  /** Parts end on a multiple of this many bytes wherever they are long enough to. */
  readonly align?: number;
  /** All parts but the last have exactly `preferred` bytes, for ever. */
  readonly fixed?: true;
  /** The last part takes a short rest with it instead of leaving a shorter part. */
  readonly lastMayGrow?: true;
  /** Requests with a body that one upload may have at a time. */
  readonly parallel: number;
}

/** What `open` needs. */
export interface OpenRequest {
  readonly file: SourceFile;
  /** 128 random bits in hex, the same for every `open` of an upload until it is done, canceled or lost. */
  readonly key: string;
  /** Whether an `open` with this key may have reached the server: then ask first, and send no bytes along. */
  readonly repeated: boolean;
  /** The `remote` of an earlier `open`, from this page or another. Its shape is never trusted. */
  readonly saved: Json | undefined;
  readonly digests: BlockDigests;
  /** All bytes of the file, where it is so short that they are here: it need not be read again, nor {@link onSent} be told. */
  readonly bytes?: ArrayBuffer | undefined;
  /** The most bytes that may travel along: on a slow or unknown line a long body would keep everybody waiting for the first answer. */
  readonly carry: number;
  /** How many requests may bring them side by side, each its share. More than one only where a greeting was answered that the server takes it. */
  readonly spread: number;
  /** Bytes of this request handed to the network so far. They may be lost. */
  readonly onSent: (bytes: number) => void;
  /** How long the request may take for the given number of bytes, in ms. */
  readonly patience: (bytes: number) => number;
  /** Root digest of the whole file in lower-case hex, where it is known before the creation. */
  readonly root?: string | undefined;
}

/** What the server had, or made, when an upload was opened. */
export type Opened<R extends Json> =
  | {readonly kind: 'known'; readonly how: 'instant' | 'already-finished'; readonly result: ServerResult}
  | {
      readonly kind: 'open';
      readonly remote: R;
      readonly confirmed: Ranges;
      readonly parts: PartRule;
      /** Spans that take one request at a time, in order. Without it parts may travel in any order. */
      readonly lanes?: Ranges;
      /** The server has said that a claim by the root it was told would find something. Its absence says nothing. */
      readonly known?: true;
    }
  /** The server knew this upload and has forgotten it. The next `open` gets a new key. */
  | {readonly kind: 'gone'};

/** What the server says when it is only asked. */
export type Answer =
  | {
      readonly kind: 'open';
      readonly confirmed: Ranges;
      /** Why the server refused the last part, where the refusal itself may have been lost on its way. */
      readonly refused?: UploadError;
    }
  | {readonly kind: 'done'; readonly result: ServerResult}
  | {readonly kind: 'gone'};

/** What `send` needs. */
export interface SendRequest<R extends Json> {
  readonly remote: R;
  readonly file: SourceFile;
  readonly part: Range;
  readonly digests: BlockDigests;
  readonly onSent: (bytes: number) => void;
  readonly patience: (bytes: number) => number;
}

/** What became of a part. All but the first two are for the run to put right; they are no failures. */
export type Sent =
  /** The server has these bytes for good. May tell of more than this part. */
  | {readonly kind: 'kept'; readonly confirmed: Ranges}
  /** That was the last thing missing. */
  | {readonly kind: 'done'; readonly result: ServerResult}
  /** The server holds something else than was thought: ask it. */
  | {readonly kind: 'conflict'; readonly error: UploadError}
  /** The part was too large for somebody on the way. */
  | {readonly kind: 'too-large'; readonly error: UploadError}
  /** These blocks did not have the digest that was announced, and were dropped. */
  | {readonly kind: 'dropped'; readonly blocks: readonly number[]; readonly error: UploadError}
  /** The server does not know the upload any more. */
  | {readonly kind: 'gone'};

/** What came of asking for the file to be put together. */
export type Finished =
  | {readonly kind: 'done'; readonly result: ServerResult}
  | {readonly kind: 'missing'; readonly confirmed: Ranges}
  /** The server is still checking; ask again. `verified` bytes are checked. */
  | {readonly kind: 'verifying'; readonly verified: number}
  | {readonly kind: 'gone'};

/** What a server says of the blocks it has. */
export interface ServerDigests {
  readonly blockSize: number;
  readonly algorithm: DigestAlgorithm;
  readonly digests: readonly (string | undefined)[];
}

/** What `claim` needs. */
export interface ClaimRequest<R extends Json> {
  readonly remote: R;
  /** Root digest of the whole file in lower-case hex, by the algorithm that the upload was opened with. */
  readonly root: string;
  readonly size: number;
  /** Digests of nonce + block for each block asked for, in lower-case hex and in the order they were asked for. */
  readonly prove: (challenge: Challenge, signal: AbortSignal) => Promise<readonly string[]>;
}

/** What the answer to a greeting says of a server. */
export interface Greeted {
  /** Whether several requests may bring the bytes that travel with a creation. Known a little later; never rejects. */
  readonly spreads: Promise<boolean>;
}

/**
 * How one kind of server is spoken to. Has no memory: what must last is in the `remote` that `open` returns.
 * Every request may reach the server twice, because browsers repeat requests by themselves when a used connection dies.
 */
export interface Protocol<R extends Json = Json> {
  readonly name: string;
  /** Files will come soon: code that most of them need is loaded. Nobody waits for it. */
  prepare?(): void;
  /**
   * Asks for nothing: any answer leaves a connection open. Called several times at once, when files will come soon. Only for protocols with
   * servers that take no offence.
   */
  greet?(signal: AbortSignal): Promise<Greeted>;
  /** How long an answer to `ask` may take, in ms. */
  readonly askTimeout: number;
  /** Files of up to so many bytes are stored by the very request that creates their upload, where all of them may travel along. Default: none. */
  readonly wholeUpTo?: number;
  /** Asks what the server has; creates the upload where there is none. May carry the first bytes. */
  open(request: OpenRequest, signal: AbortSignal): Promise<Opened<R>>;
  /** Asks, and changes nothing: never creates, never ends another request. */
  ask(remote: R, signal: AbortSignal): Promise<Answer>;
  /** Sends one part. */
  send(request: SendRequest<R>, signal: AbortSignal): Promise<Sent>;
  /** Has the file put together. Calling it again is harmless. */
  finish(remote: R, signal: AbortSignal): Promise<Finished>;
  /**
   * The digests, in lower-case hex, of blocks that the server has whole and has verified; `undefined` for every other one. Only
   * protocols whose servers check blocks have this.
   */
  digests?(remote: R, signal: AbortSignal): Promise<ServerDigests>;
  /**
   * "Do you have it already?" `undefined`: no, or not for us. The parts of the upload that are under way are ended when there is a
   * result. Only a convenience: it fails for no reason but the signal's, `prove`'s, or what any request may fail for.
   */
  claim?(request: ClaimRequest<R>, signal: AbortSignal): Promise<ServerResult | undefined>;
  /** Tells the server to throw the upload away. `remote` is `undefined` when no answer to `open` ever came. */
  discard(remote: R | undefined, key: string, signal: AbortSignal): Promise<void>;
}

/** Permissions to have a request with a body under way, shared by all files. */
export interface Slots {
  /** Waits for a free one, first come first served. The function that comes back frees it; calling it twice is harmless. */
  take(signal: AbortSignal): Promise<() => void>;
  /** Takes one that is free now, if there is any that nobody waits for. What comes back frees it, as with {@link take}. */
  takeFree(): (() => void) | undefined;
}

/** Whether there seems to be a network. A hint only: both values are wrong at times. */
export interface Network {
  readonly online: boolean;
  /** Calls `listener` whenever `online` changes; the function that comes back ends that. */
  subscribe(listener: (online: boolean) => void): () => void;
}

/** Time. */
export interface Clock {
  /** ms on a clock that only goes forward; its zero means nothing. */
  now(): number;
  /** ms since the epoch, for what a person reads. */
  today(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Calls back when it is worth drawing again: with an animation frame, not with each, or by a timer while nobody looks. */
export interface Frames {
  /** The function that comes back calls it off. */
  next(callback: () => void): () => void;
}
