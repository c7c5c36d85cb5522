import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {ScriptedUpload, type ScriptedUploadOptions} from '../../support/scripted-upload.js';

const limit = {timeout: 20_000};
let scene = new ScriptedUpload();
const set = (options: ScriptedUploadOptions = {}): void => {
  scene = new ScriptedUpload(options);
};

beforeEach(() => set());

describe('canceling', limit, () => {
  it('an upload that is sending has the server throw it away', async () => {
    scene.protocol.onPart(200, deaf);
    await scene.start();
    scene.upload.cancel();
    await settle();
    assert.deepEqual([scene.name, scene.protocol.server.uploads.length], ['canceled', 0]);
  });
  it('aborts what is in flight', async () => {
    scene.protocol.onPart(200, deaf);
    await scene.start();
    scene.upload.cancel();
    assert.equal(scene.protocol.calls.findLast(({call}) => call === 'send')?.signal.aborted, true);
  });
  it('forgets the record', async () => {
    scene.protocol.onPart(200, deaf);
    await scene.start();
    scene.upload.cancel();
    await settle();
    assert.deepEqual(await scene.store.all(new AbortController().signal), []);
  });
  it('an upload whose creation was never answered is told by its key', async () => {
    scene.protocol.on('open', async ({serve}) => {
      serve();
      return deaf({} as never);
    });
    await scene.start();
    scene.upload.cancel();
    await settle();
    assert.equal(scene.protocol.server.uploads.length, 0);
  });
  it('an upload that never began tells the server nothing', async () => {
    scene.upload.cancel();
    await settle();
    assert.deepEqual([scene.name, scene.protocol.calls.length], ['canceled', 0]);
  });
  it('while the server cannot be reached is canceled all the same', async () => {
    scene.protocol.onPart(200, deaf);
    scene.protocol.on('discard', fails('network'), {times: Infinity});
    await scene.start();
    scene.network.goOffline();
    scene.upload.cancel();
    await settle();
    assert.deepEqual([scene.name, await scene.store.all(new AbortController().signal)], ['canceled', []]);
  });
  it('forgets the record though the server never answers', async () => {
    scene.protocol.onPart(200, deaf);
    scene.protocol.on('discard', deaf);
    await scene.start();
    scene.upload.cancel();
    await settle();
    assert.deepEqual(await scene.store.all(new AbortController().signal), []);
  });
  for (const moment of ['paused', 'failed', 'waiting'] as const) {
    it(`an upload that is ${moment} has the server throw it away`, async () => {
      set({retries: moment === 'waiting' ? 1 : 0});
      scene.protocol.onPart(200, moment === 'paused' ? deaf : fails('server'));
      await scene.start();
      if (moment === 'paused') scene.upload.pause();
      assert.equal(scene.name, moment);
      scene.upload.cancel();
      await settle();
      assert.deepEqual([scene.name, scene.protocol.server.uploads.length, scene.clock.sleepers], ['canceled', 0, 0]);
    });
  }
  it('cannot be undone', async () => {
    scene.upload.cancel();
    scene.upload.resume();
    scene.upload.retry();
    scene.upload.pause();
    assert.equal(scene.name, 'canceled');
  });
});

describe('an upload that is left without a word', limit, () => {
  it('stops, and says nothing', async () => {
    scene.protocol.onPart(200, deaf);
    await scene.start();
    const {length} = scene.path;
    scene.upload.abandon();
    await settle();
    assert.deepEqual([scene.path.length, scene.protocol.calls.at(-1)?.signal.aborted, scene.network.listeners], [length, true, 0]);
  });
});
