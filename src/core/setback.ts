import type {Sent} from './ports.js';

/** What stopped the lanes but is no failure yet. Never leaves a run. */
export class Setback extends Error {
  readonly what: Exclude<Sent, {kind: 'kept' | 'done'}>;

  constructor(what: Exclude<Sent, {kind: 'kept' | 'done'}>) {
    super(`A part was answered with "${what.kind}"`);
    this.what = what;
  }
}
