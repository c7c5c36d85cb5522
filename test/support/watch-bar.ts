import {setTimeout as sleep} from 'node:timers/promises';

import type {UploaderPage} from './page.js';
import type {Scene} from './scene.js';

/** What the first bar showed, and what the server said it had, asked right afterwards. */
export interface BarSample {
  /** `aria-valuenow`: percent. */
  readonly now: number;
  /** Width of the dark part, 0 to 1. */
  readonly dark: number;
  /** Confirmed bytes of the first upload. */
  readonly confirmed: number;
  /** Bytes the server had. */
  readonly has: number;
  readonly done: boolean;
}

/**
 * Looks at the first bar again and again, each time before it asks the server: what the server has only grows, so a bar that showed
 * more than the answer showed more than was true.
 */
export function watchBar(page: UploaderPage, scene: Scene): {end(): Promise<readonly BarSample[]>} {
  const samples: BarSample[] = [];
  let on = true;
  const look = async (): Promise<void> => {
    const [bar] = await page.bars();
    const upload = await page.upload();
    if (bar)
      samples.push({
        now: bar.now,
        dark: bar.dark,
        confirmed: upload.progress.confirmed,
        has: await scene.received(),
        done: upload.status.name === 'done',
      });
  };
  const watching = (async () => {
    while (on) {
      await look();
      await sleep(40);
    }
  })();
  return {
    async end() {
      on = false;
      await watching;
      return samples;
    },
  };
}
