import type {Clock} from './ports.js';

/** What a {@link SavingPace} works with. */
export interface SavingPaceDeps {
  readonly clock: Clock;
  /** Whether it may be saved. Asked when its time has come; rejects with the signal's reason only. */
  readonly may: (signal: AbortSignal) => Promise<boolean>;
  /** Saves it as it is by then. */
  readonly save: (signal: AbortSignal) => Promise<void>;
}

/** The least time between two savings of what only moves on, in ms. */
const pace = 1_000;

/** When what moves on is saved: once a second at most, and at once when it stops. */
export class SavingPace {
  readonly #deps: SavingPaceDeps;
  #pending: AbortController | undefined;
  /** Ends the second. */
  #hurry = new AbortController();

  constructor(deps: SavingPaceDeps) {
    this.#deps = deps;
  }

  /** It is saved a second later at most, together with what follows until then. */
  moved(): void {
    if (this.#pending) return;
    this.#pending = new AbortController();
    this.#hurry = new AbortController();
    this.#saveSoon(this.#pending.signal, this.#hurry.signal).catch(() => undefined);
  }

  /** It is saved at once, together with what has moved on before. */
  stopped(): void {
    this.moved();
    this.#hurry.abort();
  }

  /** Nothing more is saved of what has happened so far, unless that has begun. */
  rest(): void {
    this.#pending?.abort();
    this.#pending = undefined;
  }

  async #saveSoon(signal: AbortSignal, hurry: AbortSignal): Promise<void> {
    const {clock, may, save} = this.#deps;
    await clock.sleep(pace, AbortSignal.any([signal, hurry])).catch(() => undefined);
    signal.throwIfAborted();
    const isOurs = await may(signal);
    signal.throwIfAborted();
    // What moves on while this is written is for the next second.
    this.#pending = undefined;
    if (isOurs) await save(signal);
  }
}
