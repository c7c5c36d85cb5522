import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();
let ids: readonly string[] = [];

/** Nothing gets through to the server. */
function cutOff(): void {
  for (const call of ['open', 'ask', 'send', 'finish', 'discard'] as const) scene.protocol.on(call, fails('network'), {times: Infinity});
}

/** Three files are on their way, then the network is gone, and the browser knows it. */
async function offline(options: ScriptedSceneOptions = {}): Promise<void> {
  scene = new ScriptedScene({...options, parts: {parallel: 1}});
  scene.protocol.on('send', ({serve}) => Promise.resolve(serve()));
  scene.protocol.on('send', deaf, {times: Infinity});
  ids = scene.add(300, 300, 300);
  await settle();
  scene.protocol.heal();
  cutOff();
  scene.network.goOffline();
  await settle();
}

/** The network is back, and the browser says so. */
async function online(): Promise<void> {
  scene.protocol.heal();
  scene.network.goOnline();
  await settle();
}

const running = (): string[] => scene.statuses.filter((name) => name !== 'queued').sort();

describe('the network goes', limit, () => {
  beforeEach(() => offline());

  it('one upload fails as offline, the others are held', () => assert.deepEqual([running(), scene.errors], [['failed'], ['offline']]));
  it('confirmed bytes are kept', () => assert.equal(scene.uploader.progress.confirmed, 100));
  it('nothing is on the wire', () => assert.equal(scene.uploader.progress.sent, 0));
  it('nothing goes on by itself when it is back', async () => {
    await online();
    await scene.clock.advance(300_000);
    assert.deepEqual(running(), ['failed']);
  });
  it('retry() goes on when it is back', async () => {
    await online();
    scene.uploader.retry();
    await settle();
    assert.deepEqual([scene.allArrived, scene.protocol.server.uploads.map(({resent}) => resent)], [true, [0, 0, 0]]);
  });
  it('retry() while it is still gone fails again, and says so', async () => {
    scene.uploader.retry();
    await settle();
    assert.deepEqual(scene.errors, ['offline', 'offline']);
  });
  it('pause() works', () => {
    scene.uploader.pause();
    assert.deepEqual(scene.statuses, ['paused', 'paused', 'paused']);
  });
  it('cancel() works', async () => {
    scene.uploader.cancel();
    await settle();
    assert.deepEqual(scene.statuses, ['canceled', 'canceled', 'canceled']);
  });
  it('resume() of a paused one works: it is tried, and fails as offline', async () => {
    scene.uploader.pause(ids[2]);
    scene.uploader.resume(ids[2]);
    await settle();
    assert.equal(scene.errors.at(-1), 'offline');
  });
});

describe('the network comes back, and uploads go on by themselves', limit, () => {
  const resumes = {settings: {resumeOnline: true}};

  it('all arrive when the browser says so', async () => {
    await offline(resumes);
    await online();
    assert.deepEqual([scene.allArrived, scene.uploader.progress.held], [true, false]);
  });
  it('nothing was sent twice', async () => {
    await offline(resumes);
    await online();
    assert.deepEqual(
      scene.protocol.server.uploads.map(({resent}) => resent),
      [0, 0, 0],
    );
  });
  it('not those that a person paused', async () => {
    await offline(resumes);
    scene.uploader.pause(ids[2]);
    await online();
    assert.deepEqual(scene.statuses, ['done', 'done', 'paused']);
  });
  it('not the failed one when a person paused it', async () => {
    await offline(resumes);
    const failed = scene.uploader.uploads.find(({status}) => status.name === 'failed');
    scene.uploader.pause(failed?.id);
    await online();
    assert.deepEqual([scene.upload(failed?.id).status.name, scene.statuses.filter((name) => name === 'done').length], ['paused', 2]);
  });
  it('not when everything is paused', async () => {
    await offline(resumes);
    scene.uploader.pause();
    await online();
    await scene.clock.advance(300_000);
    assert.deepEqual(scene.statuses, ['paused', 'paused', 'paused']);
  });
  it('also when it is switched on only after the failure', async () => {
    await offline();
    scene.uploader.set({resumeOnline: true});
    await online();
    assert.equal(scene.allArrived, true);
  });
  it('not any more when it is switched off again', async () => {
    await offline(resumes);
    scene.uploader.set({resumeOnline: false});
    await online();
    await scene.clock.advance(300_000);
    assert.deepEqual(running(), ['failed']);
  });
  it('nobody listens and nobody asks once all have arrived', async () => {
    await offline(resumes);
    await online();
    assert.deepEqual([scene.network.listeners, scene.clock.sleepers], [0, 0]);
  });
});

describe('going on by itself together with automatic tries', limit, () => {
  beforeEach(() => offline({settings: {resumeOnline: true, retries: 10}}));

  it('one waits', () => assert.deepEqual(running(), ['waiting']));
  it('it goes on at once when the network is back, without waiting for its time', async () => {
    await online();
    assert.equal(scene.allArrived, true);
  });
});

describe('the browser says offline and is wrong', limit, () => {
  it('uploads go on', async () => {
    scene = new ScriptedScene({parts: {parallel: 1}});
    scene.network.goOffline();
    scene.add(300, 300);
    await settle();
    assert.deepEqual([scene.allArrived, scene.errors], [true, []]);
  });
  it('parts in flight go on', async () => {
    scene = new ScriptedScene({parts: {parallel: 1}});
    scene.protocol.onPart(100, async ({serve}) => {
      scene.network.goOffline();
      await settle();
      return serve();
    });
    await scene.begin(300);
    await settle();
    assert.deepEqual([scene.allArrived, scene.errors], [true, []]);
  });
});
