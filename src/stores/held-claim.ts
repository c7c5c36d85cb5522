import type {Claim, Clock, TabNews} from '../core/ports.js';
import type {HeldLock} from './held-lock.js';
import type {TabChannel} from './tab-channel.js';
import type {TabMessage} from './tab-messages.js';

/** The shortest time between two pieces of news that nobody asked for, in ms. */
const pace = 250;

/** How long somebody who asked is taken to wait still, in ms. A hidden tab's timers may run once a minute. */
const memory = 90_000;

/** What a {@link HeldClaim} is made of. */
export interface ClaimParts {
  readonly lock: HeldLock;
  readonly channel: TabChannel;
  readonly clock: Clock;
  readonly key: string;
  /** Whoever has it: a wish that was said by the same one does not concern it. */
  readonly id: string;
  /** How long the owner may take to let go when another tab wishes to have the upload, in ms. */
  readonly grace: number;
  /** Told when it begins to let go; the promise is fulfilled when the lock is free. */
  readonly onLeave: (gone: Promise<void>) => void;
}

/** A claim with a Web Lock behind it. Answers other tabs from within the event, because a hidden page's timers are late and its events are not. */
export class HeldClaim implements Claim {
  readonly #parts: ClaimParts;
  readonly #lost = new AbortController();
  readonly #over = new AbortController();
  readonly #unsubscribe: () => void;
  #news: TabNews | undefined;
  #asked = -Infinity;
  #told = -Infinity;
  #due = false;

  constructor(parts: ClaimParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.channel.subscribe((message) => this.#hear(message));
    parts.lock.lost.addEventListener('abort', () => this.#robbed(), {once: true, signal: this.#over.signal});
    if (parts.lock.lost.aborted) this.#robbed();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  tell(news: TabNews): void {
    this.#news = news;
    const now = this.#parts.clock.now();
    if (this.#over.signal.aborted || this.#due || now - this.#asked > memory) return;
    const rest = this.#told + pace - now;
    if (rest > 0) void this.#saySoon(rest);
    else this.say();
  }

  /** A sign of life, with the last news. */
  say(): void {
    const {channel, clock, key, id} = this.#parts;
    this.#told = clock.now();
    channel.post({kind: 'news', key, from: id, ...(this.#news && {news: this.#news})});
  }

  release(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    const {lock, onLeave} = this.#parts;
    if (this.#news) void this.#lastWord();
    else this.#letGo();
    onLeave(lock.gone);
  }

  /** The lock goes another way than the word: only what came back here is sure to be before it. */
  async #lastWord(): Promise<void> {
    this.say();
    await this.#parts.channel.settled();
    this.#letGo();
  }

  #letGo(): void {
    this.#unsubscribe();
    this.#parts.lock.release();
  }

  async #saySoon(ms: number): Promise<void> {
    this.#due = true;
    try {
      await this.#parts.clock.sleep(ms, this.#over.signal);
      this.say();
    } catch {
      // let go meanwhile, and with the last word
    } finally {
      this.#due = false;
    }
  }

  #hear(message: TabMessage): void {
    const {key, id, clock} = this.#parts;
    if (message.kind === 'echo' || message.key !== key) return;
    if (message.kind === 'ask') {
      this.#asked = clock.now();
      this.say();
    } else if (message.kind === 'wish' && !message.but.includes(id)) {
      void this.#leaveSoon();
    }
  }

  /** The owner is told first, and lets go when it has stopped. One that does not is not waited for. */
  async #leaveSoon(): Promise<void> {
    if (this.#lost.signal.aborted || this.#over.signal.aborted) return;
    this.#lose();
    await this.#parts.clock.sleep(this.#parts.grace, this.#over.signal).catch(() => undefined);
    this.release();
  }

  #robbed(): void {
    this.#over.abort();
    this.#unsubscribe();
    this.#lose();
  }

  #lose(): void {
    this.#lost.abort(new DOMException('Another tab has taken this upload over', 'AbortError'));
  }
}
