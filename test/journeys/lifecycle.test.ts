import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';

const size = 6 * MiB;

/** A file on its way in a page, slowly. */
async function onItsWay(scene: Scene) {
  const file = await scene.shelf.random(size);
  const page = await scene.page({attributes: {'chunk-size': String(MiB / 2)}});
  scene.relay.slow(4 * MiB);
  scene.relay.brake(4 * MiB);
  await page.pick(file.path);
  await page.when('some bytes', ({progress}) => progress.confirmed > MiB);
  scene.relay.brake(Infinity);
  return {file, page};
}

inEachBrowser('The element is moved in the page', (browser) => {
  const story = async (scene: Scene) => {
    const {file, page} = await onItsWay(scene);
    const requests = await page.requests();
    await page.putIn('#elsewhere');
    const {status} = await page.becomes('done');
    const all = await page.requests();
    return {
      file,
      stored: await scene.stored(status.result),
      changes: await page.events('upload-change'),
      questions: all.slice(requests.length).filter(({method}) => method !== 'PUT'),
    };
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('keeps uploading', () => {
    assert.equal(seen.stored, seen.file.md5);
  });

  it('does not start again for it', () => {
    assert.deepEqual(seen.questions, []);
    assert.equal(seen.changes.filter(({upload}) => upload?.status.name === 'preparing').length, 1);
  });
});

inEachBrowser('The element is removed for good', (browser) => {
  const story = async (scene: Scene) => {
    const {page} = await onItsWay(scene);
    const before = await page.listeners();
    await page.remove();
    await until('the server to be idle', () => scene.server.running === 0);
    const {length} = scene.server.requests;
    await stays('no request', () => scene.server.requests.length === length, 1500);
    return {
      before,
      pending: await page.pending(),
      workers: await page.workers(),
      has: await scene.received(),
      listeners: await page.listeners(),
    };
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('stops sending', () => {
    assert.equal(seen.pending, 0);
    assert.ok(seen.has < size);
  });

  it('releases its worker', () => {
    assert.deepEqual(seen.workers, {made: 1, terminated: 1});
  });

  it('releases all listeners', () => {
    assert.notDeepEqual(seen.before, [], 'there were some');
    assert.deepEqual(seen.listeners, []);
  });
});

inEachBrowser('The element is taken out and put back a hundred times, in the middle of things', (browser) => {
  const story = async (scene: Scene) => {
    const page = await scene.page({attributes: {multiple: true}});
    const file = await scene.shelf.random(MiB);
    for (let round = 0; round < 10; round += 1) {
      await page.pick(file.path);
      for (let move = 0; move < 9; move += 1) {
        await page.remove();
        await page.putIn(move % 2 === 0 ? '#elsewhere' : 'body');
      }
      await until('the file to arrive', async () => (await page.totals()).count.done === round + 1);
      await page.remove();
      await until('the worker to be gone', async () => {
        const {made, terminated} = await page.workers();
        return made === terminated;
      });
      await page.putIn();
    }
    await page.remove();
    const workers = await page.workers();
    return {workers, listeners: await page.listeners(), errors: page.errors};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('uses no worker more than one each time it is back for good', () => {
    assert.deepEqual(seen.workers, {made: 10, terminated: 10});
  });

  it('leaves no listener on the window or the document', () => {
    assert.deepEqual(seen.listeners, []);
  });

  it('throws nothing', () => {
    assert.deepEqual(seen.errors, []);
  });
});
