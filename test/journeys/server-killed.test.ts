import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';

const size = 10 * MiB;

/** The server's process is killed while parts are under way, and started again later. */
async function killedInMidPart(scene: Scene) {
  const file = await scene.shelf.random(size);
  const page = await scene.page({attributes: {'chunk-size': String(MiB)}});
  scene.relay.slow(4 * MiB);
  scene.relay.brake(7 * MiB);
  await page.pick(file.path);
  await page.when('some parts', ({progress}) => progress.confirmed > 2 * MiB && progress.sent > 0);
  await scene.kill();
  const failed = await page.becomes('failed');
  const [requests, pending] = [await page.requests(), await page.pending()];
  await stays('nothing further is sent', async () => (await page.requests()).length === requests.length, 1500);
  scene.relay.brake(Infinity);
  scene.relay.slow(Infinity);
  await scene.restart();
  const onDisk = await scene.received();
  const passed = scene.relay.bodyBytes;
  await page.call('retry');
  const {status} = await page.becomes('done');
  return {
    file,
    failed,
    requests,
    pending,
    onDisk,
    sentAgain: scene.relay.bodyBytes - passed,
    failures: await page.events('upload-error'),
    stored: await scene.stored(status.result),
  };
}

inEachBrowser('The server is killed in mid-part and started again', (browser) => {
  let seen: Awaited<ReturnType<typeof killedInMidPart>>;

  before(async () => {
    seen = await inScene(browser(), {process: true}, killedInMidPart);
  });

  it('is told once', () => {
    assert.equal(seen.failures.length, 1);
  });

  it('is a failure of the network', () => {
    assert.equal(seen.failed.status.error.code, 'network');
  });

  it('aborts sibling requests', () => {
    assert.equal(seen.pending, 0);
  });

  it('sends nothing further but one question', () => {
    const failing = seen.requests.findLastIndex(({method}) => method === 'PUT');
    assert.deepEqual(
      seen.requests.slice(failing + 1).map(({method}) => method),
      ['GET'],
    );
  });

  it('keeps what was confirmed, and no less is on the disk', () => {
    assert.ok(seen.failed.progress.confirmed > 2 * MiB);
    assert.ok(seen.onDisk >= seen.failed.progress.confirmed, `${seen.onDisk} on disk, ${seen.failed.progress.confirmed} confirmed`);
  });

  it('goes on from the bytes on the disk after retry()', () => {
    assert.equal(seen.sentAgain, size - seen.onDisk);
  });

  it('ends with the same bytes', () => {
    assert.equal(seen.stored, seen.file.md5);
  });
});

inEachBrowser('The server is away when a file is added', (browser) => {
  it('fails as network, and retry() creates the upload', () =>
    inScene(browser(), {process: true}, async (scene) => {
      const file = await scene.shelf.random(3 * MiB);
      const page = await scene.page();
      await scene.kill();
      await page.pick(file.path);
      const failed = await page.becomes('failed');
      assert.equal(failed.status.error.code, 'network');
      assert.equal(failed.progress.confirmed, 0);
      await scene.restart();
      await page.call('retry');
      const {status} = await page.becomes('done');
      assert.equal(await scene.stored(status.result), file.md5);
    }));

  it('is not asked again and again by itself', () =>
    inScene(browser(), {process: true}, async (scene) => {
      const file = await scene.shelf.random(MiB);
      const page = await scene.page();
      await scene.kill();
      await page.pick(file.path);
      await page.becomes('failed');
      const {length} = await page.requests();
      await stays('no request', async () => (await page.requests()).length === length, 2000);
      assert.ok(length <= 2, `${length} requests`);
      await until('the failure', async () => (await page.events('upload-error')).length === 1);
    }));
});
