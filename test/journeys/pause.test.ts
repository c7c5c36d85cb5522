import assert from 'node:assert/strict';
import {before, describe, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';
import {watchBar} from '../support/watch-bar.js';

const size = 10 * MiB;

/** Pauses while a part is half way, lets time pass, and goes on. */
const pausedInMidPart = (slow: (scene: Scene) => void) => async (scene: Scene) => {
  const file = await scene.shelf.random(size);
  slow(scene);
  const page = await scene.page({attributes: {'chunk-size': String(2 * MiB)}});
  await page.pick(file.path);
  const watch = watchBar(page, scene);
  await until('a part to be half way', async () => {
    const {confirmed} = (await page.upload()).progress;
    return confirmed > MiB && scene.server.bytesRead > confirmed + MiB / 2;
  });
  await page.call('pause');
  const paused = await page.becomes('paused');
  await until('the server to notice', () => scene.server.running === 0);
  const readWhenPaused = scene.server.bytesRead;
  await stays('nothing is read while it is paused', () => scene.server.bytesRead === readWhenPaused, 1000);
  const whilePaused = {bar: (await page.bars())[0], upload: await page.upload(), has: await scene.received()};
  await page.call('resume');
  const {status} = await page.becomes('done');
  return {
    file,
    paused,
    readWhenPaused,
    whilePaused,
    samples: await watch.end(),
    confirmed: await page.confirmedOverTime(),
    read: scene.server.bytesRead,
    stored: await scene.stored(status.result),
    errors: page.errors,
  };
};

const slowness: Readonly<Record<string, (scene: Scene) => void>> = {
  'while the server reads slowly': (scene) => scene.serverReads(3 * MiB),
  'on a slow line': ({relay}) => relay.slow(3 * MiB),
};

for (const [when, slow] of Object.entries(slowness))
  inEachBrowser(`Pausing in mid-part ${when}`, (browser) => {
    const story = pausedInMidPart(slow);
    let seen: Awaited<ReturnType<typeof story>>;

    before(async () => {
      seen = await inScene(browser(), {}, story);
    });

    it('ends with the same bytes at the server', () => {
      assert.equal(seen.stored, seen.file.md5);
    });

    it('reads no byte twice: what the handler read over all runs is the size', () => {
      assert.equal(seen.read, size);
    });

    it('was paused in the middle', () => {
      assert.ok(seen.readWhenPaused > 0 && seen.readWhenPaused < size);
      assert.ok(seen.paused.progress.confirmed > 0);
    });

    it('drops what was only sent', () => {
      assert.equal(seen.paused.progress.sent, 0);
      assert.equal(seen.whilePaused.upload.progress.sent, 0);
    });

    it('keeps showing what was confirmed while it is paused', () => {
      assert.equal(seen.whilePaused.upload.progress.confirmed, seen.paused.progress.confirmed);
      assert.ok(seen.whilePaused.upload.progress.confirmed <= seen.whilePaused.has);
    });

    it('never shows less confirmed than before', () => {
      const falls = seen.confirmed.filter((bytes, at) => bytes < (seen.confirmed[at - 1] ?? 0));
      assert.deepEqual(falls, []);
    });

    it('never shows a darker bar than the server has bytes', () => {
      assert.ok(seen.samples.filter(({now}) => now > 0 && now < 100).length >= 5, 'the bar was looked at often enough');
      const lies = seen.samples.filter(({now, dark, confirmed, has}) => Math.max(now / 100, dark - 0.005) * size > has || confirmed > has);
      assert.deepEqual(lies, []);
    });

    it('shows 100 % only when it is done', () => {
      const early = seen.samples.filter(({now, dark, done}) => !done && (now >= 100 || dark >= 0.999));
      assert.deepEqual(early, []);
    });

    it('leaves no error behind in the page', () => {
      assert.deepEqual(seen.errors, []);
    });
  });

inEachBrowser('The paused attribute', (browser) => {
  const attributePaused = async (scene: Scene) => {
    const file = await scene.shelf.random(4 * MiB);
    const page = await scene.page({attributes: {paused: true}});
    await page.pick(file.path);
    const added = await page.becomes('paused');
    await stays('no request leaves', () => scene.server.requests.length === 0, 500);
    await page.page.evaluate(() => document.querySelector('chunk-uploader')?.removeAttribute('paused'));
    const {status} = await page.becomes('done');
    return {file, added, stored: await scene.stored(status.result)};
  };
  let seen: Awaited<ReturnType<typeof attributePaused>>;

  before(async () => {
    seen = await inScene(browser(), {}, attributePaused);
  });

  it('holds what is added, and taking it away lets it go', () => {
    assert.equal(seen.added.status.name, 'paused');
    assert.equal(seen.stored, seen.file.md5);
  });
});

describe('Pausing by a button without script', () => {
  inEachBrowser('An invoker command', (browser) => {
    it('pauses and resumes', () =>
      inScene(browser(), {}, async (scene) => {
        const file = await scene.shelf.random(6 * MiB);
        scene.relay.slow(2 * MiB);
        const page = await scene.page({attributes: {'chunk-size': String(MiB)}, buttons: ['--pause', '--resume']});
        await page.pick(file.path);
        await page.when('some bytes', ({progress}) => progress.confirmed > 0);
        await page.page.click('button[command="--pause"]');
        await page.becomes('paused');
        scene.relay.slow(Infinity);
        await page.page.click('button[command="--resume"]');
        const {status} = await page.becomes('done');
        assert.equal(await scene.stored(status.result), file.md5);
      }));
  });
});
