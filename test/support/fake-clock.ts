import type {Clock} from '../../src/core/ports.js';

/** Lets everything happen that is ready to: every promise callback, and the tasks that are queued already. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** What `today()` says when nothing has been advanced. */
const firstDay = Date.UTC(2026, 0, 1);

/** Time that stands still until it is told to move. Needs Node: it waits for tasks with `setImmediate`. */
export class FakeClock implements Clock {
  #elapsed = 0;
  #wallShift = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return 5_000 + this.#elapsed;
  }

  today(): number {
    return firstDay + this.#elapsed + this.#wallShift;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const sleeper = {at: this.#elapsed + ms, wake: (): void => wake()};
      const stop = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal.reason as Error);
      };
      const wake = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      signal.addEventListener('abort', stop, {once: true});
      this.#sleepers.push(sleeper);
    });
  }

  /** How many wait for time to pass. */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  /** ms until the next one wakes, or `undefined` when nobody sleeps. */
  get nextIn(): number | undefined {
    const first = this.#first();
    return first && Math.max(0, first.at - this.#elapsed);
  }

  /** The machine sleeps for `ms`: it is that much later, and whoever should have been woken meanwhile is woken late, by {@link advance}. */
  jump(ms: number): void {
    this.#elapsed += ms;
  }

  /** Moves time on by `ms`, waking everybody in the order of their times, and lets each do what it does before the next wakes. */
  async advance(ms: number): Promise<void> {
    await settle();
    const end = this.#elapsed + ms;
    for (let first = this.#first(); first && first.at <= end; first = this.#first()) {
      this.#elapsed = Math.max(this.#elapsed, first.at);
      this.#sleepers = this.#sleepers.filter((one) => one !== first);
      first.wake();
      await settle();
    }
    this.#elapsed = end;
    await settle();
  }

  /** Somebody sets the clock on the wall, by `ms`. */
  setWall(ms: number): void {
    this.#wallShift += ms;
  }

  #first(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>((first, one) => (first === undefined || one.at < first.at ? one : first), undefined);
  }
}
