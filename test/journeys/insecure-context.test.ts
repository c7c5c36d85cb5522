import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser, INSECURE_HOST} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';

/** The main job, a pause, a failure and a retry on a page that is no secure context. */
async function onPlainHttp(scene: Scene) {
  const file = await scene.shelf.random(6 * MiB);
  const page = await scene.page({attributes: {'chunk-size': String(MiB / 2)}});
  const context = await page.page.evaluate(() => ({
    secure: isSecureContext,
    subtle: 'subtle' in crypto && crypto.subtle !== undefined,
    uuid: 'randomUUID' in crypto,
    locks: 'locks' in navigator,
  }));
  scene.relay.slow(2 * MiB);
  await page.pick(file.path);
  await page.when('some bytes', ({progress}) => progress.confirmed > MiB);
  await page.call('pause');
  const paused = await page.becomes('paused');
  await page.call('resume');
  await page.when('more bytes', ({progress}) => progress.confirmed > paused.progress.confirmed);
  scene.relay.refuse();
  const failed = await page.becomes('failed');
  scene.relay.pass();
  scene.relay.slow(Infinity);
  await page.call('retry');
  const {status} = await page.becomes('done');
  return {context, file, paused, failed, hasher: await page.hasher(), stored: await scene.stored(status.result), errors: page.errors};
}

inEachBrowser(`A page on http://${INSECURE_HOST}`, (browser) => {
  let seen: Awaited<ReturnType<typeof onPlainHttp>>;

  before(async () => {
    seen = await inScene(browser(), {host: INSECURE_HOST}, onPlainHttp);
  });

  it('is no secure context and has no crypto.subtle, randomUUID or locks', () => {
    assert.deepEqual(seen.context, {secure: false, subtle: false, uuid: false, locks: false});
  });

  it('brings the file whole over a pause, a failure and a retry', () => {
    assert.equal(seen.stored, seen.file.md5);
  });

  it('pauses in the middle', () => {
    assert.ok(seen.paused.progress.confirmed > 0 && seen.paused.progress.confirmed < seen.file.size);
  });

  it('fails as network', () => {
    assert.equal(seen.failed.status.error.code, 'network');
  });

  it('still digests in a worker', () => {
    assert.equal(seen.hasher.source, 'module-worker');
  });

  it('throws nothing', () => {
    assert.deepEqual(seen.errors, []);
  });
});
