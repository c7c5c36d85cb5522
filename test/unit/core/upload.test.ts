import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {cutsAfter, deaf, fails, Held, losesAnswer, silent} from '../../support/scripted-faults.js';
import {ScriptedUpload, type ScriptedUploadOptions} from '../../support/scripted-upload.js';
import {until} from '../../support/wait.js';

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
      it('leaves nothing behind', async () => {
        await settle();
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
    set({retries: 3});
    scene.protocol.onPart(0, fails('server'));
    scene.onChange = ({name}) => name === 'waiting' && scene.upload.pause();
    await scene.start();
    assert.deepEqual([scene.name, scene.clock.sleepers], ['paused', 0]);
  });
});

describe('a failure', limit, () => {
  beforeEach(async () => {
    scene.protocol.onPart(200, fails('server', {status: 500}));
    await scene.start();
  });

  it('is the status', () => assert.deepEqual([scene.name, scene.code], ['failed', 'server']));
  it('keeps what was confirmed', () => assert.equal(scene.upload.progress.confirmed, 200));
  it('drops what was sent', () => assert.equal(scene.upload.progress.sent, 0));
  it('leaves nothing behind', () => assert.deepEqual([scene.clock.sleepers, scene.network.listeners], [0, 0]));
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
    await until('the end of the question', () => answer !== undefined, {limit: 5_000, every: 5});
    assert.equal(answer, false);
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
