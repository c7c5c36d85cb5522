import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held} from '../../support/scripted-faults.js';
import {ScriptedUpload, type ScriptedUploadOptions} from '../../support/scripted-upload.js';

const limit = {timeout: 20_000};
let scene = new ScriptedUpload();
const set = (options: ScriptedUploadOptions = {}): void => {
  scene = new ScriptedUpload(options);
};

beforeEach(() => set());

describe('an upload that goes through', limit, () => {
  beforeEach(() => scene.start());

  it('is whole at the server', () => assert.equal(scene.arrived, true));
  it('went its way', () => assert.deepEqual(scene.path, ['preparing', 'sending', 'done']));
  it('has every byte confirmed', () => assert.equal(scene.upload.progress.confirmed, 400));
  it('has every byte digested', () => assert.equal(scene.upload.progress.hashed, 400));
  it('has nothing on the wire', () => assert.equal(scene.upload.progress.sent, 0));
  it('was never at 100 % before the server had said "complete"', () => {
    const last = scene.history.findIndex(({confirmed}) => confirmed === 400);
    assert.equal(last, scene.history.length - 1);
  });
  it('never went back', () => {
    const all = scene.history.map(({confirmed}) => confirmed);
    assert.deepEqual(
      all,
      [...all].sort((a, b) => a - b),
    );
  });
  for (const act of ['pause', 'resume', 'retry', 'cancel'] as const) {
    it(`${act}() does nothing any more`, async () => {
      scene.upload[act]();
      await settle();
      assert.deepEqual([scene.name, scene.path.length, scene.protocol.count('discard')], ['done', 3, 0]);
    });
  }
});

describe('an upload that has to be put together', limit, () => {
  it('went its way', async () => {
    set({finishes: true});
    await scene.start();
    assert.deepEqual(scene.path, ['preparing', 'sending', 'finishing', 'done']);
  });
  it('goes back to sending when the server lacks something', async () => {
    set({finishes: true});
    scene.protocol.on('finish', async ({serve}) => {
      scene.protocol.server.only.lose({start: 0, end: 100});
      return serve();
    });
    await scene.start();
    assert.deepEqual(scene.path, ['preparing', 'sending', 'finishing', 'sending', 'finishing', 'done']);
  });
  it('is finishing, and not done, while the server has every byte', async () => {
    set({finishes: true});
    scene.protocol.on('finish', deaf);
    await scene.start();
    assert.deepEqual([scene.name, scene.upload.progress.confirmed], ['finishing', 400]);
  });
});

describe('the list is held', limit, () => {
  it('puts a running upload back into the queue', async () => {
    scene.protocol.onPart(200, new Held(30).behaviour);
    await scene.start();
    scene.upload.hold();
    assert.deepEqual([scene.name, scene.upload.progress.sent, scene.upload.progress.confirmed], ['queued', 0, 200]);
  });
  it('aborts its requests', async () => {
    scene.protocol.onPart(200, deaf);
    await scene.start();
    scene.upload.hold();
    assert.equal(scene.protocol.calls.at(-1)?.signal.aborted, true);
  });
  it('changes nothing for the others', () => {
    scene.upload.pause();
    scene.upload.hold();
    assert.equal(scene.name, 'paused');
  });
});

describe('the snapshot', limit, () => {
  it('is the same object as long as nothing changes', async () => {
    await scene.start();
    assert.equal(scene.upload.snapshot, scene.upload.snapshot);
  });
  it('is another one when something has changed', async () => {
    const before = scene.upload.snapshot;
    await scene.start();
    assert.notEqual(scene.upload.snapshot, before);
  });
  it('is not changed afterwards', async () => {
    const before = scene.upload.snapshot;
    await scene.start();
    assert.deepEqual([before.status.name, before.progress.confirmed], ['queued', 0]);
  });
});

describe('speed', limit, () => {
  const slow = (ms: number): void =>
    scene.protocol.on('send', async ({serve, clock, signal}) => (await clock.sleep(ms, signal), serve()), {times: Infinity});

  it('is confirmed bytes per second', async () => {
    slow(1_000);
    await scene.start();
    await scene.clock.advance(3_000);
    assert.equal(scene.upload.snapshot.speed, 100);
  });
  it('gives the time that is left', async () => {
    slow(1_000);
    await scene.start();
    await scene.clock.advance(3_000);
    assert.equal(scene.upload.snapshot.remaining, 1_000);
  });
  it('does not count what the server had from before', async () => {
    scene.protocol.onPart(300, fails('server'));
    await scene.start();
    scene.upload.retry();
    slow(10_000);
    await scene.start();
    assert.ok(scene.upload.snapshot.speed < 1_000_000);
    assert.equal(scene.upload.progress.confirmed, 300);
  });
  it('is not dragged down by a pause', async () => {
    slow(1_000);
    await scene.start();
    await scene.clock.advance(2_000);
    scene.upload.pause();
    await scene.clock.advance(3_600_000);
    scene.upload.resume();
    await scene.start();
    assert.equal(Math.round(scene.upload.snapshot.speed), 100);
  });
  it('leaves the time open when nothing is being sent', async () => {
    slow(1_000);
    await scene.start();
    await scene.clock.advance(2_000);
    scene.upload.pause();
    assert.equal(scene.upload.snapshot.remaining, null);
  });
});
