import {expect} from '@open-wc/testing';
import type {Claim, TabNews, Tabs} from '../../../src/core/ports.js';
import {browserTabs, type BrowserTabsOptions} from '../../../src/stores/tabs.js';
import {eventually, never, rejection} from '../../contracts/clauses.js';
import {newsAt} from '../../contracts/tabs.js';
import {OtherTab} from '../support/other-tab.js';

let scenes = 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const deaf = (): void => undefined;

/** Tabs whose channels are counted. Ten seconds from question to question, so that only what is said by itself is heard meanwhile. */
function scene(options: BrowserTabsOptions = {}) {
  const open = new Set<BroadcastChannel>();
  const prefix = `channel-test-${(scenes += 1)}`;
  const channel = (name: string): BroadcastChannel => {
    const made = new BroadcastChannel(name);
    const close = made.close.bind(made);
    made.close = () => {
      open.delete(made);
      close();
    };
    open.add(made);
    return made;
  };
  const all = {prefix, every: 10_000, silence: 60_000, grace: 300, ...options};
  return {tabs: browserTabs({...all, channel}), others: browserTabs(all), open, prefix};
}

async function claimed(tabs: Tabs, key = 'a'): Promise<Claim> {
  const claim = await tabs.claim(key, never());
  if (!claim) throw new Error('there is no claim');
  return claim;
}

describe('the channel of a page', () => {
  it('is closed while nothing is claimed and nobody waits', () => {
    expect(scene().open.size).to.equal(0);
  });

  it('is one for all claims and all who wait', async () => {
    const {tabs, open} = scene();
    await claimed(tabs, 'a');
    const one = open.size;
    await claimed(tabs, 'b');
    void tabs.wait('a', deaf, never());
    void tabs.wait('b', deaf, never());
    expect([one, open.size]).to.deep.equal([2, 2]); // two ends
  });

  it('is closed when a claim was refused', async () => {
    const {tabs, others, open} = scene();
    await claimed(others);
    expect(await tabs.claim('a', never())).to.equal(undefined);
    expect(open.size).to.equal(0);
  });

  it('is closed when the last claim was let go', async () => {
    const {tabs, open} = scene();
    const claims = [await claimed(tabs, 'a'), await claimed(tabs, 'b')];
    for (const claim of claims) {
      expect(open.size).to.equal(2);
      claim.tell(newsAt(1));
      claim.release();
    }
    await eventually(() => open.size === 0);
  });

  it('is closed when a wait was given up', async () => {
    const {tabs, others, open} = scene();
    await claimed(others);
    const controller = new AbortController();
    const wait = rejection(tabs.wait('a', deaf, controller.signal));
    await pause(50);
    expect(open.size).to.equal(2);
    controller.abort();
    await wait;
    await eventually(() => open.size === 0);
  });

  it('is closed when the claim was taken by force', async () => {
    const {tabs, prefix, open} = scene();
    const claim = await claimed(tabs);
    void navigator.locks.request(`${prefix} a`, {steal: true}, () => undefined);
    await eventually(() => claim.lost.aborted);
    expect(open.size).to.equal(0);
  });

  it('is closed after a hundred claims, waits and wishes', async () => {
    const {tabs, open} = scene();
    for (let turn = 0; turn < 100; turn += 1) {
      const claim = await claimed(tabs);
      const wait = tabs.wait('a', deaf, never());
      if (turn % 2) tabs.takeOver('a');
      claim.release();
      (await wait).release();
    }
    await eventually(() => open.size === 0);
  });

  const sleeps = {
    'is kept for the way back': [window, new Event('pagehide'), new Event('pageshow')],
    'is frozen': [document, new Event('freeze'), new Event('resume')],
  } as const;

  for (const [words, [target, asleep, awake]] of Object.entries(sleeps)) {
    it(`is closed while the page ${words}, and open again afterwards`, async () => {
      const {tabs, others, open} = scene();
      const claim = await claimed(tabs);
      target.dispatchEvent(asleep);
      expect(open.size).to.equal(0);
      target.dispatchEvent(awake);
      expect(open.size).to.equal(2);
      claim.tell(newsAt(5));
      const heard: TabNews[] = [];
      void others.wait('a', (news) => heard.push(news), never());
      await eventually(() => heard.length > 0);
    });
  }

  it('stays closed when the page comes back and there is nothing to talk about', async () => {
    const {tabs, open} = scene();
    const claim = await claimed(tabs);
    dispatchEvent(new Event('pagehide'));
    claim.release();
    await eventually(() => open.size === 0);
    dispatchEvent(new Event('pageshow'));
    expect(open.size).to.equal(0);
  });

  it('brings the wish of a page that has no claim and does not wait', async () => {
    const {tabs, others, open} = scene();
    const claim = await claimed(others);
    tabs.takeOver('a');
    await eventually(() => claim.lost.aborted);
    expect(open.size).to.equal(0);
  });
});

