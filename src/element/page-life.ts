import type {LitElement, ReactiveController} from 'lit';
import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import {asksBeforeLeaving} from './leaving-hint.js';
import {keepAwake} from './wake-lock.js';

/** An element that uploads. */
export interface LivingHost extends LitElement {
  readonly progress: Totals;
  readonly uploads: readonly UploadSnapshot[];
  readonly autoResume: boolean;
}

const isSending = ({count}: Totals): boolean => count.preparing + count.sending + count.finishing > 0;

/**
 * The element's part in the life of its page: it has people asked before they leave a page where something goes on that would not go on
 * by itself when they come back, and keeps the screen awake while it sends. Listens to nothing at other times, and never to `unload`, so that browsers may keep the page for the way back.
 */
export class PageLife implements ReactiveController {
  readonly #host: LivingHost;
  readonly #words: () => string;
  #guard: AbortController | undefined;

  /** `words`: what old browsers tell people whom they ask. */
  constructor(host: LivingHost, words: () => string) {
    this.#host = host;
    this.#words = words;
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
    const {isConnected, progress, uploads, autoResume} = this.#host;
    keepAwake(this, isConnected && isSending(progress));
    this.#ask(isConnected && asksBeforeLeaving(uploads, autoResume));
  }

  /** Browsers ask only people who have touched the page, and all but old ones in words of their own. */
  #ask(asks: boolean): void {
    if (asks === (this.#guard !== undefined)) return;
    this.#guard?.abort();
    this.#guard = asks ? new AbortController() : undefined;
    if (this.#guard) addEventListener('beforeunload', (event) => this.#stop(event), {signal: this.#guard.signal});
  }

  #stop(event: BeforeUnloadEvent): void {
    event.preventDefault();
    event.returnValue = this.#words();
  }
}
