import {isRunning} from './state.js';
import type {Upload} from './upload.js';

/** Whose turn it is: queued uploads start in the order of the list, a few at a time, unless something holds them. */
export class Turns {
  readonly #uploads: () => Iterable<Upload>;
  readonly #width: () => number;
  readonly #unstarted = new Set<string>();
  #held = false;
  #resting = false;

  /** `width` is how many may run at a time. */
  constructor(uploads: () => Iterable<Upload>, width: () => number) {
    this.#uploads = uploads;
    this.#width = width;
  }

  /** Whether nobody gets a turn because of a failure. */
  get held(): boolean {
    return this.#held;
  }

  /** Nobody gets a turn until {@link release}. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.give();
  }

  /** This upload waits until it is told to begin. */
  postpone(id: string): void {
    this.#unstarted.add(id);
  }

  /** This upload, or every one, may have its turn. Gives none yet. */
  admit(id: string | undefined): void {
    if (id === undefined) this.#unstarted.clear();
    else this.#unstarted.delete(id);
  }

  /** Turns are given when `act` is through: nobody starts for a moment only because a neighbour was stopped first. */
  after(act: () => void): void {
    this.#resting = true;
    try {
      act();
    } finally {
      this.#resting = false;
    }
    this.give();
  }

  /** Starts those whose turn it is. */
  give(): void {
    for (let upload = this.#next(); upload; upload = this.#next()) upload.start();
  }

  /** No more turns, ever. */
  close(): void {
    this.#resting = true;
  }

  #next(): Upload | undefined {
    if (this.#held || this.#resting) return undefined;
    const uploads = [...this.#uploads()];
    if (uploads.filter(({status}) => isRunning(status)).length >= this.#width()) return undefined;
    return uploads.find(({id, status}) => status.name === 'queued' && !this.#unstarted.has(id));
  }
}
