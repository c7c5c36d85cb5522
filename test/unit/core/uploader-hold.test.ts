import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {UploadErrorCode} from '../../../src/core/errors.js';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held} from '../../support/scripted-faults.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();
let ids: readonly string[] = [];

/** Three files, two of them sending; the first one's first part is answered with `code`. */
async function held(code: UploadErrorCode = 'server', options: ScriptedSceneOptions = {}): Promise<void> {
  scene = new ScriptedScene({...options, parts: {parallel: 1}});
  scene.protocol.on('send', deaf);
  let first = true;
  scene.protocol.on('send', async (exchange) => {
    if (first) return fails(code, {status: 500})(exchange);
    return exchange.serve();
  });
  ids = scene.add(300, 300, 300);
  await settle();
  first = false;
}

describe('a failure that blames the surroundings', limit, () => {
  beforeEach(() => held());

  it('fails one upload only; the others are queued', () => assert.deepEqual(scene.statuses, ['queued', 'failed', 'queued']));
  it('holds the list, visibly', () => assert.equal(scene.uploader.progress.held, true));
  it('is told once', () => assert.deepEqual(scene.errors, ['server']));
  it('aborts what is in flight', () =>
    assert.equal(
      scene.protocol.calls.filter(({call}) => call === 'send').every(({signal}) => signal.aborted),
      true,
    ));
  it('has nothing requested afterwards', async () => {
    const before = scene.protocol.calls.length;
    await scene.clock.advance(300_000);
    assert.equal(scene.protocol.calls.length, before);
  });
  it('keeps confirmed bytes', () =>
    assert.equal(
      scene.uploader.progress.confirmed,
      scene.protocol.server.uploads.reduce((sum, {received}) => sum + (received[0]?.end ?? 0), 0),
    ));
  it('drops what was only sent', () => assert.equal(scene.uploader.progress.sent, 0));
  it('holds what is added later', async () => {
    scene.add(100);
    await settle();
    assert.deepEqual([scene.statuses.at(-1), scene.uploader.progress.held], ['queued', true]);
  });
  it('is not lifted by a change of settings', async () => {
    scene.uploader.set({filesAtOnce: 5});
    await settle();
    assert.deepEqual(scene.statuses, ['queued', 'failed', 'queued']);
  });
  it('is not lifted by a pause', async () => {
    scene.uploader.pause(ids[0]);
    await settle();
    assert.equal(scene.uploader.progress.held, true);
  });
});

describe('each code', limit, () => {
  const holding: readonly UploadErrorCode[] = ['offline', 'server', 'server-busy', 'unauthorized'];
  const alone: readonly UploadErrorCode[] = [
    'rejected',
    'too-large',
    'not-found',
    'elsewhere',
    'corrupt',
    'file-changed',
    'file-unreadable',
    'unexpected',
  ];
  for (const code of holding) {
    it(`${code} holds the others`, async () => {
      await held(code);
      assert.deepEqual([scene.uploader.progress.held, scene.statuses], [true, ['queued', 'failed', 'queued']]);
    });
  }
  for (const code of alone) {
    it(`${code} ends that upload only; the next begins`, async () => {
      await held(code);
      assert.deepEqual([scene.uploader.progress.held, scene.statuses], [false, ['sending', 'failed', 'done']]);
    });
  }
});

describe('what lifts a hold', limit, () => {
  beforeEach(() => held());
  const lifts: Record<string, () => void> = {
    'retry()': () => scene.uploader.retry(),
    'retry() of the failed one': () => scene.uploader.retry(ids[1]),
  };
  for (const [title, lift] of Object.entries(lifts)) {
    it(`${title}: all of them arrive`, async () => {
      lift();
      await settle();
      assert.deepEqual([scene.allArrived, scene.uploader.progress.held], [true, false]);
    });
  }
  it('start(): the others go on, the failed one stays', async () => {
    scene.uploader.start();
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['done', 'failed', 'done'], false]);
  });
  it('resume() of any upload', async () => {
    scene.uploader.pause(ids[2]);
    scene.uploader.resume(ids[2]);
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['done', 'failed', 'done'], false]);
  });
  it('canceling the failed one', async () => {
    scene.uploader.cancel(ids[1]);
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['done', 'canceled', 'done'], false]);
  });
  it('clearing the failed one', async () => {
    scene.uploader.clear(ids[1]);
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['done', 'done'], false]);
  });
  it('not canceling another one', async () => {
    scene.uploader.cancel(ids[2]);
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['queued', 'failed', 'canceled'], true]);
  });
  it('not clearing when nothing is to be cleared', async () => {
    scene.uploader.clear(ids[0]);
    assert.equal(scene.uploader.progress.held, true);
  });
  it('nothing is sent twice that was confirmed', async () => {
    scene.uploader.retry();
    await settle();
    assert.deepEqual(
      scene.protocol.server.uploads.map(({resent}) => resent),
      [0, 0, 0],
    );
  });
});

