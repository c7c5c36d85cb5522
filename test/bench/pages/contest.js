/**
 * What every page of the bench offers: `contest.send(options)` gives the files of `<input id="files">` to the contestant and is fulfilled
 * when it says that all of them are uploaded.
 *
 * @typedef {{send(files: readonly File[], options: Record<string, any>): Promise<unknown>}} Contestant
 */

/** Options from the page's address. */
export const query = Object.fromEntries(new URLSearchParams(location.search));

/** `PUT`s, the least that an upload can be. @param {string} url @param {Blob} body */
export async function put(url, body) {
  const {ok, status} = await fetch(url, {method: 'PUT', body});
  if (!ok) throw new Error(`${url}: ${status}`);
}

/** Calls `work` for every file, `width` at a time. @param {readonly File[]} files @param {number} width @param {(file: File) => Promise<unknown>} work */
export async function each(files, width, work) {
  const queue = files[Symbol.iterator]();
  const lane = async () => {
    for (const file of queue) await work(file);
  };
  await Promise.all(Array.from({length: Math.min(width, files.length)}, lane));
}

/** Longest gap of a 25 ms timer, and the browser's own long tasks, since the last call. */
function watchThread() {
  let last = performance.now();
  let gap = 0;
  /** @type {number[]} */
  let tasks = [];
  setInterval(() => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
  }, 25);
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({duration}) => duration))).observe({type: 'longtask'});
  return () => {
    const seen = {gap: Math.max(gap, performance.now() - last), tasks};
    gap = 0;
    tasks = [];
    last = performance.now();
    return seen;
  };
}

/** Makes the page ready for the bench. @param {Contestant & Record<string, unknown>} contestant */
export function enter(contestant) {
  const thread = watchThread();
  const chosen = () => /** @type {HTMLInputElement} */ (document.querySelector('#files')).files ?? new DataTransfer().files;
  const contest = {
    ...contestant,
    thread,
    /** @param {Record<string, unknown>} [options] */
    async send(options = {}) {
      thread();
      const began = performance.now();
      const facts = await contestant.send(/** @type {any} */ (chosen()), {...query, ...options});
      return {ms: performance.now() - began, ...thread(), facts};
    },
    /** Begins, and tells later how it ended. */
    begin(options = {}) {
      contest.running = contest.send(options);
      contest.running.catch(() => undefined);
    },
    running: Promise.resolve({}),
    now: () => performance.timeOrigin + performance.now(),
  };
  Object.assign(globalThis, {contest, isReady: true});
}
