import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {WorkerHasher} from '../../../src/hash/worker-hasher.js';
import {rejection} from '../../contracts/hasher.js';
import {PortWorker} from './port-worker.js';
import {block, emptyRoot, from, mortal, never, oneCall, quick, until} from './scene.js';
import {patternBlob} from './vectors.js';

describe('an abort', () => {
  it('reaches the worker, by the number of the call', async () => {
    const worker = new PortWorker();
    const hasher = new WorkerHasher([from(() => worker)], quick);
    const controller = new AbortController();
    await rejection(hasher.blocks(patternBlob(9 * block), {start: 0, end: 9 * block}, block, () => controller.abort(), controller.signal));
    assert.ok(worker.calls.includes('cancel'));
    hasher.close();
  });

  it('of blocks reaches the one that was begun ahead, too, when the listener throws', async () => {
    const worker = new PortWorker();
    const hasher = new WorkerHasher([from(() => worker)], quick);
    const throwing = (): never => assert.fail('in the listener');
    await assert.rejects(hasher.blocks(patternBlob(9 * block), {start: 0, end: 9 * block}, block, throwing, never), /in the listener/);
    assert.deepEqual(worker.calls, ['hello', 'digest', 'digest', 'cancel']);
    hasher.close();
  });

  it('while a way is tried leaves it to others to go on with it', async () => {
    const hasher = new WorkerHasher([from(() => new PortWorker())], quick);
    const controller = new AbortController();
    const stopped = rejection(hasher.root([], controller.signal));
    controller.abort();
    await stopped;
    assert.equal(await hasher.root([], never), emptyRoot);
    assert.equal(hasher.source, 'factory');
    hasher.close();
  });

  it('of something the page gave up while the worker was dying stays an abort', async () => {
    const controller = new AbortController();
    const worker = mortal(2, (dying) => {
      dying.die();
      controller.abort();
    });
    const hasher = new WorkerHasher([from(() => worker)], quick);
    assert.equal(await rejection(hasher.root([], controller.signal)), controller.signal.reason);
    hasher.close();
  });
});

describe('closing', () => {
  it('tells the worker, and terminates it', async () => {
    const worker = new PortWorker();
    await oneCall([from(() => worker)]);
    assert.ok(worker.calls.includes('close'));
    assert.deepEqual([worker.terminated, worker.listeners], [1, 0]);
  });

  it('terminates once, however often it is asked', async () => {
    const worker = new PortWorker();
    (await oneCall([from(() => worker)])).close();
    assert.equal(worker.terminated, 1);
  });

  it('terminates a worker that has not answered yet', async () => {
    const worker = new PortWorker(null);
    const hasher = new WorkerHasher([from(() => worker), from(() => assert.fail('not wanted any more'), 'blob-worker')]);
    const pending = rejection(hasher.root([], never));
    await until(() => worker.listeners > 0);
    hasher.close();
    assert.equal(((await pending) as Error).name, 'AbortError');
    await until(() => worker.terminated === 1);
    assert.deepEqual([worker.listeners, hasher.why], [0, []]);
  });

  it('terminates a worker that answers at the same moment', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const worker = new PortWorker();
      const hasher = new WorkerHasher([from(() => worker)]);
      const answer = new Promise((resolve) => worker.addEventListener('message', resolve, {once: true}));
      const pending = hasher.root([], never).catch(() => undefined);
      await answer;
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      hasher.close();
      await pending;
      await until(() => worker.terminated === 1);
    }
  });

  it('leaves nothing, a hundred times over', async () => {
    const workers: PortWorker[] = [];
    for (let cycle = 0; cycle < 100; cycle += 1) {
      await oneCall([
        from(() => {
          const worker = new PortWorker();
          workers.push(worker);
          return worker;
        }),
      ]);
    }
    assert.equal(workers.length, 100);
    assert.ok(workers.every(({terminated, listeners}) => terminated === 1 && listeners === 0));
  });
});
