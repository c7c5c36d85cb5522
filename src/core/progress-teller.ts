import type {Frames} from './ports.js';

/** When no other frames are given: a timer, in ms. */
const pause = 50;

const byTimer: Frames = {
  next(callback) {
    const timer = setTimeout(callback, pause);
    return () => clearTimeout(timer);
  },
};

/** Gathers what has moved and tells each once per frame, however often it moved. */
export class ProgressTeller<T> {
  readonly #tell: (moved: T) => void;
  readonly #frames: Frames;
  readonly #moved = new Set<T>();
  #callOff: (() => void) | undefined;

  constructor(tell: (moved: T) => void, frames: Frames = byTimer) {
    this.#tell = tell;
    this.#frames = frames;
  }

  /** `one` has moved. */
  moved(one: T): void {
    this.#moved.add(one);
    this.#callOff ??= this.#frames.next(() => this.#frame());
  }

  /** `one` is not to be told of any more. */
  forget(one: T): void {
    this.#moved.delete(one);
  }

  /** Tells nothing any more, ever. */
  stop(): void {
    this.#callOff?.();
    // As if a frame were still to come: no other is asked for.
    this.#callOff = () => undefined;
    this.#moved.clear();
  }

  #frame(): void {
    this.#callOff = undefined;
    // Whoever is told may stop this, or have some of the others forgotten.
    for (const one of [...this.#moved]) if (this.#moved.delete(one)) this.#tell(one);
  }
}
