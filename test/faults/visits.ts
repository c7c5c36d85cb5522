import type {BrowserContext} from 'puppeteer-core';

import type {UploaderPage} from '../support/page.js';
import type {TimedEntry} from '../support/page-face.js';
import type {Scene} from '../support/scene.js';
import type {Had, Log} from './ledger.js';

/** Opens the page of a row, in the scene's context unless another one is given. */
type Open = (context?: BrowserContext) => Promise<UploaderPage>;

/** The pages of a row: the one that it is about, the loads of it that are over, and other tabs with the same page. */
export class Visits {
  readonly #scene: Scene;
  readonly #open: Open;
  readonly #tabs = new Set<UploaderPage>();
  readonly #all: UploaderPage[];
  readonly #over: Log[] = [];
  readonly #had: Had[] = [];
  #page: UploaderPage;

  /** @param open Opens the same page once more, with all that it is set up with. */
  constructor(scene: Scene, page: UploaderPage, open: Open) {
    this.#scene = scene;
    this.#open = open;
    this.#page = page;
    this.#all = [page];
  }

  /** The page that the row is about. When it was left and is not back yet, it shows nothing and answers nobody. */
  get page(): UploaderPage {
    return this.#page;
  }

  /** Pages that are open beside it. */
  get tabs(): readonly UploaderPage[] {
    return [...this.#tabs];
  }

  /** What no page caught, in all that there have been. */
  get errors(): readonly string[] {
    return this.#all.flatMap(({errors}) => errors);
  }

  /** Opens the page in one more tab. @param context Where it is. @default beside the others */
  async another(context?: BrowserContext): Promise<UploaderPage> {
    const tab = await this.#opened(context);
    this.#tabs.add(tab);
    return tab;
  }

  /** From now on the row is about another tab. The page that it was about stays open `beside` it, or was left before. */
  goesOnIn(tab: UploaderPage, {beside = false} = {}): void {
    if (beside) this.#tabs.add(this.#page);
    this.#tabs.delete(tab);
    this.#page = tab;
  }

  /** Ends the load of the page by `how`, and remembers what had happened in it. `how` may load it again in the same window. */
  async leave(how: (page: UploaderPage) => Promise<unknown>): Promise<void> {
    const page = this.#page;
    const {origin} = new URL(page.page.url());
    this.#over.push(await page.log());
    const at = Date.now();
    await how(page);
    // Its last answers are not in the log; the server had said no more in them than it has.
    for (const [path, received] of await this.#scene.ranges()) this.#had.push({kind: 'had', url: origin + path, received, at});
  }

  /** Opens it anew in place of the one that was left. */
  async comeBack(): Promise<UploaderPage> {
    this.#page = await this.#opened();
    return this.#page;
  }

  /** What happened in the loads of the page that the row is about, one after the other, and in each of the other tabs. */
  async logs(): Promise<{readonly page: readonly Log[]; readonly tabs: readonly Log[]}> {
    const last: readonly TimedEntry[] = await this.#page.log();
    return {page: [...this.#over, last], tabs: await Promise.all(this.tabs.map((tab) => tab.log()))};
  }

  /** What the server had at the end of each load. */
  get had(): readonly Had[] {
    return this.#had;
  }

  async #opened(context?: BrowserContext): Promise<UploaderPage> {
    const page = await this.#open(context);
    this.#all.push(page);
    return page;
  }
}
