import type {Clock} from './ports.js';

/** How often it is looked whether time has jumped, and how much too late a look has to be to count as one, in ms. */
const beat = 2_000;
const late = 5_000;

/**
 * Notices that the machine has slept, or that the page was frozen. A limit that ran out then says nothing of the server, and a
 * connection that is gone nothing of the network now.
 */
export class Wake {
  readonly #clock: Clock;
  #due: number | undefined;
  #slept = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looks until `signal` is aborted. */
  async watch(signal: AbortSignal): Promise<never> {
    for (;;) {
      this.#due = this.#clock.today() + beat;
      await this.#clock.sleep(beat, signal);
      this.#look();
    }
  }

  /** Whether time has jumped since this was asked last. */
  slept(): boolean {
    this.#look();
    const slept = this.#slept;
    this.#slept = false;
    return slept;
  }

  #look(): void {
    const today = this.#clock.today();
    if (this.#due === undefined || today - this.#due <= late) return;
    this.#slept = true;
    this.#due = today + beat;
  }
}
