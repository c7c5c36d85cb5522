import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';

const size = 48 * MiB;

/** Bytes per second: it takes far longer to send the file than to digest it. */
const rate = 4 * MiB;

/** Uploads a file, and then the same bytes under another name in another page that knows nothing of the first. */
async function sentTwice(scene: Scene) {
  const file = await scene.shelf.random(size);
  const first = await scene.page({attributes: {'no-resume': ''}});
  await first.pick(file.path);
  const before = await first.becomes('done', {limit: 120_000, every: 50});
  const read = scene.server.bytesRead;
  await first.page.close();
  scene.relay.slow(rate);
  const second = await scene.page({attributes: {'no-resume': ''}});
  await second.pick(file.path);
  const after = await second.becomes('done', {limit: 120_000, every: 50});
  return {
    file,
    first: before.status.result,
    result: after.status.result,
    progress: after.progress,
    sentAgain: scene.server.bytesRead - read,
    stored: await scene.stored(after.status.result),
    errors: await second.events('upload-error'),
    text: await second.page.evaluate(() => document.querySelector('chunk-uploader')?.shadowRoot?.textContent ?? ''),
  };
}

inEachBrowser('A file that its owner has sent before', (browser) => {
  let seen: Awaited<ReturnType<typeof sentTwice>>;

  before(async () => {
    seen = await inScene(browser(), {serve: {claims: 'owner'}}, sentTwice);
  });

  it('is not instant the first time', () => assert.equal(seen.first.instant, false));
  it('is instant the second time', () => assert.equal(seen.result.instant, true));
  it('is hardly sent: less than half of it while it was digested', () =>
    assert.ok(seen.sentAgain < size / 2, `${(seen.sentAgain / MiB).toFixed(1)} MiB`));
  it('is verified by its digest', () => assert.deepEqual([seen.result.verified, seen.result.digest], ['digest', seen.first.digest]));
  it('is an upload of its own, with the same bytes', () => {
    assert.notEqual(seen.result.url, seen.first.url);
    assert.equal(seen.stored, seen.file.md5);
  });
  it('shows all of it as confirmed', () => assert.equal(seen.progress.confirmed, size));
  it('says so in its row', () => assert.match(seen.text, /the server had it already/));
  it('is no error to anybody', () => assert.deepEqual(seen.errors, []));
});

inEachBrowser('A file that its owner has sent before, to a server that wants no claims', (browser) => {
  it('is sent again', async () => {
    const {result, sentAgain} = await inScene(browser(), {serve: {claims: 'none'}}, async (scene) => {
      const file = await scene.shelf.random(12 * MiB);
      const page = await scene.page({attributes: {'no-resume': ''}});
      await page.pick(file.path);
      await page.becomes('done', {limit: 60_000, every: 50});
      const read = scene.server.bytesRead;
      const second = await scene.page({attributes: {'no-resume': ''}});
      await second.pick(file.path);
      const after = await second.becomes('done', {limit: 60_000, every: 50});
      return {result: after.status.result, sentAgain: scene.server.bytesRead - read};
    });
    assert.deepEqual([result.instant, sentAgain], [false, 12 * MiB]);
  });
});
