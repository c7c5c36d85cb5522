import type {UploadError} from './errors.js';

/** The longest wait between two tries, also when a server asks for more, in ms. */
export const LONGEST_WAIT = 300_000;

/**
 * How long to wait before the `attempt`th automatic try, in ms: with a `first` of 1 s it is 1 s, 2 s, 4 s … up to 60 s, of which a random
 * part of at most half is taken off so that many pages do not come back in the same moment. A server's `Retry-After` is honoured up to
 * {@link LONGEST_WAIT}. `random` gives numbers from 0 to 1.
 */
export function retryDelay({retryAfter}: UploadError, attempt: number, first: number, random: () => number = Math.random): number {
  const backOff = Math.min(60_000, first * 2 ** (attempt - 1)) * (1 - random() / 2);
  return Math.min(LONGEST_WAIT, Math.max(backOff, retryAfter ?? 0));
}
