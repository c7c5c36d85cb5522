import type {UploadError} from './errors.js';
import type {UploadResult} from './ports.js';

/** What an interrupted upload needs of a person before it can go on: nothing but to be told, access to the file, or the file itself. */
export type Needs = 'nothing' | 'access' | 'file';

/** Where an upload stands. Progress lives beside it: see `Progress`. */
export type UploadStatus =
  /** Its turn has not come, or the list is held. */
  | {readonly name: 'queued'}
  /** The server is being asked what it has. */
  | {readonly name: 'preparing'}
  /** Missing bytes are on their way. `verifying`: the last of them wait until the file is proven unchanged. */
  | {readonly name: 'sending'; readonly verifying?: true}
  /** The server has every byte and puts the file together. */
  | {readonly name: 'finishing'}
  /** A person stopped it. `error` is what had stopped it before that, if anything had. */
  | {readonly name: 'paused'; readonly error?: UploadError}
  /** It failed and tries again by itself, the `attempt`th time, at `until` (ms since the epoch). */
  | {readonly name: 'waiting'; readonly error: UploadError; readonly attempt: number; readonly until: number}
  | {readonly name: 'failed'; readonly error: UploadError}
  | {readonly name: 'done'; readonly result: UploadResult}
  | {readonly name: 'canceled'}
  /** An earlier page has left it unfinished. `error`: why the file that was given or found is not taken. */
  | {readonly name: 'interrupted'; readonly needs: Needs; readonly error?: UploadError}
  /** Another tab has it, and it is `there` in that one; this one waits to take over. */
  | {readonly name: 'elsewhere'; readonly there?: UploadStatus['name']};

/** What a person can ask of an upload. Where it is not possible nothing happens, as with `pause()` on a paused video. */
export type PersonAction = {readonly type: 'pause'} | {readonly type: 'resume'} | {readonly type: 'retry'} | {readonly type: 'cancel'};

/** What a live run reports. One that is not legal is a mistake in the engine, and {@link next} throws. */
export type RunAction =
  | {readonly type: 'start'}
  | {readonly type: 'opened'}
  | {readonly type: 'verifying'}
  | {readonly type: 'sent-all'}
  | {readonly type: 'missing'}
  | {readonly type: 'lost'}
  | {readonly type: 'held'}
  | {readonly type: 'interrupted'; readonly needs: Needs; readonly error?: UploadError}
  | {readonly type: 'elsewhere'; readonly there?: UploadStatus['name']}
  | {readonly type: 'claimed'}
  | {readonly type: 'finished'; readonly result: UploadResult}
  | {readonly type: 'failed'; readonly error: UploadError}
  | {readonly type: 'postponed'; readonly error: UploadError; readonly attempt: number; readonly until: number};

/** All that can happen to an upload. */
export type UploadAction = PersonAction | RunAction;

const stops = ['finished', 'failed', 'postponed', 'held', 'interrupted', 'elsewhere', 'pause', 'cancel'] as const;

const legal = {
  queued: ['start', 'elsewhere', 'pause', 'cancel'],
  preparing: ['opened', 'lost', ...stops],
  sending: ['verifying', 'sent-all', 'lost', ...stops],
  finishing: ['missing', 'lost', ...stops],
  paused: ['resume', 'elsewhere', 'cancel'],
  waiting: ['retry', 'elsewhere', 'pause', 'cancel'],
  failed: ['retry', 'elsewhere', 'pause', 'cancel'],
  done: [],
  canceled: [],
  interrupted: ['resume', 'interrupted', 'elsewhere', 'finished', 'cancel'],
  elsewhere: ['elsewhere', 'claimed', 'interrupted', 'finished', 'pause', 'cancel'],
} as const satisfies Record<UploadStatus['name'], readonly UploadAction['type'][]>;

const personal: readonly UploadAction['type'][] = ['pause', 'resume', 'retry', 'cancel'] satisfies PersonAction['type'][];

/**
 * Whether `type` can happen in this status. A failure that no retry can mend cannot be paused or retried, and an interrupted upload
 * cannot go on before it has its file.
 */
export function allows(status: UploadStatus, type: UploadAction['type']): boolean {
  const types: readonly UploadAction['type'][] = legal[status.name];
  if (!types.includes(type)) return false;
  if (type === 'resume') return status.name !== 'interrupted' || status.needs === 'nothing';
  return status.name !== 'failed' || type === 'cancel' || status.error.retryable;
}

/** Whether a run is under way in this status. */
export const isRunning = (status: UploadStatus): boolean =>
  status.name === 'preparing' || status.name === 'sending' || status.name === 'finishing';

/** Whether it has come to wait, for a person, for its next try, or for a list that is held: nobody knows for how long. */
export const hasStopped = (before: UploadStatus, {name}: UploadStatus): boolean =>
  name === 'paused' || name === 'waiting' || name === 'failed' || (name === 'queued' && isRunning(before));

/** Whether nothing more comes by itself: done, canceled, failed with no automatic try to come, or interrupted. */
export const isSettled = (status: UploadStatus): boolean => isOver(status) || status.name === 'interrupted';

/** Whether the upload may be taken off the list: nothing of it goes on, and nobody was asked to let it go on. */
export const isOver = (status: UploadStatus): boolean => status.name === 'done' || status.name === 'canceled' || status.name === 'failed';

/**
 * The status after `action`. Pure. The same object comes back when a person asked for what is not possible now.
 *
 * @throws TypeError when a run reports what cannot be: a mistake in the engine.
 */
export function next(status: UploadStatus, action: UploadAction): UploadStatus {
  if (allows(status, action.type)) return after(status, action);
  if (personal.includes(action.type)) return status;
  throw new TypeError(`"${action.type}" cannot happen to an upload that is ${status.name}`);
}

function after(status: UploadStatus, action: UploadAction): UploadStatus {
  switch (action.type) {
    case 'start':
    case 'lost':
      return {name: 'preparing'};
    case 'opened':
    case 'missing':
      return {name: 'sending'};
    case 'verifying':
      return {name: 'sending', verifying: true};
    case 'sent-all':
      return {name: 'finishing'};
    case 'held':
    case 'resume':
    case 'retry':
    case 'claimed':
      return {name: 'queued'};
    case 'pause':
      return 'error' in status ? {name: 'paused', error: status.error} : {name: 'paused'};
    case 'finished':
      return {name: 'done', result: action.result};
    case 'failed':
      return {name: 'failed', error: action.error};
    case 'postponed':
      return {name: 'waiting', error: action.error, attempt: action.attempt, until: action.until};
    case 'cancel':
      return {name: 'canceled'};
    case 'interrupted':
      return {name: 'interrupted', needs: action.needs, ...(action.error ? {error: action.error} : {})};
    case 'elsewhere':
      return action.there ? {name: 'elsewhere', there: action.there} : {name: 'elsewhere'};
    default:
      return unreachable(action);
  }
}

/** Stops the build when a union grows and a switch was forgotten. */
export function unreachable(value: never): never {
  throw new TypeError(`Unhandled case: ${JSON.stringify(value)}`);
}
