import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {UploadErrorCode} from '../../../src/core/errors.js';
import {settle} from '../../support/fake-clock.js';
import {fails} from '../../support/scripted-faults.js';
import {ScriptedScene} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();

/** Nothing gets through to the server. */
function cutOff(): void {
  for (const call of ['open', 'ask', 'send', 'finish', 'discard'] as const) scene.protocol.on(call, fails('network'), {times: Infinity});
}

describe('the network comes back, and the browser does not notice', limit, () => {
  beforeEach(async () => {
    scene = new ScriptedScene({settings: {resumeOnline: true}, parts: {parallel: 1}});
    scene.protocol.onPart(200, async (exchange) => {
      cutOff();
      return fails('network')(exchange);
    });
    await scene.begin(400);
  });

  it('it failed as network', () => assert.deepEqual(scene.errors, ['network']));
  it('a quiet question goes out after some seconds', async () => {
    const before = scene.protocol.count('ask');
    await scene.clock.advance(6_250);
    assert.equal(scene.protocol.count('ask'), before + 1);
  });
  it('the question is not a failure when it fails', async () => {
    await scene.clock.advance(60_000);
    assert.deepEqual([scene.errors, scene.statuses], [['network'], ['failed']]);
  });
  it('it goes on when the question is answered', async () => {
    await scene.clock.advance(20_000);
    scene.protocol.heal();
    await scene.clock.advance(40_000);
    assert.equal(scene.allArrived, true);
  });
  it('a retry by hand ends the questions', async () => {
    scene.protocol.heal();
    scene.uploader.retry();
    await settle();
    assert.deepEqual([scene.allArrived, scene.clock.sleepers], [true, 0]);
  });
  it('pausing it does not end them: the list stays held until one is answered', async () => {
    scene.add(100);
    scene.uploader.pause(scene.uploader.uploads[0]?.id);
    await scene.clock.advance(60_000);
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['paused', 'queued'], true]);
  });
  it('once one is answered the others go on, and what was paused stays so', async () => {
    scene.add(100);
    scene.uploader.pause(scene.uploader.uploads[0]?.id);
    scene.protocol.heal();
    await scene.clock.advance(60_000);
    assert.deepEqual(scene.statuses, ['paused', 'done']);
  });
  it('canceling it ends the questions', async () => {
    scene.uploader.cancel();
    await settle();
    assert.equal(scene.clock.sleepers, 0);
  });
});

describe('the network comes back to a list that a server holds', limit, () => {
  it('it stays held, whatever settings are changed meanwhile', async () => {
    scene = new ScriptedScene({settings: {resumeOnline: true, filesAtOnce: 1}, parts: {parallel: 1}});
    scene.protocol.on('open', fails('network'));
    scene.protocol.on('open', fails('unauthorized'));
    scene.add(100, 100);
    await settle();
    scene.uploader.start();
    await settle();
    scene.uploader.set({manual: false});
    scene.network.goOffline();
    scene.network.goOnline();
    await scene.clock.advance(60_000);
    assert.deepEqual([scene.errors, scene.uploader.progress.held], [['network', 'unauthorized'], true]);
  });
});

describe('codes and going on by itself', limit, () => {
  const fail = async (code: UploadErrorCode): Promise<void> => {
    scene = new ScriptedScene({settings: {resumeOnline: true}, parts: {parallel: 1}});
    scene.protocol.onPart(100, fails(code));
    await scene.begin(300);
    scene.network.goOffline();
    scene.network.goOnline();
    await scene.clock.advance(60_000);
  };
  for (const code of ['offline', 'network', 'timeout'] as const) {
    it(`${code} goes on`, async () => {
      await fail(code);
      assert.equal(scene.allArrived, true);
    });
  }
  for (const code of ['server', 'server-busy', 'unauthorized', 'rejected', 'corrupt'] as const) {
    it(`${code} does not`, async () => {
      await fail(code);
      assert.deepEqual(scene.statuses, ['failed']);
    });
  }
});

describe('a network failure that is none any more', limit, () => {
  beforeEach(async () => {
    scene = new ScriptedScene({settings: {resumeOnline: true, retries: 1, filesAtOnce: 1}, parts: {parallel: 1}});
    scene.protocol.onPart(100, fails('network'));
    scene.add(300, 350);
    await settle();
  });

  it('does not let the list go on when the next try fails for another reason', async () => {
    scene.protocol.on('open', fails('server'));
    await scene.clock.advance(60_000);
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['failed', 'queued'], true]);
  });
});
