import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser, type BrowserName} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {keptRecords, rewriteRecords} from '../support/kept-records.js';
import {reload} from '../support/loads.js';
import {inScene, type Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';

const size = 8 * MiB;
/** What no browser has a part in is looked at in one of them, where the run is not deep. */
const either: readonly BrowserName[] = process.env['DEEP'] === '1' ? ['chromium', 'firefox'] : ['chromium'];
const attributes = {'keep-files': true, 'auto-resume': true, 'chunk-size': String(MiB)} as const;

/** A file on its way in a page that keeps a copy of it, slowly. */
async function onItsWay(scene: Scene, more: Readonly<Record<string, string | true>> = {}) {
  const file = await scene.shelf.random(size);
  scene.relay.slow(3_000_000);
  const page = await scene.page({attributes: {...attributes, ...more}});
  await page.pick(file.path);
  await page.when('some bytes', ({progress}) => progress.confirmed > 2 * MiB);
  return {file, page};
}

inEachBrowser('The server has lost the upload when the page comes back', (browser) => {
  const story = async (scene: Scene) => {
    const {file, page} = await onItsWay(scene);
    await page.page.goto('about:blank');
    await until('the server to notice', () => scene.server.running === 0);
    await scene.discardAll();
    scene.relay.slow(Infinity);
    const back = await scene.page({attributes});
    const upload = await back.becomes('done', {limit: 60_000});
    const {status} = upload;
    return {file, upload, failures: await back.events('upload-error'), stored: await scene.stored(status.result)};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('starts again by itself, and says so', () => {
    assert.equal(seen.upload.startedAgain, true);
    assert.deepEqual(seen.failures, []);
  });

  it('ends with the same bytes', () => {
    assert.equal(seen.stored, seen.file.md5);
  });
});

inEachBrowser('Somebody had paused the upload before the page was left', (browser) => {
  it('stays interrupted also with auto-resume, and goes on when resumed', () =>
    inScene(browser(), {}, async (scene) => {
      const {file, page} = await onItsWay(scene);
      await page.call('pause', (await page.upload()).id);
      await page.becomes('paused');
      await until('that to be saved', async () => (await keptRecords(page)).uploads[0]?.[1]['paused'] === true);
      await reload(page);
      await page.becomes('interrupted');
      await until('the server to be idle', () => scene.server.running === 0);
      const read = scene.server.bytesRead;
      await stays('nothing is sent', () => scene.server.bytesRead === read, 1_000);
      const {status: left, id} = await page.upload();
      assert.deepEqual(left, {name: 'interrupted', needs: 'nothing'});
      scene.relay.slow(Infinity);
      await page.call('resume', id);
      const {status} = await page.becomes('done', {limit: 60_000});
      assert.equal(await scene.stored(status.result), file.md5);
    }));
});

inEachBrowser('What was saved has expired when the page comes back', (browser) => {
  it('is not shown, and is thrown away', () =>
    inScene(browser(), {}, async (scene) => {
      const {page} = await onItsWay(scene);
      await page.call('pause');
      await until('that to be saved', async () => (await keptRecords(page)).uploads[0]?.[1]['paused'] === true);
      await page.remove();
      await rewriteRecords(page, {expires: Date.now() - 1});
      await reload(page);
      await until('it to be thrown away', async () => (await keptRecords(page)).uploads.length === 0);
      await until('its file as well', async () => (await keptRecords(page)).files.length === 0);
      assert.deepEqual(await page.uploads(), []);
    }));
});

inEachBrowser(
  'The page comes back with another resume-key',
  (browser) => {
    it('shows nothing of the first key, and all of it under the first one again', () =>
      inScene(browser(), {}, async (scene) => {
        const {file, page} = await onItsWay(scene, {'resume-key': 'anna'});
        await page.page.goto('about:blank');
        const other = await scene.page({attributes: {...attributes, 'resume-key': 'ben'}});
        scene.relay.slow(Infinity);
        await stays('nothing is shown', async () => (await other.uploads()).length === 0, 1_000);
        assert.deepEqual(
          await other.page.evaluate(() => document.querySelector('chunk-uploader')?.shadowRoot?.querySelectorAll('[part~=row]').length),
          0,
        );
        await other.page.close();
        const back = await scene.page({attributes: {...attributes, 'resume-key': 'anna'}});
        const {status} = await back.becomes('done', {limit: 60_000});
        assert.equal(await scene.stored(status.result), file.md5);
      }));
  },
  either,
);

inEachBrowser(
  'With no-resume',
  (browser) => {
    it('nothing is kept: neither on the way, nor after a page load', () =>
      inScene(browser(), {}, async (scene) => {
        const {page} = await onItsWay(scene, {'no-resume': true});
        assert.deepEqual(await keptRecords(page), {uploads: [], files: []});
        assert.equal((await page.upload()).kept, 'nothing');
        await reload(page);
        await stays('nothing is shown', async () => (await page.uploads()).length === 0, 1_000);
        assert.deepEqual(await keptRecords(page), {uploads: [], files: []});
      }));
  },
  either,
);

inEachBrowser(
  'An upload that is done',
  (browser) => {
    it('leaves nothing behind', () =>
      inScene(browser(), {}, async (scene) => {
        const {page} = await onItsWay(scene);
        scene.relay.slow(Infinity);
        await page.becomes('done', {limit: 60_000});
        await until('all to be forgotten', async () => {
          const {uploads, files} = await keptRecords(page);
          return uploads.length + files.length === 0;
        });
      }));
  },
  either,
);
