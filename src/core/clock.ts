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

/** The real one. Timers of a hidden page may be late by a second or more; nothing here depends on them being exact. */
export const systemClock: Clock = {now: () => performance.now(), today: () => Date.now(), sleep};