describe('what is said while somebody waits', () => {
  let heard: TabNews[];
  let claim: Claim;
  const confirmed = (): readonly number[] => heard.map(({progress}) => progress.confirmed);

  beforeEach(async () => {
    const {tabs, others} = scene();
    heard = [];
    claim = await claimed(tabs);
    claim.tell(newsAt(0));
    void others.wait('a', (news) => heard.push(news), never());
    await eventually(() => heard.length > 0);
    await pause(300);
    heard.length = 0;
  });

  it('is heard without a question', async () => {
    claim.tell(newsAt(1));
    await eventually(() => heard.length > 0);
    expect(confirmed()).to.deep.equal([1]);
  });

  it('is four things in a second, whatever there is to tell', async () => {
    const end = performance.now() + 1_500;
    for (let at = 1; performance.now() < end; at += 1) {
      claim.tell(newsAt(at));
      await pause(5);
    }
    expect(heard.length).to.be.within(4, 7);
  });

  it('ends with what was told last', async () => {
    for (let at = 1; at <= 20; at += 1) claim.tell(newsAt(at));
    await pause(500);
    expect(confirmed()).to.deep.equal([1, 20]);
  });

  it('is said once, the last word too', async () => {
    claim.tell(newsAt(1));
    claim.tell(newsAt(2));
    claim.release();
    await pause(500);
    expect(confirmed()).to.deep.equal([1, 2]);
  });

  it('may be something that cannot be said: nothing comes of it', async () => {
    claim.tell({...newsAt(1), progress: {...newsAt(1).progress, odd: () => 1}} as TabNews);
    await pause(300);
    claim.tell(newsAt(2));
    await eventually(() => heard.length > 0);
    expect(confirmed()).to.deep.equal([2]);
  });
});

describe('what nobody waits for', () => {
  it('is not said', async () => {
    const {tabs, prefix} = scene();
    const said: unknown[] = [];
    const channel = new BroadcastChannel(`${prefix} tabs 1`);
    channel.addEventListener('message', ({data}) => said.push(data));
    const claim = await claimed(tabs);
    for (let at = 0; at < 10; at += 1) claim.tell(newsAt(at));
    await pause(300);
    channel.close();
    expect(said).to.deep.equal([]);
  });
});

describe('a channel on which somebody else speaks', () => {
  const garbage: readonly unknown[] = [undefined, null, 1, 'ask', [], {kind: 'ask'}, {kind: 'wish', key: 'a'}, {kind: 'dream', key: 'a'}];

  it('disturbs neither who has an upload nor who waits for it', async () => {
    const {tabs, others, prefix} = scene();
    const claim = await claimed(tabs);
    const heard: TabNews[] = [];
    void others.wait('a', (news) => heard.push(news), never());
    await pause(100);
    const stranger = new BroadcastChannel(`${prefix} tabs 1`);
    for (const data of [...garbage, {kind: 'news', key: 'a', from: 'x', news: {status: {name: 'odd'}}}]) stranger.postMessage(data);
    await pause(100);
    stranger.close();
    claim.tell(newsAt(9));
    await eventually(() => heard.length > 0);
    expect([heard, claim.lost.aborted]).to.deep.equal([[newsAt(9)], false]);
  });
});

describe('a browser without the means', () => {
  const refuse = (name: string) => (): never => {
    throw new DOMException('Not here', name);
  };

  /** Whether two can claim the same. */
  const guards = async (options: BrowserTabsOptions): Promise<boolean> => {
    const tabs = browserTabs({prefix: `means-test-${(scenes += 1)}`, ...options});
    const claims = [await tabs.claim('a', never()), await tabs.claim('a', never())];
    const waited = claims[1] && (await tabs.wait('a', deaf, never()));
    tabs.takeOver('a');
    for (const claim of [...claims, waited]) claim?.release();
    return claims[1] === undefined;
  };

  it('guards where all is there', async () => {
    expect(await guards({})).to.equal(true);
  });

  it('guards nothing where a channel cannot be opened', async () => {
    expect(await guards({channel: refuse('SecurityError')})).to.equal(false);
  });

  it('guards nothing where locks are refused at once', async () => {
    expect(await guards({locks: {request: refuse('SecurityError')}})).to.equal(false);
  });

  it('guards nothing where locks are refused later', async () => {
    const request = async (): Promise<never> => refuse('SecurityError')();
    expect(await guards({locks: {request}})).to.equal(false);
  });

  it('guards nothing where there are no locks', async () => {
    const locks = Object.getOwnPropertyDescriptor(Navigator.prototype, 'locks') ?? {};
    Object.defineProperty(Navigator.prototype, 'locks', {configurable: true, get: () => undefined});
    try {
      expect(await guards({})).to.equal(false);
    } finally {
      Object.defineProperty(Navigator.prototype, 'locks', locks);
    }
  });

  it('guards nothing where asking for the locks throws', async () => {
    const locks = Object.getOwnPropertyDescriptor(Navigator.prototype, 'locks') ?? {};
    Object.defineProperty(Navigator.prototype, 'locks', {configurable: true, get: refuse('SecurityError')});
    try {
      expect(await guards({})).to.equal(false);
    } finally {
      Object.defineProperty(Navigator.prototype, 'locks', locks);
    }
  });

  it('gives up a claim that is not answered when its signal is aborted', async () => {
    const request = (): Promise<never> => new Promise<never>(() => undefined);
    const [controller, reason] = [new AbortController(), new Error('enough')];
    const outcome = rejection(browserTabs({locks: {request}}).claim('a', controller.signal));
    controller.abort(reason);
    expect(await outcome).to.equal(reason);
  });
});

describe('a tab that is closed right after its last word', () => {
  it('is heard', async () => {
    const {tabs, prefix} = scene();
    const tab = await OtherTab.open();
    const claim = await claimed(tab.tabs({prefix}));
    const heard: TabNews[] = [];
    const wait = tabs.wait('a', (news) => heard.push(news), never());
    await pause(100);
    claim.tell(newsAt(999));
    claim.release();
    tab.close();
    await wait;
    expect(heard.at(-1)).to.deep.equal(newsAt(999));
  });
});
