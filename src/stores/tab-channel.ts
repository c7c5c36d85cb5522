import type {Clock} from '../core/ports.js';
import {readMessage, type TabMessage} from './tab-messages.js';

/** As much of a `BroadcastChannel` as is used. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'>;

/** How long it may take until a message is back where it came from, in ms. It takes a few. */
const echoLimit = 500;

/** When a page falls asleep and wakes up: kept for the way back, and frozen. A worker is told of neither. */
const sleeps = [
  {target: globalThis, asleep: 'pagehide', awake: 'pageshow'},
  {target: globalThis.document as Document | undefined, asleep: 'freeze', awake: 'resume'},
] as const;

/**
 * All tabs of an origin, this one too, as one line on which everybody hears everything. Open only while somebody listens, and closed while
 * the page sleeps: browsers throw a page that is kept for the way back away when a message comes for it, and let a frozen one hear and
 * answer though it does nothing else.
 */
export class TabChannel {
  readonly #name: string;
  readonly #make: (name: string) => Channel;
  readonly #clock: Clock;
  readonly #listeners = new Set<(message: TabMessage) => void>();
  readonly #fallAsleep = (): void => this.#close();
  readonly #wakeUp = (): void => this.#open();
  /** Two, because a channel does not hear itself, and two elements of one page have to hear each other. */
  #ends: {readonly mouth: Channel; readonly ear: Channel} | undefined;

  /** Whoever makes another shape of the messages chooses another `name`. */
  constructor(name: string, make: (name: string) => Channel, clock: Clock) {
    this.#name = name;
    this.#make = make;
    this.#clock = clock;
  }

  /** Tells `listener` everything that is said from now on, until the function that comes back is called. */
  subscribe(listener: (message: TabMessage) => void): () => void {
    if (this.#listeners.size === 0) this.#begin();
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end();
    };
  }

  /** Says something to everybody. Nothing comes of it while the page sleeps. */
  post(message: TabMessage): void {
    const stop = this.subscribe(() => undefined);
    try {
      this.#ends?.mouth.postMessage(message);
    } catch {
      // not to be cloned: then nobody hears it, and the upload goes on
    } finally {
      stop();
    }
  }

  /**
   * Waits until everything that was said before, here or by others, has been heard here: messages arrive in their order. Gives
   * up after half a second.
   */
  async settled(): Promise<void> {
    const from = crypto.randomUUID();
    const heard = new AbortController();
    const stop = this.subscribe((message) => {
      if (message.kind === 'echo' && message.from === from) heard.abort();
    });
    this.post({kind: 'echo', from});
    await this.#clock.sleep(echoLimit, heard.signal).catch(() => undefined);
    stop();
  }

  #begin(): void {
    for (const {target, asleep, awake} of sleeps) {
      target?.addEventListener?.(asleep, this.#fallAsleep);
      target?.addEventListener?.(awake, this.#wakeUp);
    }
    this.#open();
  }

  #end(): void {
    for (const {target, asleep, awake} of sleeps) {
      target?.removeEventListener?.(asleep, this.#fallAsleep);
      target?.removeEventListener?.(awake, this.#wakeUp);
    }
    this.#close();
  }

  #open(): void {
    if (this.#ends) return;
    const ear = this.#make(this.#name);
    this.#ends = {mouth: this.#make(this.#name), ear};
    ear.addEventListener('message', ({data}) => this.#hear(data));
  }

  #close(): void {
    this.#ends?.mouth.close();
    this.#ends?.ear.close();
    this.#ends = undefined;
  }

  #hear(data: unknown): void {
    const message = readMessage(data);
    if (message) for (const listener of [...this.#listeners]) listener(message);
  }
}