describe('a failure while the list is held already', limit, () => {
  it('of an earlier one that is tried alone holds again', async () => {
    await held();
    scene.protocol.on('send', fails('server'), {times: Infinity});
    scene.uploader.retry(ids[1]);
    await settle();
    assert.deepEqual([scene.uploader.progress.held, scene.errors.length], [true, 2]);
  });
});

describe('automatic tries and the list', limit, () => {
  beforeEach(() => held('server', {settings: {retries: 3}}));

  it('hold it while one waits', () =>
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['queued', 'waiting', 'queued'], true]));
  it('tell no error', () => assert.deepEqual(scene.errors, []));
  it('let all go on when the time has come', async () => {
    await scene.clock.advance(2_000);
    assert.deepEqual([scene.allArrived, scene.uploader.progress.held], [true, false]);
  });
  it('see by that one upload whether the server is there again, before the others go on', async () => {
    const opens = (): number => scene.protocol.count('open');
    const before = opens();
    const here = new Held(0);
    scene.protocol.on('open', here.behaviour);
    await scene.clock.advance(2_000);
    assert.deepEqual([scene.statuses, opens() - before, scene.uploader.progress.held], [['queued', 'preparing', 'queued'], 1, true]);
    here.release();
    await settle();
    assert.equal(scene.allArrived, true);
  });
  it('hold it again when that one meets the same', async () => {
    scene.protocol.on('open', fails('server'));
    await scene.clock.advance(1_000);
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['queued', 'waiting', 'queued'], true]);
  });
  it('hold it no longer when that one fails for a reason of its own', async () => {
    scene.protocol.on('open', fails('rejected'));
    await scene.clock.advance(1_000);
    assert.deepEqual(scene.statuses, ['done', 'failed', 'done']);
  });
  it('hold it on when that one is paused before the server has answered', async () => {
    scene.protocol.on('open', deaf);
    await scene.clock.advance(1_000);
    scene.uploader.pause(ids[1]);
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['queued', 'paused', 'queued'], true]);
  });
  it('hold it on when another one is canceled while that one tries', async () => {
    const here = new Held(0);
    scene.protocol.on('open', here.behaviour);
    await scene.clock.advance(2_000);
    scene.uploader.cancel(ids[0]);
    await settle();
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['canceled', 'preparing', 'queued'], true]);
    here.release();
    await settle();
    assert.deepEqual(scene.statuses, ['canceled', 'done', 'done']);
  });
  it('let the others go on when that one is canceled while it tries', async () => {
    scene.protocol.on('open', deaf);
    await scene.clock.advance(2_000);
    scene.uploader.cancel(ids[1]);
    await settle();
    assert.deepEqual(scene.statuses, ['done', 'canceled', 'done']);
  });
  it('let the others go on when that one is canceled', async () => {
    scene.uploader.cancel(ids[1]);
    await settle();
    assert.deepEqual(scene.statuses, ['done', 'canceled', 'done']);
  });
  it('can be had at once', async () => {
    scene.uploader.retry(ids[1]);
    await settle();
    assert.equal(scene.allArrived, true);
  });
  it('do not hold it when the file is to blame', async () => {
    await held('corrupt', {settings: {retries: 1}});
    assert.deepEqual([scene.statuses, scene.uploader.progress.held], [['sending', 'waiting', 'done'], false]);
  });
});

describe('the error is told', limit, () => {
  it('after the change of its status, in the same task', async () => {
    await held();
    const names = scene.told.map(({name}) => name);
    const at = names.indexOf('error');
    assert.equal(names[at - 1], 'change');
  });
  it('with the upload as it is then', async () => {
    await held();
    const event = scene.told.find(({name}) => name === 'error');
    assert.ok(event?.name === 'error');
    assert.deepEqual([event.upload.status.name, event.upload.id, event.error.status], ['failed', ids[1], 500]);
  });
  it('when all are stopped already: nothing is in flight any more', async () => {
    scene = new ScriptedScene({parts: {parallel: 1}});
    let running = -1;
    scene.uploader.on('error', () => (running = scene.statuses.filter((name) => name === 'sending').length));
    scene.protocol.on('send', deaf);
    scene.protocol.on('send', fails('server'));
    scene.add(100, 100);
    await settle();
    assert.equal(running, 0);
  });
  it('in the task in which the request failed', async () => {
    scene = new ScriptedScene({parts: {parallel: 2}});
    let fail = (): void => undefined;
    scene.protocol.on('send', deaf);
    scene.protocol.on('send', (exchange) => new Promise((_, reject) => (fail = () => void fails('server')(exchange).catch(reject))));
    await scene.begin(400);
    fail();
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    assert.deepEqual(scene.errors, ['server'], 'promise callbacks alone must do: no further task has begun');
  });
});
