import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held} from '../../support/scripted-faults.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();
const set = (options: ScriptedSceneOptions = {}): void => {
  scene = new ScriptedScene({...options, parts: {parallel: 1, ...options.parts}});
};
const names = (): string[] => scene.told.map(({name}) => name);

beforeEach(() => set());

describe('the life of an upload as it is told', limit, () => {
  beforeEach(async () => {
    await scene.begin(300);
    scene.frames.draw();
  });

  it('in order', () => assert.deepEqual(names(), ['add', 'change', 'change', 'change', 'done', 'settled', 'progress']));
  it('every status by its name', () => assert.deepEqual(scene.path(scene.upload().id), ['preparing', 'sending', 'done']));
  it('done once, with the result', () => {
    const told = scene.told.filter((event) => event.name === 'done');
    assert.deepEqual(
      told.map(({result}) => result.verified),
      ['digest'],
    );
  });
});

describe('progress', limit, () => {
  it('is told once per frame, however often numbers move', async () => {
    scene.protocol.onPart(0, async ({sent}) => {
      for (let bytes = 1; bytes <= 100; bytes += 1) sent(bytes);
      return deaf({} as never);
    });
    await scene.begin(300);
    scene.frames.draw();
    assert.equal(scene.count('progress'), 1);
  });
  it('is not told before the frame', async () => {
    await scene.begin(300);
    assert.equal(scene.count('progress'), 0);
  });
  it('is told once for each upload', async () => {
    scene.add(100, 100);
    await settle();
    scene.frames.draw();
    assert.equal(scene.count('progress'), 2);
  });
  it('carries the numbers as they are then', async () => {
    scene.protocol.onPart(100, new Held(40).behaviour);
    await scene.begin(300);
    scene.frames.draw();
    const event = scene.told.at(-1);
    assert.ok(event?.name === 'progress');
    assert.deepEqual(event.upload.progress, {size: 300, hashed: 300, sent: 40, confirmed: 100});
  });
  it('is not told when nothing moves', async () => {
    await scene.begin(300);
    scene.frames.draw();
    scene.frames.draw();
    assert.equal(scene.count('progress'), 1);
  });
});

describe('settled', limit, () => {
  it('is told once, when the last one is done', async () => {
    scene.add(100, 200, 300);
    await settle();
    assert.deepEqual([scene.count('settled'), scene.told.at(-1)?.name], [1, 'settled']);
  });
  it('carries the totals', async () => {
    scene.add(100, 200);
    await settle();
    const event = scene.told.at(-1);
    assert.ok(event?.name === 'settled');
    assert.deepEqual([event.totals.confirmed, event.totals.count.done], [300, 2]);
  });
  it('is told when the last one fails or is canceled', async () => {
    scene.protocol.on('send', fails('rejected'));
    scene.protocol.on('send', deaf);
    const ids = scene.add(100, 100);
    await settle();
    assert.equal(scene.count('settled'), 0);
    scene.uploader.cancel(ids[1]);
    assert.equal(scene.count('settled'), 1);
  });
  it('is not told while one is paused', async () => {
    const [, second] = scene.add(100, 100);
    scene.uploader.pause(second);
    await settle();
    assert.equal(scene.count('settled'), 0);
  });
  it('is not told while one waits for its next try', async () => {
    set({settings: {retries: 1}});
    scene.protocol.on('send', fails('server'));
    await scene.begin(100);
    assert.equal(scene.count('settled'), 0);
  });
  it('is not told while others are held', async () => {
    scene.protocol.on('send', fails('server'));
    scene.add(100, 100, 100);
    await settle();
    assert.equal(scene.count('settled'), 0);
  });
  it('is told again when more was added', async () => {
    await scene.begin(100);
    await scene.begin(100);
    assert.equal(scene.count('settled'), 2);
  });
  it('is told again when a failed one was tried again', async () => {
    scene.protocol.on('send', fails('server'));
    await scene.begin(100);
    scene.uploader.retry();
    await settle();
    assert.equal(scene.count('settled'), 2);
  });
  it('is told again when a failed one was paused and then canceled', async () => {
    scene.protocol.on('send', fails('server'));
    await scene.begin(100);
    scene.uploader.pause();
    scene.uploader.cancel();
    assert.equal(scene.count('settled'), 2);
  });
  it('is not told again when a failed one is canceled: it was settled before', async () => {
    scene.protocol.on('send', fails('server'));
    await scene.begin(100);
    scene.uploader.cancel();
    assert.equal(scene.count('settled'), 1);
  });
  it('is not told by clearing', async () => {
    await scene.begin(100);
    scene.uploader.clear();
    assert.equal(scene.count('settled'), 1);
  });
});

describe('listeners', limit, () => {
  it('can be taken away', async () => {
    let heard = 0;
    const off = scene.uploader.on('change', () => (heard += 1));
    off();
    await scene.begin(100);
    assert.equal(heard, 0);
  });
  it('may cancel an upload that is just being added', async () => {
    scene.uploader.on('add', ({upload}) => scene.uploader.cancel(upload.id));
    await scene.begin(100);
    assert.deepEqual([scene.statuses, scene.protocol.calls.length], [['canceled'], 0]);
  });
  it('may pause all while it begins', async () => {
    scene.uploader.on('change', ({upload}) => upload.status.name === 'preparing' && scene.uploader.pause());
    scene.add(100, 100);
    await settle();
    assert.deepEqual([scene.statuses, scene.protocol.calls.length], [['paused', 'paused'], 0]);
  });
  it('may try again as soon as something fails', async () => {
    scene.protocol.on('send', fails('server'), {times: 2});
    scene.uploader.on('error', ({upload}) => scene.uploader.retry(upload.id));
    await scene.begin(100);
    assert.deepEqual([scene.allArrived, scene.errors.length], [true, 2]);
  });
});
