import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import type {UploaderPage} from '../support/page.js';
import {stays, until} from '../support/wait.js';

const names = ['a.bin', 'b.bin', 'c.bin'];

/** Three files, two of them sending; one part of them is answered 500. */
async function oneOfThreeFails(scene: Scene) {
  const files = await Promise.all(names.map((name) => scene.shelf.random(3 * MiB, name)));
  const page = await scene.page({attributes: {'chunk-size': String(MiB / 2), multiple: true}});
  scene.relay.slow(MiB);
  await page.pick(...files.map(({path}) => path));
  await until('two files to be sending', async () => {
    const sending = (await page.uploads()).filter(({status, progress}) => status.name === 'sending' && progress.confirmed > MiB / 2);
    return sending.length === 2;
  });
  scene.door.answer(({method}) => method === 'PUT', 500);
  await until('a failure', async () => (await page.events('upload-error')).length > 0);
  const failed = {uploads: await page.uploads(), totals: await page.totals(), requests: await page.requests()};
  await until('the server to be idle', () => scene.server.running === 0);
  const atServer = scene.server.requests.length;
  scene.relay.slow(Infinity);
  await stays('no request at the server', () => scene.server.requests.length === atServer, 1500);
  return {
    files,
    page,
    failed,
    errors: await page.events('upload-error'),
    after: {uploads: await page.uploads(), requests: await page.requests()},
  };
}

const statuses = (uploads: readonly {status: {name: string}}[]): string[] => uploads.map(({status}) => status.name).sort();

async function allDone(page: UploaderPage, count: number): Promise<void> {
  await until(
    `${count} files to be done`,
    async () => (await page.uploads()).filter(({status}) => status.name === 'done').length === count,
    {limit: 40_000},
  );
}

inEachBrowser('Three files, two sending, and a part answered 500', (browser) => {
  const story = async (scene: Scene) => {
    const seen = await oneOfThreeFails(scene);
    await seen.page.call('retry');
    await allDone(seen.page, 3);
    return {...seen, stored: await scene.storedAll(seen.page), errorsAtEnd: await seen.page.events('upload-error')};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('fails one upload and holds the others', () => {
    assert.deepEqual(statuses(seen.failed.uploads), ['failed', 'queued', 'queued']);
    assert.equal(seen.failed.totals.held, true);
  });

  it('stays so', () => {
    assert.deepEqual(statuses(seen.after.uploads), ['failed', 'queued', 'queued']);
  });

  it('is told once, with the status', () => {
    assert.equal(seen.errors.length, 1);
    assert.equal(seen.errors[0]?.code, 'server');
    assert.equal(seen.errors[0]?.status, 500);
  });

  it('keeps the status readable in the list', () => {
    const failed = seen.failed.uploads.find(({status}) => status.name === 'failed');
    assert.ok(failed?.status.name === 'failed');
    assert.equal(failed.status.error.status, 500);
    assert.match(failed.status.error.message, /500/);
  });

  it('sends no further request but, at most, one question', () => {
    const further = seen.after.requests.slice(seen.failed.requests.length).map(({method}) => method);
    assert.ok(further.length === 0 || further.join() === 'GET', further.join());
  });

  it('finishes all three after one retry()', () => {
    assert.deepEqual(seen.stored, Object.fromEntries(seen.files.map(({md5}, at) => [names[at], md5])));
  });

  it('shows no second failure', () => {
    assert.equal(seen.errorsAtEnd.length, 1);
  });
});

inEachBrowser('Cancelling the one that failed', (browser) => {
  const story = async (scene: Scene) => {
    const {page, failed, files} = await oneOfThreeFails(scene);
    const loser = failed.uploads.find(({status}) => status.name === 'failed');
    await page.call('cancel', loser?.id);
    await allDone(page, 2);
    return {loser, files, held: (await page.totals()).held, uploads: await page.uploads(), stored: await scene.storedAll(page)};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('lets the others go on', () => {
    assert.deepEqual(statuses(seen.uploads), ['canceled', 'done', 'done']);
    assert.equal(seen.held, false);
  });

  it('brings the others whole', () => {
    const others = seen.files.map(({md5}, at) => [names[at], md5]).filter(([name]) => name !== seen.loser?.name);
    assert.deepEqual(seen.stored, Object.fromEntries(others));
  });
});
