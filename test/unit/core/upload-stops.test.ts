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

describe('pausing', limit, () => {
  const moments: Record<string, () => void> = {
    preparing: () => scene.protocol.on('open', new Held().behaviour),
    sending: () => scene.protocol.onPart(200, new Held(50).behaviour),
    finishing: () => {
      set({finishes: true});
      scene.protocol.on('finish', new Held().behaviour);
    },
  };
  for (const [name, arrange] of Object.entries(moments)) {
    describe(`an upload that is ${name}`, limit, () => {
      beforeEach(async () => {
        arrange();
        await scene.start();
        assert.equal(scene.name, name);
        scene.upload.pause();
      });

      it('makes it paused at once', () => assert.equal(scene.name, 'paused'));
      it('aborts what is in flight', () => assert.equal(scene.protocol.calls.at(-1)?.signal.aborted, true));
      it('drops what was only sent', () => assert.equal(scene.upload.progress.sent, 0));
      it('keeps what the server has confirmed', () => {
        const kept = scene.protocol.server.uploads[0]?.received.at(-1)?.end ?? 0;
        assert.equal(scene.upload.progress.confirmed, kept);
      });
      it('has nothing requested afterwards', async () => {
        const before = scene.protocol.calls.length;
        await scene.clock.advance(120_000);
        assert.equal(scene.protocol.calls.length, before);
      });
      it('leaves nothing behind once it is saved', async () => {
        await scene.clock.advance(1_000);
        assert.deepEqual([scene.clock.sleepers, scene.network.listeners], [0, 0]);
      });
      it('goes on after resume() and its turn, and sends nothing twice', async () => {
        scene.upload.resume();
        await scene.start();
        assert.deepEqual([scene.arrived, scene.protocol.server.only.resent], [true, 0]);
      });
      it('twice is once', () => {
        const {length} = scene.path;
        scene.upload.pause();
        assert.equal(scene.path.length, length);
      });
    });
  }

  it('a queued upload is possible', () => {
    scene.upload.pause();
    assert.equal(scene.name, 'paused');
  });
  it('keeps the bar where it is until the server says something else', async () => {
    scene.protocol.onPart(200, deaf);
    await scene.start();
    scene.upload.pause();
    scene.protocol.on('open', deaf);
    scene.upload.resume();
    await scene.start();
    assert.equal(scene.upload.progress.confirmed, 200);
  });
});

describe('pausing and resuming so quickly that the old run is still about', limit, () => {
  it('what an old request brings is ignored', async () => {
    const late = new Held(10);
    scene.protocol.onPart(100, (exchange) => late.behaviour({...exchange, signal: new AbortController().signal}));
    await scene.start();
    scene.upload.pause();
    scene.upload.resume();
    scene.protocol.on('open', deaf);
    await scene.start();
    const noted = scene.history.length;
    late.release();
    await settle();
    assert.deepEqual([scene.name, scene.history.length], ['preparing', noted]);
  });
  it('bytes that an old creation hands to the network are ignored', async () => {
    let sent = (_: number): void => undefined;
    scene.protocol.on('open', (exchange) => {
      sent = exchange.sent;
      return deaf(exchange);
    });
    await scene.start();
    scene.upload.pause();
    sent(50);
    assert.equal(scene.upload.progress.sent, 0);
  });
  it('an old failure is ignored', async () => {
    let fail = (): void => undefined;
    scene.protocol.onPart(100, () => new Promise((_, reject) => (fail = () => reject(new Error('old')))));
    await scene.start();
    scene.upload.pause();
    scene.upload.resume();
    const starting = scene.start();
    fail();
    await starting;
    await settle();
    assert.equal(scene.name, 'done');
  });
  it('in the same task, many times, sends the file once', async () => {
    scene.upload.start();
    for (let times = 0; times < 20; times += 1) {
      scene.upload.pause();
      scene.upload.resume();
      scene.upload.start();
    }
    await settle();
    assert.deepEqual([scene.arrived, scene.protocol.server.only.resent, scene.path.at(-1)], [true, 0, 'done']);
  });
  it('it is done once', async () => {
    scene.upload.start();
    await Promise.resolve();
    scene.upload.pause();
    scene.upload.resume();
    await scene.start();
    assert.equal(scene.path.filter((name) => name === 'done').length, 1);
  });
});

describe('somebody who acts as soon as the status changes', limit, () => {
  it('and pauses when it is preparing: nothing is sent', async () => {
    scene.onChange = ({name}) => name === 'preparing' && scene.upload.pause();
    await scene.start();
    assert.deepEqual([scene.name, scene.protocol.calls.length], ['paused', 0]);
  });
  it('and pauses when it is sending: nothing is sent', async () => {
    scene.onChange = ({name}) => name === 'sending' && scene.upload.pause();
    await scene.start();
    assert.deepEqual([scene.name, scene.protocol.count('send')], ['paused', 0]);
  });
  it('and cancels when it is preparing: nothing is created', async () => {
    scene.onChange = ({name}) => name === 'preparing' && scene.upload.cancel();
    await scene.start();
    assert.deepEqual([scene.name, scene.protocol.server.uploads.length], ['canceled', 0]);
  });
  it('and retries when it failed: it is queued', async () => {
    scene.protocol.onPart(0, fails('server'));
    scene.onChange = ({name}) => name === 'failed' && scene.upload.retry();
    await scene.start();
    assert.equal(scene.name, 'queued');
  });
  it('and pauses when it begins to wait: it waits for nothing any more', async () => {
    set({retries: 3, limits: {backOff: 60_000}});
    scene.protocol.onPart(0, fails('server'));
    scene.onChange = ({name}) => name === 'waiting' && scene.upload.pause();
    await scene.start();
    await scene.clock.advance(1_000);
    assert.deepEqual([scene.name, scene.clock.sleepers], ['paused', 0]);
  });
});
