import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import {keptRecords, removeRecords} from '../support/kept-records.js';
import {reload} from '../support/loads.js';
import type {UploaderPage} from '../support/page.js';
import {stays, until} from '../support/wait.js';
import {byItself, comesBack, isOnItsWay, leftAndBack} from './returns.js';
import type {Play, Row, Story} from './row.js';
import type {Stage} from './stage.js';

const nothing = {uploads: [], files: []} as const;

/** Nothing of earlier loads is in the page, or in the browser. */
async function findsNothing(page: UploaderPage): Promise<void> {
  await stays('nothing is listed', async () => (await page.uploads()).length === 0, 700);
  assert.deepEqual(await keptRecords(page), nothing);
}

/** What the page was told about the storage: once at most. */
async function warnedOnce({page}: Stage): Promise<void> {
  const codes = (await page.events('upload-warning')).map(({code}) => code);
  assert.ok(['', 'storage-unavailable'].includes(codes.join()), `warnings: ${codes.join()}`);
}

/** The site's data go while a file is on its way that the browser has a copy of. */
const cleared = (variant: string, clear: (stage: Stage) => Promise<unknown>): Play => ({
  ...comesBack,
  variant,
  page: {attributes: byItself},
  async meanwhile(stage) {
    const {kept} = await isOnItsWay(stage);
    assert.equal(kept, 'copy');
    await clear(stage);
    assert.deepEqual(await keptRecords(stage.page), nothing);
    stage.relay.brake(Infinity);
  },
  again: 0,
  after: warnedOnce,
});

/** Answers a request of the page's own with the header by which browsers clear all that a site has stored. */
async function clearSiteData({page, scene}: Stage): Promise<void> {
  const {end} = scene.door.instead(
    ({url}) => new URL(url).pathname === '/clear',
    async () => new Response(null, {headers: {'clear-site-data': '"storage"'}}),
  );
  await page.page.evaluate(() => fetch('/clear').then(({ok}) => ok));
  end();
  await until('the data to be gone', async () => (await keptRecords(page)).uploads.length === 0);
}

export const clearedRow: Row = {
  number: 'B15',
  fault: "The site's data are cleared in the middle of an upload",
  shows: 'Nothing; the page is told once at most that uploads are not remembered',
  keeps: 'The running upload, also where it was read from a copy that is gone now',
  play: [
    cleared('the database is removed', async ({page}) => assert.equal(await removeRecords(page), 'gone')),
    cleared('the browser clears all', clearSiteData),
  ],
};

/** What was stored is removed while no page has the upload; the file is added again then. */
const evicted: Play = {
  ...comesBack,
  page: {attributes: byItself},
  async meanwhile(stage) {
    const {scene, relay, visits} = stage;
    await isOnItsWay(stage);
    await visits.leave(({page}) => page.close());
    const other = await scene.page({attributes: {'no-resume': true}});
    assert.equal(await removeRecords(other), 'gone');
    await other.page.close();
    await findsNothing(await visits.comeBack());
    relay.brake(Infinity);
    await stage.page.pick(stage.file.path);
  },
  again: comesBack.size,
  async after({page, scene}) {
    assert.deepEqual(await page.events('upload-warning'), []);
    assert.deepEqual(await page.events('upload-restore'), []);
    assert.equal((await scene.namesAtServer()).length, 1);
  },
};

export const evictedRow: Row = {
  number: 'S5',
  fault: 'The browser throws away what was stored days ago',
  shows: 'The next page lists nothing; the file can be added again, and is sent from its beginning',
  keeps: 'The page: it works as on the first day',
  play: evicted,
};

/** A file is on its way in a private window, comes back in it after a page load, and is gone with it. */
async function inPrivate(stage: Stage, close: (page: UploaderPage) => Promise<unknown>): Promise<void> {
  const {relay, visits, scene, file} = stage;
  relay.slow(MiB);
  await stage.page.pick(file.path);
  const {progress: before} = await leftAndBack(stage, reload, async () => stage.page);
  await stage.page.when('it to go on', ({progress}) => progress.confirmed > before.confirmed);
  await visits.leave(close);
  relay.slow(Infinity);
  await findsNothing(await visits.comeBack());
  await stage.page.pick(file.path);
  const {status} = await stage.page.becomes('done');
  assert.equal(await scene.stored(status.result), file.md5);
  assert.deepEqual(await stage.page.events('upload-warning'), []);
}

const privateContext: Story = {
  variant: 'one of its own',
  size: comesBack.size,
  limits: comesBack.limits,
  page: {attributes: byItself},
  async story(stage) {
    const context = await stage.page.page.browser().createBrowserContext();
    try {
      stage.visits.goesOnIn(await stage.visits.another(context));
      await inPrivate(stage, () => context.close());
    } finally {
      await context.close().catch(() => undefined);
    }
  },
};

const privateBrowser: Story = {
  variant: 'all of the browser are',
  size: comesBack.size,
  limits: comesBack.limits,
  page: {attributes: byItself},
  lasting: true,
  browser: {prefs: {'browser.privatebrowsing.autostart': true}},
  notIn: {chromium: 'what its driver opens in a context of its own is a private window already'},
  async story(stage) {
    await inPrivate(stage, async () => {
      await stage.lasting.kill();
      await stage.lasting.restart();
    });
  },
};

export const privateRow: Row = {
  number: 'S3',
  fault: 'The window is private, and what it stores is gone when it is closed',
  shows: 'Nothing; after a page load in the same window the upload goes on as in any other',
  keeps: 'The upload, as long as the window is open',
  play: [privateContext, privateBrowser],
};
