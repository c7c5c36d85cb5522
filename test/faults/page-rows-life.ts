import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';

import type {Page} from 'puppeteer-core';

import {MiB} from '../support/disk-file.js';
import {withholdAnswer} from '../support/relay.js';
import type {RequestHead} from '../support/relay.js';
import {until} from '../support/wait.js';
import type {Row} from './row.js';
import type {Stage} from './stage.js';

const quarter = MiB / 4;

/** How long a page sleeps, in ms: longer than a request may take in these rows, and long enough for the element to notice (5 s and a beat). */
const slept = 8_000;

/** What none of this may come to: the pages of these rows are told of no failure. */
const goesOn = {expect: {ends: 'done'}, again: 4 * quarter} as const;

/** Waits until the server has all that was on its way, and gives how much that is. */
async function allArrived({scene}: Stage): Promise<number> {
  await until('nothing to be under way at the server', () => scene.server.running === 0);
  return scene.received();
}

/** What a page says; nothing where it does not within a second, because it was left meanwhile. */
const answered = (page: Page, expression: string): Promise<boolean> =>
  Promise.race([page.evaluate(expression).catch(() => false), sleep(1_000, false)]) as Promise<boolean>;

/** Stops or continues all processes of a browser that was started for this row alone. */
function signalBrowser({page}: Stage, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const {pid} = page.page.browser().process() ?? {};
  assert.ok(pid !== undefined);
  process.kill(-pid, signal);
}

export const pageLifeRows: readonly Row[] = [
  {
    number: 'B4',
    fault: 'The browser freezes the page for a while',
    shows: 'Nothing: it goes on when the page does',
    keeps: 'All that arrived meanwhile counts',
    play: {
      ...goesOn,
      notIn: {firefox: 'it freezes no page at the wish of its driver'},
      inject: ({relay}) => relay.slow(MiB),
      async meanwhile(stage) {
        await stage.confirmed(2 * quarter);
        const client = await stage.page.page.createCDPSession();
        await client.send('Page.setWebLifecycleState', {state: 'frozen'});
        const before = await allArrived(stage);
        assert.ok(before < stage.file.size, 'it was frozen before all was sent');
        await sleep(3_000);
        assert.equal(await stage.scene.received(), before, 'a frozen page sends nothing');
        await client.send('Page.setWebLifecycleState', {state: 'active'});
      },
    },
  },
  {
    number: 'B5',
    fault: 'The page is left and come back to, and the browser has kept it as it was',
    shows: 'Nothing: it goes on when the page is back',
    keeps: 'All that arrived meanwhile counts',
    play: {
      ...goesOn,
      browser: {without: ['--disable-back-forward-cache']},
      notIn: {firefox: 'it keeps no page that has a request under way'},
      inject: ({relay}) => relay.slow(MiB),
      async meanwhile(stage) {
        const {page} = stage.page;
        await stage.confirmed(2 * quarter);
        await page.evaluate(() => {
          addEventListener('pageshow', ({persisted}) => Object.assign(globalThis, {persisted}));
        });
        // People are asked whether they want to leave while files are on their way.
        page.once('dialog', (dialog) => void dialog.accept());
        void page.goto(new URL('/page?attributes=', page.url()).href).catch(() => undefined);
        await until('the other page', () => answered(page, "location.search === '?attributes='"));
        await allArrived(stage);
        void answered(page, 'history.back()');
        await until('the page to be back as it was', () => answered(page, 'globalThis.persisted === true'));
      },
    },
  },
  {
    number: 'B7',
    fault: 'The machine sleeps, and its connections are gone when it wakes',
    shows: 'Nothing: the time asleep counts for no limit, the server is asked, and it goes on',
    keeps: 'All that was confirmed',
    play: {
      browser: {},
      async story(stage) {
        const {page, relay, scene, file} = stage;
        // What is under way when it falls asleep never arrives: only the sleep itself tells that this is no failure.
        const {came, release} = scene.door.hold(({method}) => method === 'PUT');
        await page.pick(file.path);
        await came;
        signalBrowser(stage, 'SIGSTOP');
        try {
          await relay.reset();
          await sleep(slept);
        } finally {
          signalBrowser(stage, 'SIGCONT');
        }
        release();
        const {status} = await page.becomes('done');
        assert.equal(await scene.stored(status.result), file.md5);
        assert.deepEqual(await page.events('upload-error'), []);
      },
    },
  },
  {
    number: 'B8',
    fault: 'Nobody sees the page, and the browser slows its timers down',
    shows: 'Nothing: a lost answer is noticed and put right in time',
    keeps: 'Everything',
    play: {
      ...goesOn,
      browser: {},
      async inject(stage) {
        const {page} = stage.page;
        const front = await page.browserContext().newPage();
        await front.bringToFront();
        await until('the page to be hidden', () => page.evaluate(() => document.hidden));
        await page.evaluate(() => {
          const ticks = {count: 0, since: performance.now()};
          setInterval(() => (ticks.count += 1), 50);
          Object.assign(globalThis, {ticks});
        });
        // Of the last part: no other answer tells of it.
        const isLast = ({method, fileOffset, length}: RequestHead): boolean => method === 'PUT' && fileOffset + length === stage.file.size;
        stage.meets('the answer that never comes', stage.relay.next(isLast, withholdAnswer()));
      },
      async after({page: {page}}) {
        const rate = await page.evaluate('ticks.count * 1000 / (performance.now() - ticks.since)');
        assert.ok(Number(rate) < 3, `${String(rate)} of the page's own timers in a second`);
      },
    },
  },
];
