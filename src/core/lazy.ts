import {inTime, systemClock} from './clock.js';
import {UploadError} from './errors.js';

/** How long code may take to be loaded, in ms. */
const limit = 10_000;

/** Code that most pages never need, loaded when one does. */
export class Lazy<T> {
  readonly #import: () => Promise<T>;
  #loading: Promise<T> | undefined;
  #here: T | undefined;

  /** `load` is called for the first who asks, and again only after a failure. */
  constructor(load: () => Promise<T>) {
    this.#import = load;
  }

  /** The code, once it has been loaded. @throws TypeError before that: a mistake in the engine. */
  get here(): T {
    if (this.#here) return this.#here;
    throw new TypeError('Code is used before it is loaded');
  }

  /**
   * Loads it. A failure is not remembered here, but some browsers remember it until the page is loaded again.
   *
   * @throws UploadError `unexpected` when it cannot be loaded, or not within 10 s; the signal's reason.
   */
  async load(signal: AbortSignal): Promise<T> {
    try {
      return (this.#here ??= await inTime(systemClock, limit, () => (this.#loading ??= this.#import()), signal));
    } catch (cause) {
      signal.throwIfAborted();
      this.#loading = undefined;
      throw new UploadError('unexpected', `Code could not be loaded (${String(cause)}). Retry, or reload the page.`, {cause});
    }
  }
}

/** For uploads that an earlier page, another tab or a closed list has begun. */
export const comingBack = new Lazy(() => import('./coming-back.js'));
