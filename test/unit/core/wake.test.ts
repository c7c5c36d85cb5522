import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {Wake} from '../../../src/core/wake.js';
import {FakeClock, settle} from '../../support/fake-clock.js';
import {fails, silent} from '../../support/scripted-faults.js';
import {ScriptedRun} from '../../support/scripted-run.js';

describe('looking out for jumps of time', () => {
  let clock = new FakeClock();
  let wake = new Wake(clock);
  let stop = new AbortController();

  beforeEach(() => {
    clock = new FakeClock();
    wake = new Wake(clock);
    stop = new AbortController();
    wake.watch(stop.signal).catch(() => undefined);
  });

  it('none is seen while time goes its way', async () => {
    await clock.advance(60_000);
    assert.equal(wake.slept(), false);
  });
  it('one is seen by whoever asks before a timer has', () => {
    clock.jump(10_000);
    assert.equal(wake.slept(), true);
  });
  it('one is seen by a timer that came too late', async () => {
    clock.jump(3_600_000);
    await clock.advance(2_000);
    assert.equal(wake.slept(), true);
  });
  it('one is told once', () => {
    clock.jump(10_000);
    wake.slept();
    assert.equal(wake.slept(), false);
  });
  it('a timer that is a little late is none', () => {
    clock.jump(6_000);
    assert.equal(wake.slept(), false);
  });
  it('nobody looks out any more when it is over', async () => {
    stop.abort();
    await settle();
    assert.equal(clock.sleepers, 0);
  });
});

describe('the machine sleeps while a part is on its way', {timeout: 20_000}, () => {
  let scene = new ScriptedRun();

  beforeEach(async () => {
    scene = new ScriptedRun({parts: {parallel: 1}});
    scene.protocol.onPart(100, silent());
    scene.start();
    await settle();
    scene.clock.jump(600_000);
    await scene.clock.advance(0);
  });

  it('the limit that ran out is no failure', () => assert.equal(scene.failure, undefined));
  it('the server is asked what it has', () => assert.equal(scene.protocol.count('ask'), 1));
  it('the file arrives', () => assert.equal(scene.arrived, true));
});

describe('the machine sleeps, and the server is gone when it wakes', {timeout: 20_000}, () => {
  it('that is a failure like any other', async () => {
    const scene = new ScriptedRun({parts: {parallel: 1}});
    scene.protocol.onPart(100, silent());
    scene.protocol.on('ask', fails('network'));
    scene.start();
    await settle();
    scene.clock.jump(600_000);
    await scene.clock.advance(0);
    assert.equal(scene.code, 'timeout');
  });
});

describe('the machine sleeps again and again', {timeout: 20_000}, () => {
  it('ends as a failure when nothing is gained in between', async () => {
    const scene = new ScriptedRun({parts: {parallel: 1}});
    scene.protocol.on('send', silent(), {times: Infinity});
    scene.start();
    for (let times = 0; times < 5; times += 1) {
      await settle();
      scene.clock.jump(600_000);
      await scene.clock.advance(0);
    }
    assert.equal(scene.code, 'timeout');
  });
});
