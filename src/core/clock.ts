import {unlessAborted} from './pool.js';
import type {Clock} from './ports.js';

/** Waits, and stops waiting when `signal` is aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, {once: true});
  });
}

/**
 * Lets everything else that waits have its turn. By message and not by timer: a hidden page's timers run once a second or less.
 * Not `scheduler.yield` either: what continues after it goes before the page's own timers and answers, and this is for what is never urgent.
 */
export const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** The real one. Timers of a hidden page may be late by a second or more; nothing here depends on them being exact. */
export const systemClock: Clock = {now: () => performance.now(), today: () => Date.now(), sleep};

/**
 * `work`, or a `TimeoutError` when it has not settled after `ms` of `clock`. Its signal is aborted then, and when `signal` is; this
 * does not wait for `work` to notice.
 */
export async function inTime<T>(clock: Clock, ms: number, work: (limited: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const settled = new AbortController();
  const limited = AbortSignal.any([signal, over.signal]);
  clock.sleep(ms, settled.signal).then(
    () => over.abort(new DOMException(`Not settled within ${ms} ms`, 'TimeoutError')),
    () => undefined,
  );
  try {
    return await unlessAborted(work(limited), limited);
  } finally {
    settled.abort();
  }
}
