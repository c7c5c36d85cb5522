import type {Frames} from '../../src/core/ports.js';

/** Animation frames that come when they are told to. */
export class ScriptedFrames implements Frames {
  #waiting: (() => void)[] = [];

  /** How many wait for the next frame. */
  get waiting(): number {
    return this.#waiting.length;
  }

  next(callback: () => void): () => void {
    this.#waiting.push(callback);
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== callback);
    };
  }

  /** The next frame. */
  draw(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}
