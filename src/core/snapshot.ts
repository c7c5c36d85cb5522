import type {UploadErrorCode} from './errors.js';
import type {UploadResult} from './ports.js';

/** How far an upload is, in bytes. Only the server's answers move `confirmed`. */
export interface Progress {
  readonly size: number;
  /** Digested so far. */
  readonly hashed: number;
  /** On the wire beyond `confirmed`: handed to the network, not acknowledged, perhaps lost. 0 when nothing is being sent. */
  readonly sent: number;
  /** What the server has said that it has. Falls only when the server says that it has less. */
  readonly confirmed: number;
}

/** An error as plain data. */
export interface ErrorSnapshot {
  readonly code: UploadErrorCode;
  readonly message: string;
  readonly status?: number;
}

/** An upload's status as plain data: see `UploadStatus` for what each means. */
export type StatusSnapshot =
  | {readonly name: 'queued' | 'preparing' | 'sending' | 'finishing' | 'canceled'}
  | {readonly name: 'paused'; readonly error?: ErrorSnapshot}
  | {readonly name: 'waiting'; readonly error: ErrorSnapshot; readonly attempt: number; readonly until: number}
  | {readonly name: 'failed'; readonly error: ErrorSnapshot}
  | {readonly name: 'done'; readonly result: UploadResult};

/** One upload at one moment: plain, frozen, serialisable. */
export interface UploadSnapshot {
  /** Unique in the page. */
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly path: string;
  readonly status: StatusSnapshot;
  readonly progress: Progress;
  /** Confirmed bytes per second over the last seconds of sending, 0 when that is not known. */
  readonly speed: number;
  /** ms until it is done at this speed, or `null` when that is not known. */
  readonly remaining: number | null;
}

/** All uploads of a list together. Canceled ones do not count. */
export interface Totals extends Progress {
  readonly speed: number;
  readonly remaining: number | null;
  /** Another upload's failure has stopped the list. */
  readonly held: boolean;
  /** How many uploads there are in each status. */
  readonly count: Readonly<Record<StatusSnapshot['name'], number>>;
}
