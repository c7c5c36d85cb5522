import {expect} from '@open-wc/testing';
import {systemClock} from '../../../src/core/clock.js';
import type {Claim, Tabs} from '../../../src/core/ports.js';
import {browserTabs} from '../../../src/stores/tabs.js';
import {eventually, never, rejection} from '../../contracts/clauses.js';
import {OtherTab} from '../support/other-tab.js';
import {WorkerTab} from '../support/worker-tab.js';

let scenes = 0;

/** Names that no other test has. Ten questions until an owner counts as frozen. */
const fresh = () => ({prefix: `silence-test-${(scenes += 1)}`, every: 100, silence: 1_000, grace: 400});

type Options = ReturnType<typeof fresh>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** This thread does nothing at all: no timer, no event. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Waits, and says how long it took. */
async function waited(tabs: Tabs, key = 'a', signal = never()): Promise<{claim: Claim; ms: number}> {
  const began = performance.now();
  const claim = await tabs.wait(key, () => undefined, signal);
  return {claim, ms: performance.now() - began};
}

/** Somebody who holds the lock and says nothing: what is left of a frozen tab. `robbed` says whether it was taken by force. */
function silentOwner({prefix}: Options) {
  const seen = {robbed: false};
  const held = new Promise<void>((resolve) => {
    const own = navigator.locks.request(`${prefix} a`, () => new Promise<void>(() => resolve()));
    own.catch(() => (seen.robbed = true));
  });
  return {held, seen};
}

/** The questions that go over the line from now on. */
function overhear({prefix}: Options) {
  const channel = new BroadcastChannel(`${prefix} tabs 1`);
  const asked: number[] = [];
  channel.addEventListener('message', ({data}) => {
    if (data.kind === 'ask') asked.push(performance.now());
  });
  return {channel, asked};
}

describe('an owner that says nothing', () => {
  let options: Options;
  let owner: ReturnType<typeof silentOwner>;

  beforeEach(async () => {
    options = fresh();
    owner = silentOwner(options);
    await owner.held;
  });

  it('is waited for as long as the silence may last, and then the upload is taken by force', async () => {
    const {claim, ms} = await waited(browserTabs(options));
    expect(ms).to.be.within(990, 3_000);
    expect(claim.lost.aborted).to.equal(false);
    await eventually(() => owner.seen.robbed);
  });

  it('was asked ten times before', async () => {
    const {channel, asked} = overhear(options);
    await waited(browserTabs(options));
    channel.close();
    expect(asked.length).to.be.within(10, 12);
  });

  it('is asked three times at least, however short the silence may be', async () => {
    const {channel, asked} = overhear(options);
    const {ms} = await waited(browserTabs({...options, silence: 0}));
    channel.close();
    expect(asked.length).to.be.at.least(3);
    expect(ms).to.be.at.least(290);
  });

  it('is asked ten times, a second apart, where nothing else is said', async () => {
    const pauses: number[] = [];
    const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
      pauses.push(ms);
      return systemClock.sleep(ms / 20, signal);
    };
    const {claim} = await waited(browserTabs({prefix: options.prefix, clock: {...systemClock, sleep}}));
    claim.release();
    const seconds = pauses.filter((ms) => ms === 1_000);
    expect(seconds.length).to.be.within(10, 12);
  });

  it('is waited for only a short time after a wish', async () => {
    const tabs = browserTabs({...options, silence: 60_000});
    const wait = waited(tabs);
    await pause(50);
    tabs.takeOver('a');
    const {ms} = await wait;
    expect(ms).to.be.within(options.grace * 0.9, 3_000);
  });

  it('is given no less time because another tab had a wish of another upload', async () => {
    const tabs = browserTabs(options);
    const wait = waited(tabs);
    tabs.takeOver('b');
    const {ms} = await wait;
    expect(ms).to.be.at.least(990);
  });

  it('is robbed by one of several that wait; the others wait on', async () => {
    const tab = await OtherTab.open();
    const all = [browserTabs(options), tab.tabs(options), browserTabs(options)];
    const claims: Claim[] = [];
    for (const tabs of all) void tabs.wait('a', () => undefined, never()).then((claim) => claims.push(claim));
    await eventually(() => claims.length > 0);
    await pause(1_500);
    expect(claims.filter(({lost}) => !lost.aborted)).to.have.length(1);
    tab.close();
  });

  it('is not robbed by one who gave up', async () => {
    const controller = new AbortController();
    const wait = rejection(waited(browserTabs(options), 'a', controller.signal));
    await pause(800);
    controller.abort();
    await wait;
    await pause(600);
    expect(owner.seen.robbed).to.equal(false);
  });

  it('leaves no question behind when the wait is over', async () => {
    const {claim} = await waited(browserTabs(options));
    const {channel, asked} = overhear(options);
    await pause(400);
    channel.close();
    claim.release();
    expect(asked).to.deep.equal([]);
  });
});

