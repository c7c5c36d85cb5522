import type {Ranges} from '../core/ranges.js';
import {union, without} from '../core/ranges.js';
import {blockSpan} from './blocks.js';
import type {Entry} from './entries.js';

/** What the journal of one upload comes to. Takes entries in the order in which they stand there. */
export class WhatHappened {
  readonly #size: number;
  #received: Ranges = [];
  #whole: {readonly root: string | null; readonly claimed: boolean} | undefined;
  #told = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** Sorted; its ranges neither overlap nor touch. */
  get received(): Ranges {
    return this.#received;
  }

  /** How it came to be whole: with which root digest, and whether by a claim. `undefined` while it is not. */
  get whole(): {readonly root: string | null; readonly claimed: boolean} | undefined {
    return this.#whole;
  }

  /** Whether `onComplete` has heard of it. */
  get told(): boolean {
    return this.#told;
  }

  apply(entry: Entry): void {
    if (entry[0] === 'received') this.#received = union(...this.#received, {start: entry[1], end: entry[2]});
    else if (entry[0] === 'dropped') this.#drop(entry[1]);
    else if (entry[0] === 'complete') this.#whole = {root: entry[1], claimed: false};
    else if (entry[0] === 'claimed') this.#claim(entry[1]);
    else if (entry[0] === 'told') this.#told = true;
  }

  /** The data file ends at `length`, whatever the journal says. */
  cutAt(length: number): void {
    this.#received = without(this.#received, {start: length, end: Math.max(length, this.#size)});
  }

  /** A part that a claim has overtaken may still find its own bytes damaged. They are nobody's by then. */
  #drop(index: number): void {
    if (!this.#whole) this.#received = without(this.#received, blockSpan(index, this.#size));
  }

  #claim(root: string): void {
    this.#whole = {root, claimed: true};
    this.#received = union({start: 0, end: this.#size});
  }
}
