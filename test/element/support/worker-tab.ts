import type {BrowserTabsOptions} from '../../../src/stores/tabs.js';
import type {TabOrder} from './tab-worker.js';

/** Another tab with a thread of its own, so that it can be frozen while this one goes on, and the other way round. */
export class WorkerTab {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async open(): Promise<WorkerTab> {
    const tab = new WorkerTab(new Worker(new URL('./tab-worker.js', import.meta.url), {type: 'module'}));
    await tab.#answer();
    return tab;
  }

  claim(key: string, options: BrowserTabsOptions): Promise<boolean> {
    return this.#order({act: 'claim', key, options});
  }

  /** Resolves when it is awake again. */
  freeze(ms: number): Promise<boolean> {
    return this.#order({act: 'freeze', ms});
  }

  /** Whether it has lost what it claimed. */
  lost(): Promise<boolean> {
    return this.#order({act: 'lost'});
  }

  close(): void {
    this.#worker.terminate();
  }

  #order(order: TabOrder): Promise<boolean> {
    const answer = this.#answer();
    this.#worker.postMessage(order);
    return answer;
  }

  #answer(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#worker.addEventListener('message', ({data}: MessageEvent<boolean>) => resolve(data), {once: true});
      this.#worker.addEventListener('error', ({message}) => reject(new Error(message)), {once: true});
    });
  }
}
