import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held, slowly} from '../../support/scripted-faults.js';
import {ScriptedRun, type ScriptedRunOptions} from '../../support/scripted-run.js';

const limit = {timeout: 20_000};
let scene = new ScriptedRun();
const set = (options: ScriptedRunOptions = {}): void => {
  scene = new ScriptedRun(options);
};
const go = async (): Promise<void> => {
  scene.start();
  await settle();
};
const calls = (): string[] => scene.protocol.calls.map(({call}) => call);
beforeEach(() => set());

describe('stopping a run', limit, () => {
  const moments: Record<string, () => void> = {
    'while it is opened': () => scene.protocol.on('open', deaf),
    'while it sends': () => scene.protocol.on('send', deaf, {times: Infinity}),
    'while it hashes': () => scene.hasher.hold(),
    'while it waits for a slot': () => set({slots: 0}),
    'while it finishes': () => {
      set({finishes: true});
      scene.protocol.on('finish', deaf);
    },
    'while it asks': () => {
      scene.protocol.onPart(0, fails('network'));
      scene.protocol.on('ask', deaf);
    },
  };
  for (const [moment, arrange] of Object.entries(moments)) {
    it(`${moment}: it is rejected with the reason`, async () => {
      arrange();
      await go();
      scene.stop('paused');
      await settle();
      assert.equal(scene.failure, 'paused');
    });
    it(`${moment}: nothing is left behind`, async () => {
      arrange();
      await go();
      scene.stop('paused');
      await settle();
      assert.deepEqual([scene.clock.sleepers, scene.network.listeners], [0, 0]);
    });
    it(`${moment}: nothing more is requested`, async () => {
      arrange();
      await go();
      const before = scene.protocol.calls.length;
      scene.stop('paused');
      scene.hasher.release();
      await scene.clock.advance(120_000);
      assert.equal(scene.protocol.calls.length, before);
    });
  }
  it('before it began: nothing is requested', async () => {
    scene.stop('paused');
    await go();
    assert.deepEqual([scene.failure, calls()], ['paused', []]);
  });
  it('frees its slots at once', async () => {
    set({slots: 1});
    scene.protocol.on('send', deaf);
    await go();
    scene.stop();
    await scene.slots.take(new AbortController().signal);
  });
});

describe('the network goes', limit, () => {
  it('with a part in flight: one question, and it goes on when that is answered', async () => {
    const held = new Held();
    scene.protocol.onPart(0, held.behaviour);
    scene.protocol.onPart(100, deaf);
    await go();
    scene.network.goOffline();
    await settle();
    assert.deepEqual([scene.protocol.count('ask'), scene.failure], [1, undefined]);
  });
  it('with a part in flight: it is offline when the question fails', async () => {
    scene.protocol.on('send', deaf, {times: 2});
    scene.protocol.on('ask', fails('network'));
    await go();
    scene.network.goOffline();
    await settle();
    assert.equal(scene.code, 'offline');
  });
  it('with a part in flight: it is offline within the limit when nothing answers', async () => {
    set({askTimeout: 20});
    scene.protocol.on('send', deaf, {times: 2});
    scene.protocol.on('ask', deaf);
    await go();
    scene.network.goOffline();
    await scene.clock.advance(20);
    assert.equal(scene.code, 'offline');
  });
  it('with a creation in flight: it is offline at once', async () => {
    scene.protocol.on('open', deaf);
    await go();
    scene.network.goOffline();
    await settle();
    assert.deepEqual([scene.code, scene.protocol.count('ask')], ['offline', 0]);
  });
  it('while only hashing: nothing happens', async () => {
    scene.hasher.hold();
    await go();
    scene.network.goOffline();
    await settle();
    assert.deepEqual([scene.failure, scene.protocol.count('ask')], [undefined, 0]);
  });
  it('while only hashing, and a part is due afterwards: it is asked then', async () => {
    scene.hasher.hold();
    await go();
    scene.network.goOffline();
    scene.protocol.on('ask', fails('network'), {times: 2});
    scene.hasher.release();
    await settle();
    assert.deepEqual([scene.code, scene.protocol.count('send')], ['offline', 0]);
  });
  it('though it is there (the browser lies): the file arrives', async () => {
    scene.network.goOffline();
    await go();
    assert.equal(scene.arrived, true);
  });
  it('aborts what is in flight', async () => {
    scene.protocol.on('send', deaf, {times: 2});
    scene.protocol.on('ask', fails('network'));
    await go();
    scene.network.goOffline();
    await settle();
    const aborted = scene.protocol.calls.filter(({call}) => call === 'send').map(({signal}) => signal.aborted);
    assert.deepEqual(aborted, [true, true]);
  });
});

describe('slow but sure', limit, () => {
  it('a server that takes its time is waited for', async () => {
    scene.protocol.on('send', slowly(9_000), {times: Infinity});
    await go();
    await scene.clock.advance(40_000);
    assert.equal(scene.arrived, true);
  });
  it('a file of several blocks arrives by parts that touch two of them', async () => {
    set({size: 2 * BLOCK_SIZE + 77, parts: {preferred: 3_000_000, max: 3_000_000, parallel: 2}});
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.server.only.resent], [true, 0]);
  });
});
