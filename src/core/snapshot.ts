import type {UploadError, UploadErrorCode} from './errors.js';
import type {FileFacts, Kept, UploadResult} from './ports.js';
import type {Speed} from './speed.js';
import type {Needs, UploadStatus} from './state.js';
import type {Tally} from './tally.js';

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
  /** For developers. The element has words for people by code. */
  readonly message: string;
  /** The HTTP status that was answered, where there was an answer. */
  readonly status?: number;
  /** Whether `retry()` can help. */
  readonly retryable: boolean;
  /** Where the code is explained: `docs/errors.md#offline`. */
  readonly docs: string;
}

/** An upload's status as plain data: see `UploadStatus` for what each means. */
export type StatusSnapshot =
  | {readonly name: 'queued' | 'preparing' | 'finishing' | 'canceled'}
  | {readonly name: 'sending'; readonly verifying?: true}
  | {readonly name: 'paused'; readonly error?: ErrorSnapshot}
  | {readonly name: 'waiting'; readonly error: ErrorSnapshot; readonly attempt: number; readonly until: number}
  | {readonly name: 'failed'; readonly error: ErrorSnapshot}
  | {readonly name: 'done'; readonly result: UploadResult}
  | {readonly name: 'interrupted'; readonly needs: Needs; readonly error?: ErrorSnapshot}
  | {readonly name: 'elsewhere'; readonly there?: UploadStatus['name']};

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
  /**
   * What a later page load has to go on with, stored for good: nothing, the record alone (the file has to be chosen again), the file's
   * handle as well (access has to be allowed again), or a copy of the file (nobody has to do anything).
   */
  readonly kept: 'nothing' | 'record' | Exclude<Kept, 'nothing'>;
  /** The server had lost the upload, and it has started again from the first byte. */
  readonly startedAgain: boolean;
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

/** An error as plain data. */
export const errorSnapshot = ({code, message, status, retryable, docs}: UploadError): ErrorSnapshot =>
  Object.freeze({code, message, ...(status === undefined ? {} : {status}), retryable, docs});

function statusSnapshot(status: UploadStatus): StatusSnapshot {
  switch (status.name) {
    case 'paused':
      return {name: 'paused', ...(status.error ? {error: errorSnapshot(status.error)} : {})};
    case 'interrupted':
      return {name: 'interrupted', needs: status.needs, ...(status.error ? {error: errorSnapshot(status.error)} : {})};
    case 'waiting':
    case 'failed':
      return {...status, error: errorSnapshot(status.error)};
    case 'done':
      return {...status, result: Object.freeze({...status.result})};
    default:
      return status;
  }
}

/** What a snapshot is made of. */
export interface SnapshotSource {
  readonly id: string;
  readonly file: FileFacts;
  readonly status: UploadStatus;
  readonly progress: Progress;
  readonly kept: UploadSnapshot['kept'];
  readonly startedAgain: boolean;
}

/** An upload as plain data, at time `now` of the clock its speed was measured with. */
export function toSnapshot({id, file, status, progress, kept, startedAgain}: SnapshotSource, speed: Speed, now: number): UploadSnapshot {
  const {name, size, type, path} = file;
  return Object.freeze({
    id,
    name,
    size,
    type,
    path,
    status: Object.freeze(statusSnapshot(status)),
    progress: Object.freeze({...progress}),
    kept,
    startedAgain,
    speed: speed.rate(now),
    remaining: status.name === 'sending' ? speed.remaining(size - progress.confirmed, now) : null,
  });
}

/** All uploads of a tally together. */
export function toTotals({count, bytes}: Tally, speed: Speed, now: number, held: boolean): Totals {
  const remaining = count.sending > 0 ? speed.remaining(bytes.size - bytes.confirmed, now) : null;
  return Object.freeze({...bytes, speed: speed.rate(now), remaining, held, count: Object.freeze({...count})});
}
