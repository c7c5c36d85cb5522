import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {cutsAfter, deaf, fails, losesAnswer, silent} from '../../support/scripted-faults.js';
import {ScriptedUpload, type ScriptedUploadOptions} from '../../support/scripted-upload.js';

const limit = {timeout: 20_000};
let scene = new ScriptedUpload();
const set = (options: ScriptedUploadOptions = {}): void => {
  scene = new ScriptedUpload(options);
};

beforeEach(() => set());

describe('a failure', limit, () => {
  beforeEach(async () => {
    scene.protocol.onPart(200, fails('server', {status: 500}));
    await scene.start();
  });

  it('is the status', () => assert.deepEqual([scene.name, scene.code], ['failed', 'server']));
  it('keeps what was confirmed', () => assert.equal(scene.upload.progress.confirmed, 200));
  it('drops what was sent', () => assert.equal(scene.upload.progress.sent, 0));
  it('leaves nothing behind once it is saved', async () => {
    await scene.clock.advance(1_000);
    assert.deepEqual([scene.clock.sleepers, scene.network.listeners], [0, 0]);
  });
  it('is tried again from what the server has', async () => {
    scene.upload.retry();
    await scene.start();
    assert.deepEqual([scene.arrived, scene.protocol.server.only.resent], [true, 0]);
  });
  it('can be paused, and the reason is kept', () => {
    scene.upload.pause();
    assert.deepEqual([scene.name, scene.code], ['paused', 'server']);
  });
  it('and paused, goes on after resume()', async () => {
    scene.upload.pause();
    scene.upload.resume();
    await scene.start();
    assert.equal(scene.arrived, true);
  });
  it('resume() does nothing', () => {
    scene.upload.resume();
    assert.equal(scene.name, 'failed');
  });
});

describe('a failure that no retry can mend', limit, () => {
  beforeEach(async () => {
    scene.protocol.onPart(200, fails('rejected', {status: 400}));
    await scene.start();
  });

  it('stays failed after retry()', () => {
    scene.upload.retry();
    assert.equal(scene.name, 'failed');
  });
  it('stays failed after pause()', () => {
    scene.upload.pause();
    assert.equal(scene.name, 'failed');
  });
  it('can be canceled', () => {
    scene.upload.cancel();
    assert.equal(scene.name, 'canceled');
  });
});

describe('automatic tries', limit, () => {
  beforeEach(() => set({retries: 2}));

  it('wait visibly, with the reason, which try it is, and when', async () => {
    scene.protocol.onPart(200, fails('server', {retryAfter: 20_000}));
    await scene.start();
    const {status} = scene.upload;
    assert.ok(status.name === 'waiting');
    assert.deepEqual([status.error.code, status.attempt, status.until], ['server', 1, scene.clock.today() + 20_000]);
  });
  it('put the upload back into the queue when the time has come', async () => {
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    await scene.clock.advance(1_000);
    assert.equal(scene.name, 'queued');
  });
  it('do not so before', async () => {
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    await scene.clock.advance(499);
    assert.equal(scene.name, 'waiting');
  });
  it('are used up', async () => {
    scene.protocol.onPart(0, fails('server'), Infinity);
    await scene.start();
    for (let times = 0; times < 2; times += 1) {
      await scene.clock.advance(2_000);
      await scene.start();
    }
    assert.deepEqual(scene.path, [
      'preparing',
      'sending',
      'waiting',
      'queued',
      'preparing',
      'sending',
      'waiting',
      'queued',
      'preparing',
      'sending',
      'failed',
    ]);
  });
  it('count anew when bytes were confirmed in between', async () => {
    for (const start of [0, 100, 200, 300]) scene.protocol.onPart(start, fails('server'), 2);
    await scene.start();
    for (let times = 0; times < 8; times += 1) {
      await scene.clock.advance(2_000);
      await scene.start();
    }
    assert.equal(scene.arrived, true);
  });
  for (const code of ['unauthorized', 'rejected', 'file-changed', 'protocol'] as const) {
    it(`are not spent on ${code}`, async () => {
      scene.protocol.onPart(0, fails(code), Infinity);
      await scene.start();
      assert.equal(scene.name, 'failed');
    });
  }
  it('can be had at once', async () => {
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    scene.upload.retry();
    assert.equal(scene.name, 'queued');
    await scene.start();
    assert.deepEqual([scene.arrived, scene.clock.sleepers], [true, 0]);
  });
  it('end with a pause', async () => {
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    scene.upload.pause();
    await scene.clock.advance(60_000);
    assert.deepEqual([scene.name, scene.code], ['paused', 'server']);
  });
  it('are not held back with the list: the countdown goes on', async () => {
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    scene.upload.hold();
    assert.equal(scene.name, 'waiting');
  });
});

describe('a quiet question', limit, () => {
  it('is answered when the server can be reached', async () => {
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    assert.equal(await scene.upload.probe(new AbortController().signal), true);
  });
  it('is not answered when it cannot', async () => {
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    scene.protocol.on('ask', fails('network'));
    assert.equal(await scene.upload.probe(new AbortController().signal), false);
  });
  it('has nothing to ask about before the server ever answered', async () =>
    assert.equal(await scene.upload.probe(new AbortController().signal), true));
  it('has a limit, though the server never answers', async () => {
    set({askTimeout: 20});
    scene.protocol.onPart(200, fails('server'));
    await scene.start();
    scene.protocol.on('ask', deaf);
    let answer: boolean | undefined;
    void scene.upload.probe(new AbortController().signal).then((reached) => (answer = reached));
    await scene.clock.advance(20);
    assert.equal(answer, false);
  });
});

describe('troubles on the way', limit, () => {
  it('are put right without a word', async () => {
    scene.protocol.onPart(0, cutsAfter(40));
    scene.protocol.onPart(140, losesAnswer);
    await scene.start();
    assert.deepEqual([scene.path, scene.arrived], [['preparing', 'sending', 'done'], true]);
  });
  it('that cannot be put right are told once', async () => {
    scene.protocol.onPart(100, silent());
    await scene.start();
    await scene.clock.advance(60_000);
    assert.deepEqual([scene.path, scene.code], [['preparing', 'sending', 'failed'], 'timeout']);
  });
});
