import type {LitElement, ReactiveController} from 'lit';
import type {Totals, UploadSnapshot} from '../core/snapshot.js';

/** ms until an upload that waits tries again, at `now` (ms since the epoch). 0: its time has come, or it does not wait. */
export const waitOf = ({status}: UploadSnapshot, now: number): number => (status.name === 'waiting' ? Math.max(0, status.until - now) : 0);

/** Whole seconds as a person counts them down: the last one ends at 0. */
export const secondsIn = (ms: number): number => Math.ceil(ms / 1000);

/** An element that shows uploads. */
export type CountingHost = LitElement & {readonly uploads: readonly UploadSnapshot[]; readonly progress: Totals};

/**
 * Draws the host anew whenever a shown number of seconds changes. One timer for the whole list, and none while nothing waits or
 * the host is not in the page.
 */
export class Countdown implements ReactiveController {
  readonly #host: CountingHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: CountingHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#set();
  }

  hostUpdated(): void {
    this.#set();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  #set(): void {
    clearTimeout(this.#timer);
    if (!this.#host.isConnected || this.#host.progress.count.waiting === 0) return;
    const now = Date.now();
    const waits = this.#host.uploads.map((upload) => waitOf(upload, now)).filter((ms) => ms > 0);
    if (waits.length === 0) return;
    const next = Math.min(...waits.map((ms) => ms - (secondsIn(ms) - 1) * 1000));
    this.#timer = setTimeout(() => this.#host.requestUpdate(), next);
  }
}