describe('an owner that answers', () => {
  let options: Options;
  let owner: WorkerTab;

  beforeEach(async () => {
    options = fresh();
    owner = await WorkerTab.open();
    expect(await owner.claim('a', options)).to.equal(true);
  });

  afterEach(() => owner.close());

  /** Waits for the upload until the test is over. */
  const wait = () => {
    const seen: {claim?: Claim; confirmed: number} = {confirmed: 0};
    const claim = browserTabs(options).wait('a', () => (seen.confirmed += 1), never());
    void claim.then((got) => (seen.claim = got));
    return {seen, claim};
  };

  it('keeps the upload for longer than the silence may last', async () => {
    const {seen} = wait();
    await pause(2_500);
    expect(seen.claim).to.equal(undefined);
    expect(await owner.lost()).to.equal(false);
  });

  it('keeps it when the tab that waits was asleep itself, once', async () => {
    const {seen} = wait();
    await pause(250);
    block(2_500);
    await pause(500);
    expect([seen.claim, await owner.lost()]).to.deep.equal([undefined, false]);
  });

  it('keeps it when the tab that waits is late all the time', async () => {
    const {seen} = wait();
    for (let turn = 0; turn < 15; turn += 1) {
      block(250);
      await pause(0);
    }
    expect([seen.claim, await owner.lost()]).to.deep.equal([undefined, false]);
  });

  it('keeps it when it was itself asleep for less than the silence may last', async () => {
    const {seen} = wait();
    await pause(200);
    await owner.freeze(600);
    await pause(1_000);
    expect([seen.claim, await owner.lost()]).to.deep.equal([undefined, false]);
  });

  it('has lost it when it wakes up from a longer sleep', async () => {
    const {claim} = wait();
    await pause(200);
    const asleep = owner.freeze(3_000);
    const taken = await claim;
    await asleep;
    await eventually(() => owner.lost());
    expect(taken.lost.aborted).to.equal(false);
  });

  it('gives it up when its thread is ended, without any silence', async () => {
    const {claim} = wait();
    await pause(200);
    const began = performance.now();
    owner.close();
    await claim;
    expect(performance.now() - began).to.be.below(900);
  });
});

describe('a tab that is closed', () => {
  it('gives its upload to the one that waits, at once', async () => {
    const options = fresh();
    const tab = await OtherTab.open();
    await tab.tabs(options).claim('a', never());
    const wait = waited(browserTabs({...options, silence: 60_000}));
    await pause(200);
    tab.close();
    const {ms} = await wait;
    expect(ms).to.be.below(2_000);
  });

  it('gives nothing to a tab that is closed, too', async () => {
    const options = fresh();
    const [first, second] = [await OtherTab.open(), await OtherTab.open()];
    const claim = await first.tabs(options).claim('a', never());
    void second.tabs(options).wait('a', () => undefined, never());
    await pause(100);
    second.close();
    claim?.release();
    await eventually(async () => (await browserTabs(options).claim('a', never())) !== undefined);
    first.close();
  });
});
