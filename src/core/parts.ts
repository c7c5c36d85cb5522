import type {PartRule} from './ports.js';
import {bytesIn, covers, gaps, union, type Range, type Ranges} from './ranges.js';

/** How often a part may vanish without a word and without a byte of it arriving, until it counts as too large for somebody on the way. */
const vanishedLimit = 1;

/** How long the parts of one upload are: what was learned from one refusal is not asked for again. */
export class PartSize {
  #rule: PartRule | undefined;
  #given = 0;
  #learned: number | undefined;
  #vanished = 0;

  /**
   * Bytes for the next part under `rule`; `wish` is what the page asked for, `fitting` what the line suggests when it has no wish. A
   * wish that is no number of bytes counts as `auto`.
   */
  under(rule: PartRule, wish: number | 'auto', fitting: number): number {
    this.#rule = rule;
    const wished = Math.floor(isWish(wish) ? wish : fitting);
    const size = Math.min(wished, this.#learned ?? wished, rule.max);
    this.#given = rule.fixed ? rule.preferred : Math.max(1, rule.min, size);
    return this.#given;
  }

  /** The least that a part will have under `rule`: the wish where there is one. */
  least(rule: PartRule, wish: number | 'auto'): number {
    if (rule.fixed) return rule.preferred;
    return Math.max(1, rule.min, isWish(wish) ? Math.min(wish, rule.max) : 0);
  }

  /** A part was kept. */
  kept(): void {
    this.#vanished = 0;
  }

  /**
   * A part got no answer though the server can be reached, and no byte of it has arrived. Once, that is the network. Again, it may be
   * a proxy that refuses long bodies in a way that the browser does not tell: then this halves. True when it did.
   */
  vanished(): boolean {
    this.#vanished += 1;
    return this.#vanished > vanishedLimit && this.shrink();
  }

  /** Halves the size given last, which was too large. False when the rule allows no less. */
  shrink(): boolean {
    const least = Math.max(1, this.#rule?.min ?? 1);
    if (!this.#rule || this.#rule.fixed || this.#given <= least) return false;
    this.#learned = Math.max(least, Math.ceil(this.#given / 2));
    return true;
  }
}

/** Whether `wish` is a number of bytes. */
export const isWish = (wish: number | 'auto'): wish is number => wish !== 'auto' && wish >= 1;

/** The rest of a file is not cut shorter than this, in bytes: short requests leave a long line idle in between. */
const leastShare = 4_194_304;

/** How much of a part has to be left when it is cut at the end of a block: short ones leave their connections idle more often. */
const worthAligning = 0.75;

/** What one file still lacks, handed out part by part. Parts are cut from the gaps as they are asked for, never from a grid. */
export class Parts {
  readonly #whole: Range;
  readonly #rule: PartRule;
  readonly #lanes: Ranges;
  readonly #inFlight = new Set<Range>();
  #confirmed: Ranges;

  constructor(size: number, confirmed: Ranges, rule: PartRule, lanes?: Ranges) {
    this.#whole = {start: 0, end: size};
    this.#confirmed = confirmed;
    this.#rule = rule;
    this.#lanes = lanes ?? [];
  }

  get confirmed(): Ranges {
    return this.#confirmed;
  }

  /** Adds what the server has told; it may be more than one part, and answers may come in any order. */
  confirm(kept: Ranges): void {
    this.#confirmed = union(...this.#confirmed, ...kept);
  }

  /** Bytes for the next part with which `lanes` requests at a time would all end together, each with one part. Never fewer than 4 MiB. */
  share(lanes: number): number {
    const taken = union(...this.#confirmed, ...this.#inFlight);
    return Math.max(leastShare, Math.ceil(bytesIn(gaps(taken, this.#whole)) / lanes));
  }

  /** How many parts are in flight. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Where the next part would begin. */
  get next(): number {
    return this.#gap()?.start ?? this.#whole.end;
  }

  /** The next part of at most `bytes`, in flight from now on, or `undefined` when nothing can be sent now. */
  take(bytes: number): Range | undefined {
    const gap = this.#gap();
    if (!gap) return undefined;
    const part = {start: gap.start, end: this.#end(gap, bytes)};
    this.#inFlight.add(part);
    return part;
  }

  /** The part is not in flight any more. What was not confirmed of it is missing again. */
  release(part: Range): void {
    this.#inFlight.delete(part);
  }

  /** Whether nothing would be missing once all parts in flight have arrived. */
  get lastTaken(): boolean {
    return gaps(union(...this.#confirmed, ...this.#inFlight), this.#whole).length === 0;
  }

  #gap(): Range | undefined {
    const taken = union(...this.#confirmed, ...this.#inFlight);
    if (this.#lanes.length === 0) return gaps(taken, this.#whole)[0];
    const busy = (lane: Range): boolean => [...this.#inFlight].some((part) => covers([lane], part));
    return this.#lanes.filter((lane) => !busy(lane)).flatMap((lane) => gaps(taken, lane))[0];
  }

  #end(gap: Range, bytes: number): number {
    const {align, lastMayGrow} = this.#rule;
    const end = gap.start + bytes;
    if (end >= gap.end) return gap.end;
    if (lastMayGrow && gap.end === this.#whole.end && gap.end - end < bytes) return gap.end;
    const aligned = align ? end - (end % align) : end;
    return aligned - gap.start >= worthAligning * bytes ? aligned : end;
  }
}
