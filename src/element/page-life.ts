import type {LitElement, ReactiveController} from 'lit';
import type {Totals} from '../core/snapshot.js';
import {keepAwake} from './wake-lock.js';

/** An element that uploads. */
export type LivingHost = LitElement & {readonly progress: Totals};

const isSending = ({count}: Totals): boolean => count.preparing + count.sending + count.finishing > 0;

/** Whether something goes on, or will by itself. A queue that moves by itself always has one that sends or waits to try again. */
const isBusy = (totals: Totals): boolean => isSending(totals) || totals.count.waiting > 0;

/**
 * The element's part in the life of its page: it has people asked before they leave a page that is busy, and keeps the screen awake
 * while it sends. Listens to nothing at other times, and never to `unload`, so that browsers may keep the page for the way back.
 */
export class PageLife implements ReactiveController {
  readonly #host: LivingHost;
  #guard: AbortController | undefined;

  constructor(host: LivingHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#follow();
  }

  hostUpdated(): void {
    this.#follow();
  }

  hostDisconnected(): void {
    this.#follow();
  }

  #follow(): void {
    const {isConnected, progress} = this.#host;
    keepAwake(this, isConnected && isSending(progress));
    this.#ask(isConnected && isBusy(progress));
  }

  /** Browsers ask only people who have touched the page, and in words of their own. */
  #ask(busy: boolean): void {
    if (busy === (this.#guard !== undefined)) return;
    this.#guard?.abort();
    this.#guard = busy ? new AbortController() : undefined;
    if (this.#guard) addEventListener('beforeunload', (event) => event.preventDefault(), {signal: this.#guard.signal});
  }
}
