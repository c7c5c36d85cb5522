import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {inTime, sleep, systemClock} from '../../../src/core/clock.js';
import {watchedSignal} from '../../contracts/watched-signal.js';
import {FakeClock} from '../../support/fake-clock.js';

const never = new AbortController().signal;

describe('sleeping', () => {
  it('ends', () => sleep(1, new AbortController().signal));
  it('takes about as long as it was told', async () => {
    const began = performance.now();
    await sleep(30, new AbortController().signal);
    assert.ok(performance.now() - began >= 25);
  });
  it('is ended by an abort, with its reason', async () => {
    const stop = new AbortController();
    const asleep = sleep(60_000, stop.signal);
    stop.abort(new Error('paused'));
    await assert.rejects(asleep, /paused/);
  });
  it('does not begin when it has been aborted', () => assert.rejects(sleep(60_000, AbortSignal.abort(new Error('paused'))), /paused/));
  it('leaves no listener behind', async () => {
    const watched = watchedSignal();
    await sleep(1, watched.signal);
    assert.equal(watched.listeners(), 0);
  });
});

describe('the real clock', () => {
  it('only goes forward', () => {
    const before = systemClock.now();
    assert.ok(systemClock.now() >= before);
  });
  it('knows the date', () => assert.ok(Math.abs(systemClock.today() - Date.now()) < 1_000));
});

describe('work that may take no longer than some ms', () => {
  const forEver = (): Promise<never> => new Promise(() => undefined);
  let clock = new FakeClock();

  beforeEach(() => (clock = new FakeClock()));

  it('gives what it gave', async () => assert.equal(await inTime(clock, 10, async () => 'done', never), 'done'));
  it('fails as it failed', () =>
    assert.rejects(
      inTime(clock, 10, () => Promise.reject(new Error('no')), never),
      /no/,
    ));
  it('is over when the time is over, though it does not settle', async () => {
    const late = assert.rejects(inTime(clock, 10, forEver, never), {name: 'TimeoutError'});
    await clock.advance(10);
    await late;
  });
  it('hears that the time is over', async () => {
    let heard: AbortSignal | undefined;
    const late = inTime(clock, 10, (signal) => ((heard = signal), forEver()), never).catch(() => undefined);
    await clock.advance(10);
    await late;
    assert.equal(heard?.aborted, true);
  });
  it('ends with an abort, with its reason', async () => {
    const stop = new AbortController();
    const left = inTime(clock, 10, forEver, stop.signal);
    stop.abort(new Error('paused'));
    await assert.rejects(left, /paused/);
  });
  it('leaves nobody waiting on the clock', async () => {
    await inTime(clock, 10, async () => 1, never);
    assert.equal(clock.sleepers, 0);
  });
});
