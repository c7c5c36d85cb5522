/** What was confirmed within a moment that began at `at`. */
interface Moment {
  readonly at: number;
  bytes: number;
}

/** Into how many moments the window is divided, so that a thousand short files a second are no more to add up than one long one. */
const moments = 40;

/**
 * Confirmed bytes per second of sending, over the last seconds. Time in which nothing runs does not count, so a pause does
 * not drag it down. What was only sent never counts.
 */
export class Speed {
  readonly #window: number;
  readonly #moments: Moment[] = [];
  #active = 0;
  #since: number | undefined;

  /** `window` is how many ms of sending are looked at. */
  constructor(window = 10_000) {
    this.#window = window;
  }

  /** Sending goes on, at time `now` in ms. */
  start(now: number): void {
    this.#since ??= now;
  }

  /** Sending rests. */
  stop(now: number): void {
    this.#active = this.#sending(now);
    this.#since = undefined;
  }

  /** The server has confirmed `bytes` more. */
  confirmed(bytes: number, now: number): void {
    const at = this.#sending(now);
    const last = this.#moments.at(-1);
    if (last && at - last.at < this.#window / moments) last.bytes += bytes;
    else this.#moments.push({at, bytes});
    if (this.#moments.length > moments + 1) this.#moments.shift();
  }

  /** Bytes per second, 0 as long as that is not known. */
  rate(now: number): number {
    const at = this.#sending(now);
    const span = Math.min(at, this.#window);
    if (span < 1) return 0;
    let recent = 0;
    for (const moment of this.#moments) if (at - moment.at <= this.#window) recent += moment.bytes;
    return (recent * 1000) / span;
  }

  /** ms that `bytes` more will take at this rate, `null` when that is not known. */
  remaining(bytes: number, now: number): number | null {
    const rate = this.rate(now);
    return rate > 0 ? Math.round((bytes * 1000) / rate) : null;
  }

  /** ms spent sending so far. */
  #sending(now: number): number {
    return this.#active + (this.#since === undefined ? 0 : now - this.#since);
  }
}
