import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {WorkerHasher} from '../../../src/hash/worker-hasher.js';
import {sleep} from '../../../src/core/clock.js';
import {PortWorker} from './port-worker.js';
import {from, never, quick} from './scene.js';

/** Whether an alarm goes off within a second. */
const goesOff = (hasher: WorkerHasher): Promise<boolean> =>
  Promise.race([hasher.alarm(5).then(() => true), sleep(1_000, never).then(() => false)]);

describe('the alarms of a worker', () => {
  it('go off', async () => {
    const hasher = new WorkerHasher([from(() => new PortWorker())], quick);
    await hasher.root([], never);
    await hasher.alarm(5);
    hasher.close();
  });
  it('are no work: a worker that is only waited on so is asked for no sign of life', async () => {
    const worker = new PortWorker();
    const hasher = new WorkerHasher([from(() => worker)], quick);
    await hasher.root([], never);
    const before = worker.calls.filter((name) => name === 'hello').length;
    void hasher.alarm(700);
    await sleep(500, never);
    assert.equal(worker.calls.filter((name) => name === 'hello').length, before);
    hasher.close();
  });
  it('stay silent before there is a worker, and start none', async () => {
    const hasher = new WorkerHasher([from(() => new PortWorker())], quick);
    assert.deepEqual([await goesOff(hasher), hasher.source], [false, 'none-yet']);
  });
  it('stay silent when the worker has died, and break nothing', async () => {
    const worker = new PortWorker();
    const hasher = new WorkerHasher([from(() => worker)], quick);
    await hasher.root([], never);
    worker.fail('error', 'later');
    assert.equal(await goesOff(hasher), false);
    hasher.close();
  });
});
