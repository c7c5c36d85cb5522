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

/**
 * Runs `lane` `width` times side by side. There are three ways out: all lanes return `undefined` (the answer is `undefined`),
 * one returns something else (finished early: that is the answer), or one throws, or `outer` is aborted (rejects with it).
 * Whichever comes first is told in the same task and aborts the other lanes; they settle in their own time, unheard.
 */
export async function failFast<T>(width: number, outer: AbortSignal, lane: (signal: AbortSignal) => Promise<T | undefined>): Promise<T | undefined> {
  const inner = new AbortController();
  const signal = AbortSignal.any([outer, inner.signal]);
  const lanes = Array.from({length: width}, async () => lane(signal));
  const early = new Promise<T>((resolve, reject) => {
    for (const one of lanes) one.then((value) => value !== undefined && resolve(value), reject);
  });
  try {
    return await unlessAborted(Promise.race([early, Promise.all(lanes).then(() => undefined)]), outer);
  } finally {
    inner.abort(new DOMException('Another part ended this', 'AbortError'));
  }
}
