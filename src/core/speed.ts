interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Confirmed bytes per second of sending, over the last seconds. Time in which nothing runs does not count, so a pause does
 * not drag it down. What was only sent never counts.
 */
export class Speed {
  readonly #window: number;
  #samples: Sample[] = [];
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
    this.#samples.push({at, bytes});
    this.#samples = this.#samples.filter((sample) => at - sample.at <= this.#window);
  }

  /** Bytes per second, 0 as long as that is not known. */
  rate(now: number): number {
    const at = this.#sending(now);
    const recent = this.#samples.filter((sample) => at - sample.at <= this.#window);
    const span = Math.min(at, this.#window);
    return span < 1 ? 0 : (recent.reduce((sum, {bytes}) => sum + bytes, 0) * 1000) / span;
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
