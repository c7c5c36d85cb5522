import type {Slots} from './ports.js';

/**
 * At most `count` holders at a time, first come first served. `count` may be changed while in use: more are handed out at once,
 * fewer as holders return theirs.
 */
export class CountedSlots implements Slots {
  #count: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  set count(count: number) {
    this.#count = count;
    this.#handOut();
  }

  take(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(grant), 1);
        reject(signal.reason as Error);
      };
      const grant = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(this.#release());
      };
      signal.addEventListener('abort', giveUp, {once: true});
      this.#waiting.push(grant);
      this.#handOut();
    });
  }

  takeFree(): (() => void) | undefined {
    if (this.#taken >= this.#count) return undefined; // else nobody waits: whoever did would have it
    this.#taken += 1;
    return this.#release();
  }

  #handOut(): void {
    while (this.#taken < this.#count) {
      const grant = this.#waiting.shift();
      if (!grant) return;
      this.#taken += 1;
      grant();
    }
  }

  #release(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#taken -= 1;
      this.#handOut();
    };
  }
}

/** Takes a slot of each, in order: a limit of one list inside a limit that several lists share. */
export const bothSlots = (own: Slots, shared: Slots): Slots => ({
  async take(signal) {
    const freeOwn = await own.take(signal);
    try {
      return both(freeOwn, await shared.take(signal));
    } catch (error) {
      freeOwn();
      throw error;
    }
  },
  takeFree() {
    const freeOwn = own.takeFree();
    const freeShared = freeOwn && shared.takeFree();
    if (freeOwn && !freeShared) freeOwn();
    return freeOwn && freeShared && both(freeOwn, freeShared);
  },
});

const both = (freeOwn: () => void, freeShared: () => void) => (): void => {
  freeShared();
  freeOwn();
};
