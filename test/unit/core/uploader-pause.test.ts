import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();
const set = (options: ScriptedSceneOptions = {}): void => {
  scene = new ScriptedScene({...options, parts: {parallel: 1, ...options.parts}});
};
/** Every part hangs. */
const hang = (): void => scene.protocol.on('send', deaf, {times: Infinity});

beforeEach(() => set());

describe('a list that waits to be started', limit, () => {
  beforeEach(() => set({settings: {manual: true}}));

  it('does not begin by itself', async () => {
    scene.add(100);
    await settle();
    assert.deepEqual([scene.statuses, scene.protocol.calls.length], [['queued'], 0]);
  });
  it('begins with start()', async () => {
    scene.add(100, 100);
    scene.uploader.start();
    await settle();
    assert.equal(scene.allArrived, true);
  });
  it('begins with one of them', async () => {
    const [, second] = scene.add(100, 100);
    scene.uploader.start(second);
    await settle();
    assert.deepEqual(scene.statuses, ['queued', 'done']);
  });
  it('begins not with those added after start()', async () => {
    scene.add(100);
    scene.uploader.start();
    scene.add(100);
    await settle();
    assert.deepEqual(scene.statuses, ['done', 'queued']);
  });
  it('begins not when a failed one is tried again', async () => {
    const [first] = scene.add(100, 100);
    scene.protocol.on('send', fails('server'));
    scene.uploader.start(first);
    await settle();
    scene.uploader.retry();
    await settle();
    assert.deepEqual(scene.statuses, ['done', 'queued']);
  });
  it('leaves those alone that run when it stops waiting', async () => {
    scene.add(100);
    scene.uploader.set({manual: false});
    scene.add(100);
    await settle();
    assert.deepEqual(scene.statuses, ['queued', 'done']);
  });
});

describe('pausing all', limit, () => {
  it('pauses every one', async () => {
    hang();
    scene.add(100, 100, 100);
    await settle();
    scene.uploader.pause();
    assert.deepEqual(scene.statuses, ['paused', 'paused', 'paused']);
  });
  it('can be read back', () => {
    scene.uploader.pause();
    assert.equal(scene.uploader.paused, true);
  });
  it('also pauses what is added later', async () => {
    scene.uploader.pause();
    scene.add(100);
    await settle();
    assert.deepEqual([scene.statuses, scene.protocol.calls.length], [['paused'], 0]);
  });
  it('leaves done ones done', async () => {
    scene.add(100);
    await settle();
    scene.uploader.pause();
    assert.deepEqual(scene.statuses, ['done']);
  });
  it('ends with resume()', async () => {
    scene.uploader.pause();
    scene.add(100, 100);
    scene.uploader.resume();
    await settle();
    assert.deepEqual([scene.allArrived, scene.uploader.paused], [true, false]);
  });
  it('does not end for the others when one is resumed', async () => {
    scene.uploader.pause();
    const [, second] = scene.add(100, 100);
    scene.uploader.resume(second);
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.paused], [['paused', 'done'], true]);
  });
  it('pausing one does not pause the list', () => {
    const [id] = scene.add(100);
    scene.uploader.pause(id);
    assert.equal(scene.uploader.paused, false);
  });
  it('asking for an upload that is not there does nothing', () => {
    scene.uploader.pause('nobody');
    assert.equal(scene.uploader.paused, false);
  });
});
