import {oneTab} from './one-tab.js';
import {unlessAborted} from './pool.js';
import type {Claim, TabNews, Tabs} from './ports.js';

/** What an {@link Ownership} works with. */
export interface OwnershipDeps {
  readonly tabs: Tabs;
  /** The upload's key in the store. */
  readonly key: string;
  /** What other tabs are told of the upload. */
  readonly news: () => TabNews;
  /** Another tab has taken the upload over. Told in the task in which that is heard of. */
  readonly onLost: () => void;
}

/** Whether an upload is this tab's. It stays so over all runs and pauses, until it is over or another tab takes it. */
export class Ownership {
  readonly #deps: OwnershipDeps;
  #claim: Claim | undefined;
  /** Settled when everybody who asked so far has been answered. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(deps: OwnershipDeps) {
    this.#deps = deps;
  }

  /** False when another tab has the upload. One after the other: two at a time would find it taken, by this very tab. */
  take(signal: AbortSignal): Promise<boolean> {
    const before = this.#asked;
    const taken = unlessAborted(before, signal).then(() => this.#take(signal));
    this.#asked = Promise.allSettled([before, taken]);
    return taken;
  }

  async #take(signal: AbortSignal): Promise<boolean> {
    if (this.#claim) return true;
    const {tabs, key} = this.#deps;
    const claim = await tabs.claim(key, signal).catch(() => {
      signal.throwIfAborted();
      // Nobody can be asked: the server's own guard against two writers is left.
      return oneTab.claim(key, signal);
    });
    if (claim) this.#own(claim, signal);
    return claim !== undefined;
  }

  /** Waits until it is this tab's. `onNews` is told what the other tab says of it meanwhile. */
  async wait(onNews: (news: TabNews) => void, signal: AbortSignal): Promise<void> {
    const {tabs, key} = this.#deps;
    const claim = await tabs.wait(key, onNews, signal).catch(() => {
      signal.throwIfAborted();
      return oneTab.wait(key, onNews, signal);
    });
    this.#own(claim, signal);
  }

  /** Has the other tab let go of it. */
  takeOver(): void {
    this.#deps.tabs.takeOver(this.#deps.key);
  }

  /** The upload has moved on: other tabs are told. */
  tell(): void {
    this.#claim?.tell(this.#deps.news());
  }

  /** Lets another tab have it. */
  release(): void {
    const claim = this.#claim;
    this.#claim = undefined;
    claim?.release();
  }

  /** What comes when nobody wants it any more is given back. */
  #own(claim: Claim, signal: AbortSignal): void {
    if (signal.aborted) claim.release();
    signal.throwIfAborted();
    this.#claim = claim;
    const lose = (): void => {
      if (this.#claim !== claim) return;
      this.#claim = undefined;
      this.#deps.onLost();
      claim.release();
    };
    if (claim.lost.aborted) queueMicrotask(lose);
    else claim.lost.addEventListener('abort', lose, {once: true});
  }
}
