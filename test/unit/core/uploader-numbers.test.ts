import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held, slowly} from '../../support/scripted-faults.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();
const set = (options: ScriptedSceneOptions = {}): void => {
  scene = new ScriptedScene({...options, parts: {parallel: 1, ...options.parts}});
};
beforeEach(() => set());

describe('snapshots', limit, () => {
  it('are the same objects as long as nothing changes', async () => {
    scene.add(100, 100);
    await settle();
    const [first, second] = [scene.uploader.uploads, scene.uploader.uploads];
    assert.deepEqual([first[0] === second[0], first[1] === second[1]], [true, true]);
  });
  it('of others stay the same when one changes', async () => {
    scene.protocol.on('send', deaf, {times: Infinity});
    const [first] = scene.add(100, 100);
    await settle();
    const before = scene.uploader.uploads[1];
    scene.uploader.pause(first);
    assert.equal(scene.uploader.uploads[1], before);
  });
  it('are frozen, all the way down', async () => {
    scene.protocol.on('send', fails('server'));
    scene.add(100);
    await settle();
    const {status, progress} = scene.upload();
    assert.ok(status.name === 'failed');
    assert.deepEqual([scene.upload(), status, progress, status.error].map(Object.isFrozen), [true, true, true, true]);
  });
  it('of a finished upload are frozen too', async () => {
    await scene.begin(100);
    const {status} = scene.upload();
    assert.ok(status.name === 'done');
    assert.equal(Object.isFrozen(status.result), true);
  });
  it('survive structured clone and JSON', async () => {
    scene.protocol.on('send', fails('server', {status: 500}));
    scene.add(100, 100);
    await settle();
    const plain = JSON.parse(JSON.stringify(scene.uploader.uploads)) as unknown;
    assert.deepEqual(structuredClone(scene.uploader.uploads), plain);
  });
  it('tell an error by code, words and status', async () => {
    scene.protocol.on('send', fails('server', {status: 500}));
    await scene.begin(100);
    const {status} = scene.upload();
    assert.ok(status.name === 'failed');
    const facts = {retryable: true, docs: 'docs/errors.md#server'};
    assert.deepEqual(status.error, {code: 'server', message: 'Scripted: server.', status: 500, ...facts});
  });
});

describe('totals', limit, () => {
  it('of nothing are nothing', () => {
    const {size, confirmed, sent, hashed, speed, remaining, held} = scene.uploader.progress;
    assert.deepEqual([size, confirmed, sent, hashed, speed, remaining, held], [0, 0, 0, 0, 0, null, false]);
  });
  it('add up', async () => {
    scene.protocol.onPart(100, new Held(30).behaviour, 2);
    scene.add(300, 400);
    await settle();
    const {size, confirmed, sent, hashed} = scene.uploader.progress;
    assert.deepEqual([size, confirmed, sent, hashed], [700, 200, 60, 700]);
  });
  it('count how many are in each status', async () => {
    scene.protocol.on('send', deaf, {times: 2});
    const ids = scene.add(100, 100, 100, 100);
    scene.uploader.pause(ids[3]);
    await settle();
    assert.deepEqual(scene.uploader.progress.count, {
      ...{queued: 1, preparing: 0, sending: 2, finishing: 0, paused: 1},
      ...{waiting: 0, failed: 0, done: 0, canceled: 0, interrupted: 0, elsewhere: 0},
    });
  });
  it('leave canceled ones out', async () => {
    const [first] = scene.add(100, 200);
    scene.uploader.cancel(first);
    await settle();
    assert.deepEqual([scene.uploader.progress.size, scene.uploader.progress.count.canceled], [200, 1]);
  });
  it('have the speed of all together', async () => {
    scene.protocol.on('send', slowly(1_000), {times: Infinity});
    scene.add(1_000, 1_000);
    await scene.clock.advance(5_000);
    assert.equal(scene.uploader.progress.speed, 200);
  });
  it('have the time that is left at this speed', async () => {
    scene.protocol.on('send', slowly(1_000), {times: Infinity});
    scene.add(1_000, 1_000);
    await scene.clock.advance(5_000);
    assert.equal(scene.uploader.progress.remaining, 5_000);
  });
  it('have a speed that a pause of all does not drag down', async () => {
    scene.protocol.on('send', slowly(1_000), {times: Infinity});
    scene.add(1_000, 1_000);
    await scene.clock.advance(4_000);
    scene.uploader.pause();
    await scene.clock.advance(3_600_000);
    assert.equal(scene.uploader.progress.speed, 200);
  });
  it('are frozen', () => assert.deepEqual([scene.uploader.progress, scene.uploader.progress.count].map(Object.isFrozen), [true, true]));
});
