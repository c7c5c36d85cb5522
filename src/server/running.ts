import type {Range} from '../core/ranges.js';
import type {Refusal} from './problem.js';
import type {Writer} from './writers.js';
import {sameWriter} from './writers.js';

/** What a request with a body wants to bring. */
export interface PartClaim {
  readonly span: Range;
  /** `undefined` only for a creation that names none. */
  readonly writer: Writer | undefined;
  /** Whether these are the first bytes, that came with the creation. */
  readonly creation: boolean;
}

/** A request whose body is being read. */
export class RunningPart {
  readonly claim: PartClaim;
  /** Resolves when nothing more will come of the request: its bytes are durable and checked. */
  readonly done: Promise<void>;
  readonly #stop = new AbortController();
  #refusal: (() => Refusal) | undefined;
  readonly #finish: () => void;

  constructor(claim: PartClaim) {
    this.claim = claim;
    let finish = (): void => undefined;
    this.done = new Promise((resolve) => (finish = resolve));
    this.#finish = finish;
  }

  /** Aborted when the request has to end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** What a request that had to end is answered, made anew: it tells what is received by now. */
  get refusal(): Refusal | undefined {
    return this.#refusal?.();
  }

  /** Has the request read nothing further. What it brought is kept. */
  end(refusal: () => Refusal): void {
    this.#refusal = refusal;
    this.#stop.abort();
  }

  finish(): void {
    this.#finish();
  }
}

const overlap = (one: Range, other: Range): boolean => one.start < other.end && other.start < one.end;

/** The requests of one upload whose bodies are being read. */
export class RunningParts {
  readonly #parts = new Set<RunningPart>();

  /**
   * Adds a request. `ready` resolves when older requests that are in its way have ended: those of other writers, those that bring some
   * of the same bytes, and an earlier creation. Only newer requests wait for older ones, so nobody waits in a circle.
   */
  add(claim: PartClaim, refusal: () => Refusal): {readonly part: RunningPart; readonly ready: Promise<void>} {
    const part = new RunningPart(claim);
    const ready = this.end(
      (older) => !sameWriter(older.writer, claim.writer) || overlap(older.span, claim.span) || (older.creation && claim.creation),
      refusal,
    );
    this.#parts.add(part);
    return {part, ready};
  }

  some(fits: (claim: PartClaim) => boolean): boolean {
    return [...this.#parts].some(({claim}) => fits(claim));
  }

  remove(part: RunningPart): void {
    this.#parts.delete(part);
    part.finish();
  }

  /** Ends every request, as {@link end} does. */
  endAll(refusal: () => Refusal): Promise<void> {
    return this.end(() => true, refusal);
  }

  /** Ends every request that fits, and waits until what it brought is durable. */
  async end(fits: (claim: PartClaim) => boolean, refusal: () => Refusal): Promise<void> {
    const ended = [...this.#parts].filter(({claim}) => fits(claim));
    for (const part of ended) part.end(refusal);
    await Promise.all(ended.map(({done}) => done));
  }
}
