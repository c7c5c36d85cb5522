import type {BlockDigests} from '../../src/core/hasher-ports.js';
import type {Protocol, ServerResult, SourceFile} from '../../src/core/ports.js';

/** What can happen between a client and its server. */
export interface Line {
  /** Every connection is reset, and every new one, until {@link pass}. */
  refuse(): void;
  pass(): void;
  /** The next request that brings bytes is cut when this many have passed. The promise is fulfilled when it has come. */
  cutNext(after: number): Promise<unknown>;
  /** The next request that brings bytes is done, and its answer is lost. */
  loseNextAnswer(): Promise<unknown>;
  /** One bit of the file's byte at `offset` is turned over in the next request that brings it. */
  damageNext(offset: number): Promise<unknown>;
}

/** A protocol and the real server that it speaks to. */
export interface ProtocolScene {
  readonly protocol: Protocol;
  readonly line: Line;
  digestsOf(file: SourceFile): BlockDigests;
  /** What the server has stored of a finished upload, read past the protocol. */
  stored(result: ServerResult): Promise<{readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string}>;
  /** How many uploads the server holds, finished or not. */
  uploads(): Promise<number>;
  /** The server loses everything that it has. */
  forgetAll(): Promise<void>;
  /** From now on the server takes requests and answers none of them. */
  stall(): void;
  /** How many requests the server is busy with. */
  running(): number;
  /** How many requests have come to the server. */
  asked(): number;
  close(): Promise<void>;
}
