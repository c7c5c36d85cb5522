import {basename} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import type {LogEntry} from '../support/page-face.js';
import {Ledger} from './ledger.js';
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
  readonly #samples: Sample[] = [];
  readonly #watching: Promise<void>;
  #on = true;

  private constructor(stage: Stage, lies: boolean) {
    this.#stage = stage;
    this.#lies = lies;
    this.#watching = this.#watch();
  }

  /** @param lies Whether the server says other things than what is. */
  static begin(stage: Stage, lies: boolean): PromiseWatch {
    return new PromiseWatch(stage, lies);
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
    const {page} = this.#stage;
    const log = await page.log();
    return [
      ...(await this.#falseSuccess()),
      ...this.#beyondTheServer(),
      ...new Ledger().breaches(log),
      ...(await this.#leftPending()),
      ...(await this.#completions(log)),
    ];
  }

  async #watch(): Promise<void> {
    const {page, scene} = this.#stage;
    while (this.#on) {
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
    const {page, scene} = this.#stage;
    const breaches: string[] = [];
    for (const [name, md5] of Object.entries(await scene.storedAll(page))) {
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

  /** P4: nothing is left under way. */
  async #leftPending(): Promise<readonly string[]> {
    const pending = await this.#stage.page.pending();
    return pending > 0 ? [`P4: ${pending} requests are still under way`] : [];
  }

  /** P3: one completion, told once. */
  async #completions(log: readonly LogEntry[]): Promise<readonly string[]> {
    const told = log.filter((entry) => entry.kind === 'event' && entry.type === 'upload-done').length;
    const files = new Set(log.flatMap((entry) => (entry.kind === 'event' ? [entry.id] : []))).size;
    const stored = (await this.#stage.scene.namesAtServer()).length;
    return [
      ...(told > files ? [`P3: ${told} completions of ${files} files were told`] : []),
      ...(stored > files ? [`P3: ${stored} complete uploads of ${files} files are on the server`] : []),
    ];
  }
}
