/**
 * Runs in a page beside the adapter under test and does with it what a story says. Plain JavaScript because it goes into the page as it
 * is. `adapter` is there already.
 *
 * @typedef {import('../../src/core/ports.js').Claim} Claim
 * @typedef {import('../../src/core/ports.js').TabNews} TabNews
 */
{
  const {browserTabs} = /** @type {{adapter: {browserTabs: typeof import('../../src/stores/tabs.js').browserTabs}}} */ (
    /** @type {unknown} */ (globalThis)
  ).adapter;
  const tabs = browserTabs({silence: 4_000}); // less than people have, so that stories are short
  const never = new AbortController().signal;

  /** @type {Claim | undefined} */
  let claim;
  /** @type {string[]} What happened, in its order. */
  const told = [];
  /** @type {number[]} */
  const heard = [];
  /** When the wait was over, in ms since the epoch. */
  let since = 0;

  /** @param {Claim | undefined} got */
  const have = (got) => {
    claim = got;
    since = Date.now();
    told.push(got ? 'has it' : 'was refused');
    got?.lost.addEventListener('abort', () => told.push('lost it'));
    return got !== undefined;
  };

  const tab = {
    told,
    heard,
    persisted: false,
    since: () => since,
    claim: async () => have(await tabs.claim('a', never)),
    /** Begins to wait, and does not wait for that. */
    wait: () => void tabs.wait('a', ({progress}) => heard.push(progress.confirmed), never).then(have),
    takeOver: () => tabs.takeOver('a'),
    release: () => claim?.release(),
    /** @param {number} confirmed */
    tell: (confirmed) => claim?.tell({status: {name: 'sending'}, progress: {size: 1000, hashed: 0, sent: 0, confirmed}}),
    held: async () => (await navigator.locks.query()).held?.length ?? 0,
  };
  addEventListener('pageshow', ({persisted}) => (tab.persisted = persisted));
  Object.assign(globalThis, {tab});
}
