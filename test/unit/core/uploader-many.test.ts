import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf} from '../../support/scripted-faults.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 60_000};
const sizes = (count: number): number[] => Array.from({length: count}, () => 10);
let scene = new ScriptedScene();
const set = (options: ScriptedSceneOptions = {}): void => void (scene = new ScriptedScene(options));

beforeEach(() => set());

describe('five hundred files', limit, () => {
  beforeEach(async () => {
    scene.add(...sizes(500));
    while (scene.count('settled') === 0) await settle();
  });

  it('are all done', () => assert.equal(scene.uploader.progress.count.done, 500));
  it('take their turns in the order of the list', () => {
    const started = scene.told.flatMap((told) =>
      told.name === 'change' && told.upload.status.name === 'preparing' ? [told.upload.id] : [],
    );
    assert.deepEqual(
      started,
      scene.uploader.uploads.map(({id}) => id),
    );
  });
  it('are settled once', () => assert.equal(scene.count('settled'), 1));
  it('are counted to the last byte', () => {
    const {size, confirmed, hashed, sent} = scene.uploader.progress;
    assert.deepEqual([size, confirmed, hashed, sent], [5_000, 5_000, 5_000, 0]);
  });
});

describe('the order of turns', limit, () => {
  const started = (): readonly string[] => scene.uploader.uploads.filter(({status}) => status.name !== 'queued').map(({name}) => name);

  beforeEach(() => {
    set({settings: {filesAtOnce: 1}});
    scene.protocol.on('open', deaf, {times: Infinity});
  });

  it('is that of the list, also for one that goes on after a pause', async () => {
    const [first, second] = scene.add(10, 10, 10);
    scene.uploader.pause(first);
    await settle();
    assert.equal(scene.upload(second).status.name, 'preparing');
    scene.uploader.resume(first);
    scene.uploader.cancel(second);
    await settle();
    assert.equal(scene.upload(first).status.name, 'preparing');
  });

  it('leaves out those that wait to be started, until they are', async () => {
    scene.uploader.set({manual: true});
    const [, second, third] = scene.add(10, 10, 10);
    scene.uploader.start(third);
    await settle();
    assert.deepEqual(started(), ['file-2.bin']);
    scene.uploader.start(second);
    scene.uploader.cancel(third);
    await settle();
    assert.deepEqual(started(), ['file-1.bin', 'file-2.bin']);
  });

  it('begins with the first of the list when all are started', async () => {
    scene.uploader.set({manual: true});
    scene.add(10, 10, 10);
    await settle();
    scene.uploader.start();
    await settle();
    assert.deepEqual(started(), ['file-0.bin']);
  });

  it('goes on where it was after all were paused and resumed', async () => {
    scene.add(10, 10, 10);
    await settle();
    for (let times = 0; times < 3; times += 1) {
      scene.uploader.pause();
      scene.uploader.resume();
    }
    await settle();
    assert.deepEqual(started(), ['file-0.bin']);
  });
});

describe('files that are added in pieces', limit, () => {
  it('are not settled while more are expected', async () => {
    scene.uploader.expect();
    scene.add(10);
    await settle();
    assert.deepEqual([scene.uploader.progress.count.done, scene.count('settled')], [1, 0]);
  });

  it('are settled when the last ones are done', async () => {
    const arrived = scene.uploader.expect();
    scene.add(10);
    await settle();
    scene.add(10);
    arrived();
    assert.equal(scene.count('settled'), 0);
    await settle();
    assert.equal(scene.count('settled'), 1);
  });

  it('are settled when no more come and all are done already', async () => {
    const arrived = scene.uploader.expect();
    scene.add(10);
    await settle();
    arrived();
    assert.equal(scene.count('settled'), 1);
  });

  it('are settled when none ever came, without a word', () => {
    scene.uploader.expect()();
    assert.equal(scene.count('settled'), 0);
  });

  it('wait for the last of several who expect some', async () => {
    const arrived = [scene.uploader.expect(), scene.uploader.expect()];
    scene.add(10);
    await settle();
    arrived[0]?.();
    assert.equal(scene.count('settled'), 0);
    arrived[1]?.();
    assert.equal(scene.count('settled'), 1);
  });
});
