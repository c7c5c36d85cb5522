import {inTime, systemClock} from '../core/clock.js';
import {oneTab} from '../core/one-tab.js';
import {unlessAborted} from '../core/pool.js';
import type {Claim, Clock, TabNews, Tabs} from '../core/ports.js';
import {HeldClaim} from './held-claim.js';
import {takeLock, type HeldLock, type Locks} from './held-lock.js';
import {Questions} from './questions.js';
import {TabChannel, type Channel} from './tab-channel.js';

/** Counts the shapes of what tabs say to each other. Tabs with different ones see each other's locks, and hear nothing. */
const version = 1;

/** How tabs come to terms. All have defaults. */
export interface BrowserTabsOptions {
  /** What the names of locks and of the channel begin with. Tabs with different ones know nothing of each other. @default 'chunk-uploader' */
  readonly prefix?: string;
  /** ms from one question of a waiting tab to the next. Browsers make it more in hidden tabs. @default 1000 */
  readonly every?: number;
  /** How long the tab that has an upload may give no answer before it counts as frozen, in ms; three questions at least. @default 10000 */
  readonly silence?: number;
  /** How long it may take to let go of an upload that another tab wishes to have, in ms. @default 2000 */
  readonly grace?: number;
  /** @default `navigator.locks` */
  readonly locks?: Locks | undefined;
  /** Opens a channel. @default a `BroadcastChannel` */
  readonly channel?: ((name: string) => Channel) | undefined;
  readonly clock?: Clock;
}

/** What {@link SharedUploads} works with: no option is left open. */
interface Means extends Required<Omit<BrowserTabsOptions, 'channel' | 'locks'>> {
  readonly locks: Locks;
  readonly channel: TabChannel;
}

/**
 * Tabs of an origin that know of each other by Web Locks and a `BroadcastChannel`. One is enough for a page: it keeps a channel open while
 * there is a claim or somebody waits. Where the browser has no such things, or refuses them, it guards nothing, as {@link oneTab}.
 *
 * A waiting tab takes an upload by force when its owner answers no questions: that one's claim is found lost when it wakes up, and
 * what it had under way until then is for the server to refuse.
 */
export function browserTabs(options: BrowserTabsOptions = {}): Tabs {
  const {prefix = 'chunk-uploader', every = 1_000, silence = 10_000, grace = 2_000, clock = systemClock} = options;
  const {locks = browserLocks(), channel = (name: string) => new BroadcastChannel(name)} = options;
  const name = `${prefix} tabs ${version}`;
  if (!locks || !opens(channel, name)) return oneTab;
  return new SharedUploads({prefix, every, silence, grace, clock, locks, channel: new TabChannel(name, channel, clock)});
}

/** Absent on plain http and in old browsers. */
function browserLocks(): Locks | undefined {
  try {
    return (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  } catch {
    return undefined;
  }
}

function opens(channel: (name: string) => Channel, name: string): boolean {
  try {
    channel(name).close();
    return true;
  } catch {
    return false;
  }
}

/** How long the browser may take to say whether a lock is free, in ms. After that an upload goes on without. */
const lockLimit = 10_000;

class SharedUploads implements Tabs {
  readonly #means: Means;
  /** Who waits here, by the upload's key and by id. */
  readonly #waiting = new Map<string, Map<string, Questions>>();
  /** Claims of this page that were let go of, and whose lock is not free yet. */
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(means: Means) {
    this.#means = means;
  }

  claim(key: string, signal: AbortSignal): Promise<Claim | undefined> {
    const {locks, clock} = this.#means;
    return orUnguarded(signal, async () => {
      await unlessAborted(this.#leaving.get(key) ?? Promise.resolve(), signal);
      const take = (limited: AbortSignal) => takeLock(locks, this.#lockName(key), {ifAvailable: true}, limited);
      const lock = await inTime(clock, lockLimit, take, signal);
      return lock && this.#claimed(key, crypto.randomUUID(), lock);
    });
  }

  wait(key: string, onNews: (news: TabNews) => void, signal: AbortSignal): Promise<Claim> {
    const id = crypto.randomUUID();
    const questions = new Questions({...this.#means, key, id, onNews});
    return orUnguarded(signal, async () => {
      const over = new AbortController();
      const leave = this.#enlist(key, id, questions);
      try {
        const lock = await this.#inLine(key, questions, AbortSignal.any([signal, over.signal]), signal);
        return await this.#settled(this.#claimed(key, id, lock), signal);
      } finally {
        over.abort();
        leave();
      }
    });
  }

  takeOver(key: string): void {
    const waiting = this.#waiting.get(key) ?? new Map<string, Questions>();
    this.#means.channel.post({kind: 'wish', key, but: [...waiting.keys()]});
    for (const questions of waiting.values()) questions.hurry();
  }

  /** The lock when it is this tab's turn, or by force when the one who has it is silent. `waiting` ends the questions, too. */
  async #inLine(key: string, questions: Questions, waiting: AbortSignal, signal: AbortSignal): Promise<HeldLock> {
    const {locks} = this.#means;
    const name = this.#lockName(key);
    const line = new AbortController();
    const queued = takeLock(locks, name, {}, AbortSignal.any([waiting, line.signal]));
    const lock = await Promise.race([queued, questions.untilSilent(waiting)]);
    if (lock) return lock;
    line.abort(); // first: what is taken by force must not be granted to the same tab once more
    const taken = await takeLock(locks, name, {steal: true}, signal);
    if (!taken) throw new DOMException('A lock that is taken by force is always given', 'InvalidStateError');
    return taken;
  }

  /** Has others know at once that somebody is there, and lets `onNews` hear what the last one said before it let go. */
  async #settled(claim: HeldClaim, signal: AbortSignal): Promise<Claim> {
    try {
      claim.say();
      await unlessAborted(this.#means.channel.settled(), signal);
      return claim;
    } catch (error) {
      claim.release();
      throw error;
    }
  }

  #claimed(key: string, id: string, lock: HeldLock): HeldClaim {
    return new HeldClaim({...this.#means, key, id, lock, onLeave: (gone) => this.#leave(key, gone)});
  }

  #leave(key: string, gone: Promise<void>): void {
    this.#leaving.set(key, gone);
    void gone.then(() => {
      if (this.#leaving.get(key) === gone) this.#leaving.delete(key);
    });
  }

  #enlist(key: string, id: string, questions: Questions): () => void {
    const waiting = this.#waiting.get(key) ?? new Map<string, Questions>();
    this.#waiting.set(key, waiting.set(id, questions));
    return () => {
      waiting.delete(id);
      if (waiting.size === 0) this.#waiting.delete(key);
    };
  }

  #lockName(key: string): string {
    return `${this.#means.prefix} ${key}`;
  }
}

/** A browser that has locks may still refuse them, in a sandboxed frame for instance. Then there is nothing to guard with. */
async function orUnguarded<T>(signal: AbortSignal, take: () => Promise<T>): Promise<T | Claim> {
  signal.throwIfAborted();
  try {
    return await take();
  } catch {
    signal.throwIfAborted();
    return oneTab.wait('', () => undefined, signal);
  }
}
