import {systemClock} from '../core/clock.js';
import type {Clock} from '../core/ports.js';

/** In ms. Each small file has some of these, and a message to a worker costs more than a timer. */
const short = 5_000;

/** Timers that are not slowed down with the page. */
export interface Alarms {
  /** Resolves `ms` later, or never. */
  alarm(ms: number): Promise<void>;
}

/**
 * The real clock, with a second set of timers. Browsers let a hidden page's timers fire once a second, after five minutes once a
 * minute; a worker's go on. Whichever fires first counts, so that a worker that is gone costs punctuality and nothing else. Short waits that
 * begin in a page that is seen do without: hidden meanwhile, it is late by a second at most.
 */
export const clockWith = (alarms: Alarms): Clock => ({
  ...systemClock,
  async sleep(ms, signal) {
    if (ms <= short && (globalThis as {readonly document?: Pick<Document, 'hidden'>}).document?.hidden === false) {
      return systemClock.sleep(ms, signal);
    }
    const own = new AbortController();
    try {
      await Promise.race([systemClock.sleep(ms, AbortSignal.any([signal, own.signal])), alarms.alarm(ms)]);
    } finally {
      own.abort();
    }
  },
});
