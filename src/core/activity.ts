/** Something that an upload does, until it is through or something else is begun. */
export interface Doing {
  /** Aborted when it is stopped. */
  readonly signal: AbortSignal;
  /** Whether it still counts. */
  readonly live: boolean;
  /** It is through. False when it was stopped before, and nothing of it counts any more. */
  end(reason?: unknown): boolean;
}

/** The one thing that an upload does at a time. */
export class Activity {
  #now: AbortController | undefined;

  /** Begins something; what was going on is stopped. */
  next(): Doing {
    this.stop();
    const mine = (this.#now = new AbortController());
    const isLive = (): boolean => this.#now === mine;
    return {
      signal: mine.signal,
      get live() {
        return isLive();
      },
      end: (reason) => {
        if (!isLive()) return false;
        this.#now = undefined;
        if (reason !== undefined) mine.abort(reason);
        return true;
      },
    };
  }

  /** Stops what is going on. It is not live any more when its signal is aborted. */
  stop(): void {
    this.leave()?.abort();
  }

  /** What is going on does not count any more; the caller aborts it. */
  leave(): AbortController | undefined {
    const now = this.#now;
    this.#now = undefined;
    return now;
  }
}
