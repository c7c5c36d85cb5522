import assert from 'node:assert/strict';
import {before, describe, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import type {UploaderPage} from '../support/page.js';
import {stays, until} from '../support/wait.js';

/** A way for a network to go, and what comes of it. */
interface Loss {
  readonly code: 'network' | 'offline' | 'timeout';
  readonly happens: (scene: Scene, page: UploaderPage) => Promise<void> | void;
  readonly ends: (scene: Scene, page: UploaderPage) => Promise<void> | void;
}

const losses: Readonly<Record<string, Loss>> = {
  'The network resets and refuses': {
    code: 'network',
    happens: ({relay}) => relay.refuse(),
    ends: ({relay}) => relay.pass(),
  },
  'The network falls silent and the browser is offline': {
    code: 'offline',
    happens: async ({relay}, {page}) => {
      relay.silence();
      await page.setOfflineMode(true);
    },
    ends: async ({relay}, {page}) => {
      relay.pass();
      await page.setOfflineMode(false);
    },
  },
  'The network falls silent and the browser does not notice': {
    code: 'timeout',
    happens: ({relay}) => relay.silence(),
    ends: ({relay}) => relay.pass(),
  },
};

const size = 6 * MiB;

/** The least time that a request gets, in ms. The default is made for lines that are slow; these are only broken. */
const stall = 3_000;

/** Opens a page and adds two files; the first is on its way when this returns. */
async function onItsWay(scene: Scene, attributes: Record<string, string | true> = {}) {
  const files = await Promise.all([scene.shelf.random(size, 'first.bin'), scene.shelf.random(2 * MiB, 'second.bin')]);
  const page = await scene.page({attributes: {'chunk-size': String(MiB / 4), 'files-at-once': '1', multiple: true, ...attributes}});
  await page.set('limits', {stall});
  scene.relay.slow(3 * MiB);
  scene.relay.brake(4 * MiB);
  await page.pick(...files.map(({path}) => path));
  await page.when('some parts', ({progress}) => progress.confirmed > MiB && progress.sent > 0, {name: 'first.bin'});
  scene.relay.brake(Infinity);
  return {files, page};
}

const first = {name: 'first.bin'};
const second = {name: 'second.bin'};

for (const [what, loss] of Object.entries(losses)) {
  describe(what, () => {
    inEachBrowser('An upload on its way', (browser) => {
      const story = async (scene: Scene) => {
        const {files, page} = await onItsWay(scene);
        await loss.happens(scene, page);
        const gone = performance.now();
        const failed = await page.becomes('failed', first);
        const told = performance.now() - gone;
        const [bar] = await page.bars();
        const [waiting, totals] = [await page.upload('second.bin'), await page.totals()];
        await stays('the bar does not move', async () => (await page.bars())[0]?.now === bar?.now, 700);

        await page.call('pause', failed.id);
        const paused = await page.becomes('paused', first);
        await page.call('resume', failed.id);
        const failedAgain = await page.becomes('failed', first);
        await page.call('retry', failed.id);
        await until('a third failure', async () => (await page.events('upload-error')).length === 3);
        const third = await page.upload('first.bin');
        await page.call('cancel', waiting.id);
        const canceled = await page.becomes('canceled', second);

        scene.relay.slow(Infinity);
        await loss.ends(scene, page);
        await stays('nothing goes on by itself', async () => (await page.upload('first.bin')).status.name === 'failed', 700);
        await page.call('retry', failed.id);
        const {status} = await page.becomes('done', first);
        return {files, failed, told, bar, waiting, totals, paused, failedAgain, third, canceled, stored: await scene.stored(status.result)};
      };
      let seen: Awaited<ReturnType<typeof story>>;

      before(async () => {
        seen = await inScene(browser(), {}, story);
      });

      it(`fails as ${loss.code}`, () => {
        assert.equal(seen.failed.status.error.code, loss.code);
      });

      it('is told after a few limits at most', () => {
        assert.ok(seen.told < 5 * stall, `after ${Math.round(seen.told)} ms`);
      });

      it('stays at confirmed, below 100 %', () => {
        const {confirmed, sent} = seen.failed.progress;
        assert.ok(confirmed > MiB && confirmed < size);
        assert.equal(sent, 0);
        assert.equal(seen.bar?.now, Math.floor((confirmed / size) * 100));
      });

      it('holds the next file', () => {
        assert.equal(seen.waiting.status.name, 'queued');
        assert.equal(seen.totals.held, true);
      });

      it('can be paused, and keeps its reason', () => {
        assert.equal(seen.paused.status.error?.code, loss.code);
      });

      it('can be resumed and retried, and fails again for the same reason', () => {
        assert.equal(seen.failedAgain.status.error.code, loss.code);
        assert.ok(seen.third.status.name === 'failed');
        assert.equal(seen.third.status.error.code, loss.code);
      });

      it('loses nothing of what was confirmed by any of that', () => {
        assert.ok(seen.third.progress.confirmed >= seen.failed.progress.confirmed);
      });

      it('can be canceled', () => {
        assert.equal(seen.canceled.status.name, 'canceled');
      });

      it('is finished by retry() when the network is back', () => {
        assert.equal(seen.stored, seen.files[0]?.md5);
      });
    });

    inEachBrowser('With resume-online', (browser) => {
      const story = async (scene: Scene) => {
        const {files, page} = await onItsWay(scene, {'resume-online': true});
        const {id} = await page.upload('second.bin');
        await page.call('pause', id);
        await loss.happens(scene, page);
        await page.becomes('failed', first);
        scene.relay.slow(Infinity);
        await loss.ends(scene, page);
        const {status} = await page.becomes('done', {...first, limit: 40_000, byItself: true});
        await stays('the paused one stays so', async () => (await page.upload('second.bin')).status.name === 'paused', 700);
        return {files, stored: await scene.stored(status.result), second: await page.upload('second.bin')};
      };
      let seen: Awaited<ReturnType<typeof story>>;

      before(async () => {
        seen = await inScene(browser(), {}, story);
      });

      it('finishes by itself when the network is back', () => {
        assert.equal(seen.stored, seen.files[0]?.md5);
      });

      it('does not touch what a person paused', () => {
        assert.equal(seen.second.status.name, 'paused');
      });
    });
  });
}
