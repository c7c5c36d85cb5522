/** What runs in a worker that stands for another tab. Does one thing per message, and says when it is done. */
import {browserTabs} from '../../../src/stores/tabs.js';
import type {BrowserTabsOptions} from '../../../src/stores/tabs.js';
import type {Claim} from '../../../src/core/ports.js';

/** What a worker is told to do. */
export type TabOrder =
  | {readonly act: 'claim'; readonly key: string; readonly options: BrowserTabsOptions}
  /** Does nothing at all for so many ms: no timer, no event. What a frozen tab is like. */
  | {readonly act: 'freeze'; readonly ms: number}
  | {readonly act: 'lost'};

let claim: Claim | undefined;

const acts = {
  claim: async ({key, options}: Extract<TabOrder, {act: 'claim'}>): Promise<boolean> => {
    claim = await browserTabs(options).claim(key, new AbortController().signal);
    claim?.tell({status: {name: 'queued'}, progress: {size: 1, hashed: 0, sent: 0, confirmed: 0}});
    return claim !== undefined;
  },
  freeze: async ({ms}: Extract<TabOrder, {act: 'freeze'}>): Promise<boolean> => {
    const end = performance.now() + ms;
    while (performance.now() < end);
    return true;
  },
  lost: async (): Promise<boolean> => claim?.lost.aborted === true,
};

addEventListener('message', ({data}: MessageEvent<TabOrder>) => {
  const act = acts[data.act] as (order: TabOrder) => Promise<boolean>;
  void act(data).then((answer) => postMessage(answer));
});
postMessage('ready');
