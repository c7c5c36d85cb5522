import type {Refusal} from './problem.js';

const repeatedFor = 10_000;

/** A refusal as the status repeats it. `until` is a date in ISO 8601. */
export interface RefusedPart {
  readonly status: number;
  readonly type: string;
  readonly until: string;
}

/**
 * Why the last part of an upload was refused before its body was read, for 10 s: some browsers lose such an answer and have to ask
 * again. In memory only.
 */
export class Refused {
  readonly #parts = new Map<string, {readonly part: RefusedPart; readonly timer: NodeJS.Timeout}>();

  note(id: string, {status, type}: Refusal): void {
    this.clear(id);
    const until = new Date(Date.now() + repeatedFor).toISOString();
    this.#parts.set(id, {part: {status, type, until}, timer: setTimeout(() => this.clear(id), repeatedFor).unref()});
  }

  /** A part was accepted, or the time is over. */
  clear(id: string): void {
    clearTimeout(this.#parts.get(id)?.timer);
    this.#parts.delete(id);
  }

  of(id: string): RefusedPart | undefined {
    return this.#parts.get(id)?.part;
  }
}
