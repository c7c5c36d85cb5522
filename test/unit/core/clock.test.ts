import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {sleep, systemClock} from '../../../src/core/clock.js';
import {watchedSignal} from '../../contracts/watched-signal.js';

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
