import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import {Person} from '../support/person.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';

/** What test/support/life-in-page.js keeps. */
declare const life: {told: string[]; persisted: boolean; granted(): number; held(): number};

const inPage = readFile(new URL('../support/life-in-page.js', import.meta.url), 'utf8');

/** A file on its way in a page, slowly, and somebody who has touched the page. */
async function onItsWay(scene: Scene, options: {stays: boolean}) {
  const file = await scene.shelf.random(6 * MiB);
  const page = await scene.page({attributes: {'chunk-size': String(MiB / 2)}});
  const person = new Person(page, options);
  await page.page.evaluate(await inPage);
  scene.relay.slow(2 * MiB);
  scene.relay.brake(4 * MiB);
  await person.touch();
  await page.pick(file.path);
  await page.when('some bytes', ({progress}) => progress.confirmed > MiB);
  scene.relay.brake(Infinity);
  return {file, page, person};
}

inEachBrowser('Somebody leaves while a file is on its way, is asked, and stays', (browser) => {
  const story = async (scene: Scene) => {
    const {file, page, person} = await onItsWay(scene, {stays: true});
    await person.leave();
    await until('the question', () => person.asked.length > 0);
    scene.relay.slow(Infinity);
    const {status} = await page.becomes('done');
    return {file, asked: person.asked, stored: await scene.stored(status.result), failures: await page.events('upload-error')};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('is asked once', () => {
    assert.deepEqual(seen.asked, ['beforeunload']);
  });

  it('has lost nothing: the file arrives whole', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.deepEqual(seen.failures, []);
  });
});

/** Follows a link to another page and goes the way back. Gives whether the browser had kept the first one. */
async function thereAndBack(page: UploaderPage, person: Person): Promise<boolean> {
  await person.leave();
  await until('the other page', () => person.hasLeft());
  await person.back();
  await until('the first page', () => page.page.evaluate(() => location.search.includes('chunk-size')).catch(() => false));
  return page.page.evaluate(() => typeof life === 'object' && life.persisted);
}

inEachBrowser('Somebody leaves when all is done, and comes back', (browser) => {
  const story = async (scene: Scene) => {
    const {page, person} = await onItsWay(scene, {stays: true});
    scene.relay.slow(Infinity);
    const done = await page.becomes('done');
    const kept = await thereAndBack(page, person);
    return {asked: person.asked, kept, done, listed: kept ? await page.uploads() : []};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('is not asked', () => {
    assert.deepEqual(seen.asked, []);
  });

  it('finds the page as it was: the element keeps no browser from keeping it', () => {
    assert.equal(seen.kept, true);
    assert.deepEqual(seen.listed, [seen.done]);
  });
});

// Firefox keeps no page with a request under way, whoever made it.
inEachBrowser(
  'Somebody leaves while a file is on its way, and comes back',
  (browser) => {
    const story = async (scene: Scene) => {
      const {file, page, person} = await onItsWay(scene, {stays: false});
      const kept = await thereAndBack(page, person);
      await until('the wake lock again', () => page.page.evaluate(() => life.held() === 1));
      scene.relay.slow(Infinity);
      const {status} = await page.becomes('done');
      return {file, kept, stored: await scene.stored(status.result), failures: await page.events('upload-error'), errors: page.errors};
    };
    let seen: Awaited<ReturnType<typeof story>>;

    before(async () => {
      seen = await inScene(browser(), {}, story);
    });

    it('finds the page as it was', () => {
      assert.equal(seen.kept, true);
    });

    it('finds the upload going on, and it ends whole', () => {
      assert.equal(seen.stored, seen.file.md5);
      assert.deepEqual([seen.failures, seen.errors], [[], []]);
    });
  },
  ['chromium'],
);

inEachBrowser(
  'The page is frozen for a while, and goes on',
  (browser) => {
    const story = async (scene: Scene) => {
      const {file, page} = await onItsWay(scene, {stays: true});
      const client = await page.page.createCDPSession();
      await client.send('Page.setWebLifecycleState', {state: 'frozen'});
      await stays('frozen', () => true, 3_000);
      await client.send('Page.setWebLifecycleState', {state: 'active'});
      scene.relay.slow(Infinity);
      const {status} = await page.becomes('done');
      const told = await page.page.evaluate(() => life.told);
      return {file, told, stored: await scene.stored(status.result), failures: await page.events('upload-error'), errors: page.errors};
    };
    let seen: Awaited<ReturnType<typeof story>>;

    before(async () => {
      seen = await inScene(browser(), {}, story);
    });

    it('was frozen, and resumed', () => {
      assert.deepEqual(seen.told, ['freeze', 'resume']);
    });

    it('brings the file whole, without a failure', () => {
      assert.equal(seen.stored, seen.file.md5);
      assert.deepEqual([seen.failures, seen.errors], [[], []]);
    });
  },
  ['chromium'],
);

inEachBrowser('Another tab covers the page while a file is on its way', (browser) => {
  const story = async (scene: Scene) => {
    const {page, person} = await onItsWay(scene, {stays: true});
    const held = (count: number) =>
      until(`${count} wake locks`, async () => {
        const now = await page.page.evaluate(() => life.held());
        return now === count;
      });
    await held(1);
    const uncover = await person.coverWithTab();
    await held(0);
    const hidden = await page.page.evaluate(() => document.hidden);
    await uncover();
    await held(1);
    scene.relay.slow(Infinity);
    await page.becomes('done');
    await held(0);
    return {hidden, granted: await page.page.evaluate(() => life.granted())};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('was in the background meanwhile', () => {
    assert.equal(seen.hidden, true);
  });

  it('held one wake lock before and one afterwards, and none in between or at the end', () => {
    assert.equal(seen.granted, 2);
  });
});
