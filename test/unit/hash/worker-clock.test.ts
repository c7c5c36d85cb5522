import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
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
  describe('in a page that is seen', () => {
    const page = (hidden: boolean): void => void Object.assign(globalThis, {document: {hidden}});
    const asked: number[] = [];
    const clock = clockWith({alarm: async (ms) => void asked.push(ms)});
    beforeEach(() => void asked.splice(0));
    afterEach(() => void Reflect.deleteProperty(globalThis, 'document'));

    it('does without the worker for a short wait', async () => {
      page(false);
      await clock.sleep(5, never);
      assert.deepEqual(asked, []);
    });
    it('asks the worker for a long one: the page may be hidden meanwhile', async () => {
      page(false);
      await clock.sleep(5_001, never);
      assert.deepEqual(asked, [5_001]);
    });
    it('asks the worker for any while it is hidden', async () => {
      page(true);
      await clock.sleep(5, never);
      assert.deepEqual(asked, [5]);
    });
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
