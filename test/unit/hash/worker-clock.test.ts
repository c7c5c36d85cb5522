import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {clockWith} from '../../../src/hash/worker-clock.js';
import {watchedSignal} from '../../contracts/watched-signal.js';

const never = new AbortController().signal;
const forEver = (): Promise<void> => new Promise(() => undefined);

describe('a clock with the alarms of a worker', () => {
  it('wakes by its own timer where the worker says nothing', () => clockWith({alarm: forEver}).sleep(5, never));
  it('wakes by the worker where its own timer is late', () => clockWith({alarm: async () => undefined}).sleep(60_000, never));
  it('asks for the same time', async () => {
    const asked: number[] = [];
    await clockWith({alarm: async (ms) => void asked.push(ms)}).sleep(70, never);
    assert.deepEqual(asked, [70]);
  });
  it('is ended by an abort, with its reason', async () => {
    const stop = new AbortController();
    const asleep = clockWith({alarm: forEver}).sleep(60_000, stop.signal);
    stop.abort(new Error('paused'));
    await assert.rejects(asleep, /paused/);
  });
  it('leaves no listener behind when the worker was first', async () => {
    const watched = watchedSignal();
    await clockWith({alarm: async () => undefined}).sleep(60_000, watched.signal);
    assert.equal(watched.listeners(), 0);
  });
});
