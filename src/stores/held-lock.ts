import {unlessAborted} from '../core/pool.js';

/** As much of a `LockManager` as is used. */
export type Locks = Pick<LockManager, 'request'>;

/** A Web Lock that this page has. */
export interface HeldLock {
  /** Aborted when another tab has taken it by force. */
  readonly lost: AbortSignal;
  /** Fulfilled when it is not held any more, for whatever reason. */
  readonly gone: Promise<void>;
  release(): void;
}

/** Takes a lock; `undefined` when `ifAvailable` and it is taken. Rejects when it is not to be had here at all. */
function request(locks: Locks, name: string, options: LockOptions): Promise<HeldLock | undefined> {
  return new Promise((resolve, reject) => {
    const lost = new AbortController();
    let release = (): void => undefined;
    const held = new Promise<void>((letGo) => (release = letGo));
    const granted = (lock: Lock | null): Promise<void> | undefined => {
      if (lock) resolve({lost: lost.signal, gone, release});
      else resolve(undefined);
      return lock ? held : undefined;
    };
    const gone: Promise<void> = locks.request(name, options, granted).then(
      () => undefined,
      (error: Error) => {
        lost.abort(error);
        reject(error); // nobody hears that when it was held before
      },
    );
  });
}

/** {@link request}, given up when `signal` is aborted: what comes too late is let go again. */
export async function takeLock(locks: Locks, name: string, options: LockOptions, signal: AbortSignal): Promise<HeldLock | undefined> {
  signal.throwIfAborted();
  // A lock cannot be asked for with a signal and at the same time only if available, or by force.
  const queues = options.ifAvailable !== true && options.steal !== true;
  const taking = request(locks, name, queues ? {...options, signal} : options);
  try {
    return await unlessAborted(taking, signal);
  } catch (error) {
    taking.then(
      (lock) => lock?.release(),
      () => undefined,
    );
    throw error;
  }
}
