import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {blamesNetwork, ComeBack} from '../../../src/core/come-back.js';
import {FakeClock, settle} from '../../support/fake-clock.js';
import {ScriptedNetwork} from '../../support/scripted-network.js';

let clock = new FakeClock();
let network = new ScriptedNetwork();
let asked: number[] = [];
let reachable = false;
let went = 0;
let comeBack: ComeBack;

beforeEach(() => {
  clock = new FakeClock();
  network = new ScriptedNetwork();
  asked = [];
  reachable = false;
  went = 0;
  const probe = async (): Promise<boolean> => {
    asked.push(clock.now());
    return reachable;
  };
  comeBack = new ComeBack({clock, network, firstPause: 5_000, probe, goOn: () => (went += 1)});
  comeBack.wait();
});

describe('the browser says that the network is back', () => {
  it('it goes on at once', () => {
    network.goOffline();
    network.goOnline();
    assert.equal(went, 1);
  });
  it('it goes on once only', async () => {
    network.goOnline();
    network.goOnline();
    reachable = true;
    await clock.advance(120_000);
    assert.equal(went, 1);
  });
  it('nobody listens any more', () => {
    network.goOnline();
    assert.equal(network.listeners, 0);
  });
  it('nobody sleeps any more', async () => {
    network.goOnline();
    await settle();
    assert.equal(clock.sleepers, 0);
  });
});

describe('the browser says that the network is gone', () => {
  beforeEach(() => network.goOffline());

  it('it does not go on', () => assert.equal(went, 0));
  it('nothing is asked', async () => {
    await clock.advance(300_000);
    assert.equal(asked.length, 0);
  });
});

describe('the browser says nothing', () => {
  it('nothing is asked in the first 5 s', async () => {
    await clock.advance(4_999);
    assert.equal(asked.length, 0);
  });
  it('the first question comes before 6.25 s are over', async () => {
    await clock.advance(6_250);
    assert.equal(asked.length, 1);
  });
  it('an answer lets it go on', async () => {
    reachable = true;
    await clock.advance(6_250);
    assert.equal(went, 1);
  });
  it('it goes on when a later question is answered', async () => {
    await clock.advance(30_000);
    reachable = true;
    await clock.advance(40_000);
    assert.equal(went, 1);
  });
  it('questions become rarer, but one comes at least every 37.5 s', async () => {
    await clock.advance(600_000);
    const pauses = asked.map((at, index) => at - (asked[index - 1] ?? at)).slice(1);
    assert.ok(pauses.every((pause) => pause <= 37_500));
    assert.ok(pauses.slice(6).every((pause) => pause >= 30_000));
  });
  it('nothing is asked after it went on', async () => {
    reachable = true;
    await clock.advance(600_000);
    assert.equal(asked.length, 1);
  });
});

describe('waiting', () => {
  it('twice is waiting once', async () => {
    comeBack.wait();
    await clock.advance(6_250);
    assert.equal(asked.length, 1);
  });
  it('ends when it is stopped', async () => {
    comeBack.stop();
    network.goOnline();
    await clock.advance(60_000);
    assert.deepEqual([asked.length, went, network.listeners, clock.sleepers], [0, 0, 0, 0]);
  });
  it('can begin again', () => {
    comeBack.stop();
    comeBack.wait();
    network.goOnline();
    assert.equal(went, 1);
  });
  it('can be stopped before it began', () => {
    comeBack.stop();
    comeBack.stop();
  });
});

describe('an answer that comes after it was stopped', () => {
  it('is not heard', async () => {
    let answer = (_: boolean): void => undefined;
    let late = 0;
    const slow = new ComeBack({
      clock,
      network,
      firstPause: 5_000,
      probe: () => new Promise((resolve) => (answer = resolve)),
      goOn: () => (late += 1),
    });
    slow.wait();
    await clock.advance(6_250);
    slow.stop();
    answer(true);
    await settle();
    assert.equal(late, 0);
  });
});

describe('codes that end when the network is back', () => {
  for (const code of ['offline', 'network', 'timeout'] as const) it(`${code} does`, () => assert.equal(blamesNetwork(code), true));
  for (const code of ['server', 'server-busy', 'unauthorized', 'corrupt'] as const) {
    it(`${code} does not`, () => assert.equal(blamesNetwork(code), false));
  }
});
