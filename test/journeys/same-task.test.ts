import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const part = MiB / 2;

/** One part is never answered and does not even end when it is aborted; another is answered 500. */
async function siblingNeverSettles(scene: Scene) {
  const file = await scene.shelf.random(12 * MiB);
  const page = await scene.page({attributes: {'chunk-size': String(part)}});
  await page.set('limits', {stall: 60_000});
  await page.ignoreAborts();
  // Where a busy machine makes the line look slow, parts travel one by one at first.
  const {came} = scene.door.hold(({method}) => method === 'PUT' && scene.server.running > 1, 1);
  await page.pick(file.path);
  await came;
  scene.door.answer(({method}) => method === 'PUT', 500);
  await until('a failure', async () => (await page.events('upload-error')).length > 0);
  return {events: await page.events(), pending: await page.pendingAtError()};
}

inEachBrowser('A part fails while a sibling never settles', (browser) => {
  let seen: Awaited<ReturnType<typeof siblingNeverSettles>>;

  before(async () => {
    seen = await inScene(browser(), {}, siblingNeverSettles);
  });

  it('dispatches upload-error in the task of the failing answer', () => {
    const [error] = seen.events.filter(({type}) => type === 'upload-error');
    assert.deepEqual(error?.during, {type: 'load', status: 500});
  });

  it('does so while the sibling is pending', () => {
    assert.ok((seen.pending[0] ?? 0) > 0, 'a request was pending');
  });

  it('has changed the status before it tells', () => {
    const types = seen.events.map(({type, upload}) => `${type} ${upload?.status.name ?? ''}`);
    assert.ok(types.indexOf('upload-change failed') >= 0);
    assert.ok(types.indexOf('upload-change failed') < types.indexOf('upload-error failed'));
  });
});

/** Sends a file and meets one refusal in the middle. */
const correcting = (refuse: (scene: Scene) => void) => async (scene: Scene) => {
  const file = await scene.shelf.random(8 * part);
  const page = await scene.page({attributes: {'chunk-size': String(part)}});
  scene.relay.slow(8 * part);
  scene.relay.brake(4.5 * part); // a part at least has not begun, however late this looks
  await page.pick(file.path);
  await page.when('some bytes', ({progress}) => progress.confirmed > part);
  const before = scene.relay.requests.length;
  refuse(scene);
  scene.relay.brake(Infinity);
  await until('the refusal', () => scene.door.refused > 0);
  scene.relay.slow(Infinity);
  const {status} = await page.becomes('done');
  return {
    file,
    errors: await page.events('upload-error'),
    statuses: (await page.events('upload-change')).map(({upload}) => upload?.status.name),
    stored: await scene.stored(status.result),
    refused: scene.door.refused,
    lengths: scene.relay.requests
      .slice(before)
      .filter(({method}) => method === 'PUT')
      .map(({length}) => length),
  };
};

const isPart = ({method}: {method: string}): boolean => method === 'PUT';

const corrections = {
  'a 413 in the middle': correcting((scene) => scene.door.answer(isPart, 413, {type: 'urn:chunks:part-too-large'})),
  'a 409 once': correcting((scene) => scene.door.answer(isPart, 409, {type: 'about:blank'})),
  'a 404 once': correcting((scene) => scene.door.answer(isPart, 404, {type: 'urn:chunks:unknown'})),
} as const;

for (const [what, story] of Object.entries(corrections)) {
  inEachBrowser(`A part meets ${what}`, (browser) => {
    let seen: Awaited<ReturnType<typeof story>>;

    before(async () => {
      seen = await inScene(browser(), {}, story);
    });

    it('met it', () => {
      assert.equal(seen.refused, 1);
    });

    it('shows no failure', () => {
      assert.deepEqual(seen.errors, []);
      assert.ok(!seen.statuses.includes('failed'));
    });

    it('ends with the same bytes', () => {
      assert.equal(seen.stored, seen.file.md5);
    });

    if (what.includes('413')) {
      it('halves the part and goes on', () => {
        // The first part is shorter by what came with the creation, and may be the one that is refused.
        assert.ok((seen.lengths[0] ?? 0) > part / 2, `${seen.lengths.join()} begin with a part of the old size`);
        assert.ok(seen.lengths.includes(part / 2), `${seen.lengths.join()} hold a half`);
        assert.ok(seen.lengths.slice(seen.lengths.indexOf(part / 2)).every((length) => length <= part / 2));
      });
    }
  });
}

inEachBrowser('Credentials that expire in the middle', (browser) => {
  const expiring = async (scene: Scene) => {
    const file = await scene.shelf.random(8 * part);
    const page = await scene.page({attributes: {'chunk-size': String(part), concurrency: '3'}});
    await page.withToken();
    scene.relay.slow(8 * part);
    scene.relay.brake(4.5 * part);
    await page.pick(file.path);
    await page.when('some bytes', ({progress}) => progress.confirmed > part);
    scene.door.refuseWhile(({headers}) => headers.get('authorization') === 'Token expired', 401);
    await page.expireToken();
    scene.relay.brake(Infinity);
    await until('the refusal', () => scene.door.refused > 0);
    scene.relay.slow(Infinity);
    const {status} = await page.becomes('done');
    return {file, refused: scene.door.refused, errors: await page.events('upload-error'), stored: await scene.stored(status.result)};
  };
  let seen: Awaited<ReturnType<typeof expiring>>;

  before(async () => {
    seen = await inScene(browser(), {}, expiring);
  });

  it('were refused', () => {
    assert.ok(seen.refused > 0);
  });

  it('are asked for again, and no failure is shown', () => {
    assert.deepEqual(seen.errors, []);
  });

  it('do no harm to the file', () => {
    assert.equal(seen.stored, seen.file.md5);
  });
});
