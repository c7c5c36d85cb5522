import type {Claim, TabNews, Tabs} from '../../src/core/ports.js';

/** An upload as a browser knows it: which tab has it, and which ones wait. */
interface Lock {
  holder: ScriptedClaim | undefined;
  waiting: Waiter[];
}

interface Waiter {
  readonly tab: ScriptedTab;
  readonly onNews: (news: TabNews) => void;
  readonly grant: (claim: ScriptedClaim) => void;
}

/** All tabs of one browser, in one process. */
export class ScriptedTabs {
  readonly #locks = new Map<string, Lock>();

  /** Opens another tab. */
  open(): ScriptedTab {
    return new ScriptedTab(this);
  }

  /** The tab that has this upload. */
  holderOf(key: string): ScriptedTab | undefined {
    return this.#locks.get(key)?.holder?.tab;
  }

  /** Keys of all uploads that some tab has. */
  get held(): readonly string[] {
    return [...this.#locks].flatMap(([key, {holder}]) => (holder ? [key] : []));
  }

  /** How many wait for an upload. */
  get waiting(): number {
    return [...this.#locks.values()].reduce((sum, {waiting}) => sum + waiting.length, 0);
  }

  /** For {@link ScriptedTab} only. */
  lock(key: string): Lock {
    const lock = this.#locks.get(key) ?? {holder: undefined, waiting: []};
    this.#locks.set(key, lock);
    return lock;
  }

  /** For {@link ScriptedTab} only: the lock is free, or `to` gets it before all others. */
  pass(key: string, to?: ScriptedTab): void {
    const lock = this.lock(key);
    lock.holder = undefined;
    const next = lock.waiting.find(({tab}) => tab === to) ?? lock.waiting[0];
    if (!next) return;
    lock.waiting = lock.waiting.filter((one) => one !== next);
    lock.holder = new ScriptedClaim(this, next.tab, key);
    next.grant(lock.holder);
  }

  /** The upload is taken from whoever has it, and given to who has waited longest, or to `to`. */
  rob(key: string, to?: ScriptedTab): void {
    const robbed = this.lock(key).holder;
    this.pass(key, to);
    robbed?.tab.hearsOfLoss(robbed);
  }

  /** For {@link ScriptedTab} only: the tab is gone, with all it had and waited for. */
  forget(tab: ScriptedTab): void {
    for (const lock of this.#locks.values()) lock.waiting = lock.waiting.filter((one) => one.tab !== tab);
    for (const [key, {holder}] of this.#locks) if (holder?.tab === tab) this.pass(key);
  }
}

/** One tab, as the engine in it sees the others. */
export class ScriptedTab implements Tabs {
  readonly #browser: ScriptedTabs;
  #frozen = false;
  #lostMeanwhile: ScriptedClaim[] = [];
  /** When false, nobody can be asked and nothing can be had: each call fails. */
  works = true;
  /** When false, only waiting fails. */
  canWait = true;

  constructor(browser: ScriptedTabs) {
    this.#browser = browser;
  }

  /** It crashes or is closed: nobody in it says another word. */
  die(): void {
    this.#browser.forget(this);
  }

  /** The browser puts it to sleep: it keeps what it has, hears nothing, and says nothing. */
  freeze(): void {
    this.#frozen = true;
  }

  /** It wakes, and hears what has been taken from it meanwhile. */
  thaw(): void {
    this.#frozen = false;
    this.#lostMeanwhile.splice(0).forEach((claim) => claim.lose());
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  async claim(key: string, signal: AbortSignal): Promise<Claim | undefined> {
    await this.#answers(signal);
    const lock = this.#browser.lock(key);
    if (lock.holder) return undefined;
    lock.holder = new ScriptedClaim(this.#browser, this, key);
    return lock.holder;
  }

  async wait(key: string, onNews: (news: TabNews) => void, signal: AbortSignal): Promise<Claim> {
    await this.#answers(signal);
    if (!this.canWait) throw new DOMException('Scripted: nobody can wait here.', 'UnknownError');
    const lock = this.#browser.lock(key);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {tab: this, onNews, grant: resolve};
      const stop = (): void => {
        lock.waiting = lock.waiting.filter((one) => one !== waiter);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, {once: true});
      lock.waiting.push(waiter);
      if (!lock.holder) this.#browser.pass(key);
      else if (lock.holder.news && !lock.holder.tab.frozen) onNews(lock.holder.news);
    });
  }

  takeOver(key: string): void {
    const {holder} = this.#browser.lock(key);
    if (holder && !holder.tab.frozen) this.#browser.rob(key, this);
  }

  /** For {@link ScriptedTabs} only. */
  hearsOfLoss(claim: ScriptedClaim): void {
    if (this.#frozen) this.#lostMeanwhile.push(claim);
    else claim.lose();
  }

  async #answers(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await Promise.resolve();
    signal.throwIfAborted();
    if (!this.works) throw new DOMException('Scripted: no locks here.', 'SecurityError');
  }
}

/** What a tab has of an upload. */
export class ScriptedClaim implements Claim {
  readonly tab: ScriptedTab;
  readonly key: string;
  news: TabNews | undefined;
  readonly #browser: ScriptedTabs;
  readonly #lost = new AbortController();

  constructor(browser: ScriptedTabs, tab: ScriptedTab, key: string) {
    this.#browser = browser;
    this.tab = tab;
    this.key = key;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  tell(news: TabNews): void {
    if (this.tab.frozen || !this.#isHeld) return;
    this.news = structuredClone(news);
    for (const {onNews} of [...this.#browser.lock(this.key).waiting]) onNews(this.news);
  }

  release(): void {
    if (this.#isHeld) this.#browser.pass(this.key);
  }

  /** For {@link ScriptedTab} only. */
  lose(): void {
    this.#lost.abort();
  }

  get #isHeld(): boolean {
    return this.#browser.lock(this.key).holder === this;
  }
}
