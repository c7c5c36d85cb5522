import {setTimeout as sleep} from 'node:timers/promises';

/** How long to look, and how often. */
export interface Patience {
  /** ms until it is given up. @default 20000 */
  readonly limit?: number;
  /** ms between two looks. @default 25 */
  readonly every?: number;
}

/**
 * Looks until `look` gives something other than `undefined` or `false`, and returns that.
 *
 * @param what Names what is waited for; the error says it, with the last thing that `look` threw.
 * @throws Error when the limit is over.
 */
export async function until<T>(what: string, look: () => T | Promise<T>, {limit = 20_000, every = 25}: Patience = {}): Promise<Found<T>> {
  const end = performance.now() + limit;
  let last: unknown;
  do {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found as Found<T>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(every);
  } while (performance.now() < end);
  throw new Error(`Waited ${limit} ms for ${what}`, {cause: last});
}

/** What is left of a look's type when it has found something. */
export type Found<T> = Exclude<T, undefined | false>;

/**
 * Looks for `time` ms and throws as soon as `hold` is not true any more: for what must not happen.
 * It proves only that nothing happened in that time; choose it longer than what would cause it.
 */
export async function stays(what: string, hold: () => boolean | Promise<boolean>, time: number): Promise<void> {
  const end = performance.now() + time;
  while (performance.now() < end) {
    if (!(await hold())) throw new Error(`It did not stay so: ${what}`);
    await sleep(25);
  }
}
