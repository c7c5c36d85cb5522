import {basename} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import type {UploaderPage} from '../support/page.js';
import {amongOthers, asHad, Ledger} from './ledger.js';
import type {Log} from './ledger.js';
import type {Played} from './row.js';
import type {Stage} from './stage.js';

/** What was shown, and what the server had right afterwards. */
interface Sample {
  readonly confirmed: number;
  readonly has: number;
}

/**
 * Watches a row while it is played, and says which of the promises were broken. It judges by what went through the page (each request,
 * each answer and each event in their order), and by what the server had on its disk at the time.
 */
export class PromiseWatch {
  readonly #stage: Stage;
  readonly #lies: boolean;
  readonly #mayFall: boolean;
  readonly #samples: Sample[] = [];
  readonly #watching: Promise<void>;
  #on = true;

  private constructor(stage: Stage, {lies, mayFall}: Pick<Played, 'lies' | 'mayFall'>) {
    this.#stage = stage;
    this.#lies = lies ?? false;
    this.#mayFall = mayFall ?? false;
    this.#watching = this.#watch();
  }

  static begin(stage: Stage, play: Played): PromiseWatch {
    return new PromiseWatch(stage, play);
  }

  /** Ends watching. */
  async end(): Promise<void> {
    this.#on = false;
    await this.#watching.catch(() => undefined);
  }

  /** All breaches, in words. */
  async breaches(): Promise<readonly string[]> {
    this.#on = false;
    await this.#watching;
    const {page, tabs} = await this.#stage.visits.logs();
    return [
      ...(await this.#falseSuccess()),
      ...this.#beyondTheServer(),
      ...this.#againstTheLedger(page, tabs),
      ...(await this.#leftPending()),
      ...(await this.#completions([page, ...tabs.map((log) => [log])])),
    ];
  }

  async #watch(): Promise<void> {
    const {scene} = this.#stage;
    while (this.#on) {
      const {page} = this.#stage;
      // Shown first, asked later: what the server has only grows, unless it loses it. A page that was left shows nothing, or never answers.
      const shown = page
        .totals()
        .then((totals) => totals.confirmed)
        .catch(() => 0);
      const confirmed = await Promise.race([shown, sleep(2_000, 0, {ref: false})]);
      // A server that has been killed says nothing.
      const has = await scene.received().catch(() => undefined);
      if (has !== undefined) this.#samples.push({confirmed, has});
      await sleep(60);
    }
  }

  /** P1 and P5: what is called done is on the server, with the bytes of a file that was chosen, as it was then or is now. */
  async #falseSuccess(): Promise<readonly string[]> {
    const {scene} = this.#stage;
    const breaches: string[] = [];
    const stored = await Promise.all(this.#pages.map((page) => scene.storedAll(page)));
    for (const [name, md5] of stored.flatMap(Object.entries<string>)) {
      const files = scene.shelf.files.filter(({path}) => basename(path) === name);
      const isOne = files.some((file) => file.md5 === md5) || (await Promise.all(files.map((file) => file.md5Now()))).includes(md5);
      if (!isOne) breaches.push(`P1: "${name}" is done, and the server has other bytes`);
    }
    return breaches;
  }

  /** P6: no more is shown as confirmed than the server has ever had, in three looks in a row: it may have had more between two of them. */
  #beyondTheServer(): readonly string[] {
    if (this.#lies) return [];
    let most = 0;
    const excess = this.#samples.map(({confirmed, has}) => {
      most = Math.max(most, has);
      return confirmed - most;
    });
    const lasting = excess.find((bytes, at) => at > 1 && Math.min(bytes, ...excess.slice(at - 2, at)) > 0);
    return lasting === undefined ? [] : [`P6: ${lasting} bytes more were confirmed than the server had`];
  }

  /**
   * P2 and P6. The page that the row is about, in each of its loads, knows what all others were told. A tab beside it may have slept
   * while an upload was taken from it: it is held to what it was told itself, and may show what the others were told.
   */
  #againstTheLedger(loads: readonly Log[], tabs: readonly Log[]): readonly string[] {
    const {had} = this.#stage.visits;
    const all = [...loads, ...tabs];
    const ofPage = loads.map((log) => amongOthers(log, except(all, log), had));
    const ofTabs = tabs.map((log) => amongOthers(log, [], [...had, ...except(all, log).flatMap(asHad)]));
    return [...ofPage, ...ofTabs].flatMap((log) => new Ledger(this.#mayFall).breaches(log));
  }

  /** P4: nothing is left under way. */
  async #leftPending(): Promise<readonly string[]> {
    const pending = (await Promise.all(this.#pages.map((page) => page.pending()))).reduce((sum, count) => sum + count);
    return pending > 0 ? [`P4: ${pending} requests are still under way`] : [];
  }

  /** P3: one completion, told once, over all loads of a page; every tab that shows the upload tells its own people. */
  async #completions(visits: readonly (readonly Log[])[]): Promise<readonly string[]> {
    const sums = visits.map((loads) => ({
      told: loads.flat().filter((entry) => entry.kind === 'event' && entry.type === 'upload-done').length,
      // The same file has another id in the next load.
      files: Math.max(...loads.map((log) => new Set(log.flatMap((entry) => (entry.kind === 'event' ? [entry.id] : []))).size)),
    }));
    const files = Math.max(...sums.map((sum) => sum.files));
    const stored = (await this.#stage.scene.namesAtServer()).length;
    return [
      ...sums.flatMap((sum) => (sum.told > sum.files ? [`P3: ${sum.told} completions of ${sum.files} files were told`] : [])),
      ...(stored > files ? [`P3: ${stored} complete uploads of ${files} files are on the server`] : []),
    ];
  }

  get #pages(): readonly UploaderPage[] {
    return [this.#stage.page, ...this.#stage.visits.tabs];
  }
}

const except = (all: readonly Log[], one: Log): readonly Log[] => all.filter((log) => log !== one);
