import type {Claim, TabNews, Tabs} from '../../src/core/ports.js';
import {eventually, holds, keepsClauses, never, rejection, same, type Clauses, type Exceptions, type Runner} from './clauses.js';
import {watchedSignal} from './watched-signal.js';

/** Two tabs of an origin. */
export interface TabsScene {
  readonly one: Tabs;
  readonly other: Tabs;
  /** How long an owner may take to let go of what another tab wishes to have, in ms. */
  readonly grace: number;
  close(): Promise<void>;
}

/** News of an upload that has come so far. */
export const newsAt = (confirmed: number): TabNews => ({
  status: {name: 'sending'},
  progress: {size: 1_000, hashed: 1_000, sent: 0, confirmed},
});

const deaf = (): void => undefined;

/** A claim that must not be refused. */
async function claimed(tabs: Tabs, key = 'a'): Promise<Claim> {
  const claim = await tabs.claim(key, never());
  if (!claim) throw new Error(`there is no claim for ${key}`);
  return claim;
}

const isFree = async (tabs: Tabs, key = 'a'): Promise<boolean> => {
  const claim = await tabs.claim(key, never());
  claim?.release();
  return claim !== undefined;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A wait, and what has come of it so far. */
function waiting(tabs: Tabs, signal = never()) {
  const heard: TabNews[] = [];
  const seen: {claim?: Claim} = {};
  const claim = tabs.wait('a', (news) => heard.push(news), signal).then((got) => (seen.claim = got));
  claim.catch(deaf);
  return {claim, heard, seen, confirmed: () => heard.map(({progress}) => progress.confirmed)};
}

/** Keys as they come: made of addresses, names and numbers. */
const oddKeys = ['', ' ', '-', '-a', '"', 'new\nline', 'nul\0', '__proto__', 'שלום', '😀', 'x'.repeat(4_000)];

const single = {
  async 'gives an upload that nobody has'({one}) {
    same((await claimed(one)).lost.aborted, false);
  },

  async 'has nobody wait for an upload that nobody has'({one}) {
    same((await one.wait('a', deaf, never())).lost.aborted, false);
  },

  async 'gives another upload to another tab'({one, other}) {
    await claimed(one, 'a');
    await claimed(other, 'b');
  },

  async 'gives an upload again as soon as it was let go'({one}) {
    for (let turn = 0; turn < 5; turn += 1) {
      const claim = await claimed(one);
      claim.tell(newsAt(turn));
      claim.release();
    }
  },

  async 'lets go once when it is told twice'({one, other}) {
    const claim = await claimed(one);
    claim.release();
    await eventually(() => isFree(other));
    const next = await claimed(other);
    claim.release();
    await pause(50);
    same([next.lost.aborted, claim.lost.aborted], [false, false]);
  },

  async 'is told news after it let go, and nothing comes of it'({one}) {
    const claim = await claimed(one);
    claim.release();
    claim.tell(newsAt(1));
  },

  async 'takes every key'({one}) {
    const claims: Claim[] = [];
    for (const key of oddKeys) claims.push(await claimed(one, key));
    same(claims.length, oddKeys.length);
  },

  async 'is asked to take over what nobody has, and nothing comes of it'({one, other}) {
    one.takeOver('a');
    await pause(50);
    same((await claimed(other)).lost.aborted, false);
  },

  async 'rejects with the reason of a signal that is aborted already, and takes nothing'({one, other}) {
    const reason = new Error('not wanted');
    holds((await rejection(one.claim('a', AbortSignal.abort(reason)))) === reason, 'of claim');
    holds((await rejection(one.wait('a', deaf, AbortSignal.abort(reason)))) === reason, 'of wait');
    holds(await isFree(other), 'it is free');
  },

  async 'leaves no listener on a signal'({one}) {
    const watched = watchedSignal();
    const claim = await one.claim('a', watched.signal);
    claim?.release();
    const next = await one.wait('a', deaf, watched.signal);
    next.release();
    same(watched.listeners(), 0);
  },

  async 'keeps a claim when the signal that it was asked for with is aborted'({one}) {
    const controller = new AbortController();
    const claim = await one.claim('a', controller.signal);
    controller.abort();
    same(claim?.lost.aborted, false);
  },
} satisfies Clauses<TabsScene>;

const guarding = {
  async 'refuses an upload that another tab has'({one, other}) {
    await claimed(one);
    same(await isFree(other), false);
  },

  async 'refuses it in the same tab, too'({one}) {
    await claimed(one);
    same(await isFree(one), false);
  },

  async 'refuses every key that another tab has'({one, other}) {
    for (const key of oddKeys) await claimed(one, key);
    for (const key of oddKeys) same(await isFree(other, key), false, key);
  },

  async 'gives a claim to one of two that ask at the same time'({one, other}) {
    const claims = await Promise.all([one, other, one, other].map((tabs) => tabs.claim('a', never())));
    same(claims.filter((claim) => claim !== undefined).length, 1);
  },

  async 'lets go when a claim is given up before it is there'({one, other}) {
    const [controller, reason] = [new AbortController(), new Error('enough')];
    const outcome = rejection(one.claim('a', controller.signal));
    controller.abort(reason);
    holds((await outcome) === reason, 'it is the reason');
    await eventually(() => isFree(other));
  },

  async 'gives an upload to the tab that waits as soon as it is let go'({one, other}) {
    const claim = await claimed(one);
    const wait = waiting(other);
    await pause(100);
    same(wait.seen.claim, undefined);
    claim.release();
    same((await wait.claim).lost.aborted, false);
    same(await isFree(one), false);
  },

  async 'gives an upload to one of several that wait, and to the others after that'({one, other}) {
    const claim = await claimed(one);
    const waits = [waiting(other), waiting(one), waiting(other)];
    const got = (): Claim[] => waits.flatMap(({seen}) => seen.claim ?? []);
    await pause(50);
    claim.release();
    await eventually(() => got().length === 1);
    await pause(200);
    same(got().length, 1);
    got()[0]?.release();
    await eventually(() => got().length === 2);
    got().forEach((one) => one.release());
    await eventually(() => got().length === 3);
  },

  async 'rejects a wait with the reason when it is aborted, and takes nothing afterwards'({one, other}) {
    const claim = await claimed(one);
    const [watched, reason] = [watchedSignal(), new Error('enough')];
    const outcome = rejection(other.wait('a', deaf, watched.signal));
    await pause(50);
    watched.abort(reason);
    holds((await outcome) === reason, 'it is the reason');
    same(watched.listeners(), 0);
    claim.release();
    await eventually(() => isFree(one));
  },
} satisfies Clauses<TabsScene>;

const telling = {
  async 'tells one who begins to wait what was told last'({one, other}) {
    const claim = await claimed(one);
    claim.tell(newsAt(1));
    claim.tell(newsAt(2));
    const wait = waiting(other);
    await eventually(() => wait.heard.length > 0);
    same(wait.heard[0], newsAt(2));
  },

  async 'tells one who waits in the same tab, too'({one}) {
    const claim = await claimed(one);
    claim.tell(newsAt(3));
    const wait = waiting(one);
    await eventually(() => wait.heard.length > 0);
    same(wait.heard[0], newsAt(3));
  },

  async 'tells everyone who waits'({one, other}) {
    const claim = await claimed(one);
    const waits = [waiting(one), waiting(other), waiting(other)];
    claim.tell(newsAt(4));
    for (const {confirmed} of waits) await eventually(() => confirmed().includes(4));
  },

  async 'tells nothing of other uploads'({one, other}) {
    await claimed(one);
    const wait = waiting(other);
    const second = await claimed(one, 'b');
    second.tell(newsAt(5));
    await pause(200);
    same(wait.heard, []);
  },

  async 'tells the last word before the wait is over'({one, other}) {
    for (let turn = 0; turn < 10; turn += 1) {
      const claim = await claimed(one);
      const wait = waiting(other);
      for (let confirmed = 0; confirmed < 5; confirmed += 1) claim.tell(newsAt(confirmed));
      await pause(turn * 5);
      claim.tell(newsAt(999));
      claim.release();
      const next = await wait.claim;
      same(wait.confirmed().at(-1), 999);
      next.release();
      await eventually(() => isFree(one));
    }
  },
} satisfies Clauses<TabsScene>;

const takingOver = {
  async 'has the owner lose what another tab takes over, and gives it away when the owner lets go'({one, other, grace}) {
    const claim = await claimed(one);
    const wait = waiting(other);
    other.takeOver('a');
    await eventually(() => claim.lost.aborted);
    await pause(grace / 4);
    same(wait.seen.claim, undefined);
    claim.release();
    same((await wait.claim).lost.aborted, false);
  },

  async 'does not wait long for an owner that does not let go'({one, other, grace}) {
    const claim = await claimed(one);
    const began = Date.now();
    const wait = waiting(other);
    other.takeOver('a');
    same((await wait.claim).lost.aborted, false);
    same(claim.lost.aborted, true);
    holds(Date.now() - began >= grace * 0.9, 'it had its time');
  },

  async 'takes over from an owner in the same tab'({one}) {
    const claim = await claimed(one);
    claim.lost.addEventListener('abort', () => claim.release());
    const wait = waiting(one);
    one.takeOver('a');
    same((await wait.claim).lost.aborted, false);
  },

  async 'keeps what it took over: its own wish does not concern it'({one, other}) {
    const claim = await claimed(one);
    claim.lost.addEventListener('abort', () => claim.release());
    const wait = waiting(other);
    other.takeOver('a');
    claim.release();
    const taken = await wait.claim;
    await pause(200);
    same(taken.lost.aborted, false);
  },

  async 'takes nothing else over'({one, other}) {
    const second = await claimed(one, 'b');
    await claimed(one, 'a');
    other.takeOver('a');
    await pause(200);
    same(second.lost.aborted, false);
  },

  async 'says the last word of an owner that was taken over from'({one, other}) {
    const claim = await claimed(one);
    claim.lost.addEventListener('abort', () => {
      claim.tell(newsAt(77));
      claim.release();
    });
    const wait = waiting(other);
    other.takeOver('a');
    await wait.claim;
    same(wait.confirmed().at(-1), 77);
  },
} satisfies Clauses<TabsScene>;

const clauses = {...single, ...guarding, ...telling, ...takingOver};

/** Reasons for all clauses that say something of other tabs: for what guards nothing. */
export const onlyOfOneTab = (reason: string): Exceptions<typeof clauses> =>
  Object.fromEntries(Object.keys({...guarding, ...telling, ...takingOver}).map((words) => [words, reason]));

/** What every `Tabs` does. Clauses of `except` cannot hold, each with the reason. */
export function keepsTheTabsContract(
  name: string,
  open: () => Promise<TabsScene>,
  runner: Runner,
  except?: Exceptions<typeof clauses>,
): void {
  keepsClauses(`the Tabs contract: ${name}`, clauses, {open, close: (scene) => scene.close()}, runner, except);
}
