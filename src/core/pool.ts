/** Rejects with the signal's reason when it is aborted. `done()` takes the listener away again. */
export function aborted(signal: AbortSignal): {readonly promise: Promise<never>; readonly done: () => void} {
  let stop = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, {once: true});
  });
  promise.catch(() => undefined);
  return {promise, done: () => signal.removeEventListener('abort', stop)};
}

/** `work`, or the signal's reason as soon as it is aborted: for what might never settle. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const abort = aborted(signal);
  try {
    return await Promise.race([abort.promise, work]);
  } finally {
    abort.done();
  }
}

/** One of several pieces of work side by side. */
export type Lane<T> = (signal: AbortSignal) => Promise<T | undefined>;

/**
 * Runs `lanes` side by side. There are three ways out: all return `undefined` (the answer is `undefined`), one returns something
 * else (finished early: that is the answer), or one throws, or `outer` is aborted (rejects with it). Whichever comes first
 * is told in the same task and aborts the other lanes; they settle in their own time, unheard: a sibling may never settle.
 */
export async function failFast<T>(lanes: readonly Lane<T>[], outer: AbortSignal): Promise<T | undefined> {
  const inner = new AbortController();
  const signal = AbortSignal.any([outer, inner.signal]);
  const running = lanes.map(async (lane) => lane(signal));
  const early = new Promise<T>((resolve, reject) => {
    for (const lane of running) lane.then((value) => value !== undefined && resolve(value), reject);
  });
  const all = Promise.all(running).then(() => undefined);
  try {
    return await unlessAborted(Promise.race([early, all]), outer);
  } finally {
    inner.abort(new DOMException('Another part ended this', 'AbortError'));
  }
}
