import type {BrowserTabsOptions, browserTabs} from '../../../src/stores/tabs.js';
import type {Tabs} from '../../../src/core/ports.js';

type TabWindow = Window & typeof globalThis & {readonly browserTabs?: typeof browserTabs};

/** A page of the same origin. To Web Locks and channels a frame is what a tab is: a context of its own, that ends when it is removed. */
export class OtherTab {
  readonly #frame: HTMLIFrameElement;

  private constructor(frame: HTMLIFrameElement) {
    this.#frame = frame;
  }

  static async open(): Promise<OtherTab> {
    const frame = document.createElement('iframe');
    frame.src = new URL('./tab-page.html', import.meta.url).pathname;
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, {once: true}));
    document.body.append(frame);
    await loaded;
    return new OtherTab(frame);
  }

  get window(): TabWindow {
    const window = this.#frame.contentWindow as TabWindow | null;
    if (!window) throw new Error('This tab is closed.');
    return window;
  }

  /** What the tab itself uses. */
  tabs(options: BrowserTabsOptions): Tabs {
    const make = this.window.browserTabs;
    if (!make) throw new Error('This tab has not loaded.');
    return make(options);
  }

  /** Ends the tab and everything that runs in it, without a word. */
  close(): void {
    this.#frame.remove();
  }
}
