import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {HashService} from '../../../src/hash/service.js';
import {wireVersion} from '../../../src/hash/wire-version.js';
import {WorkerHasher} from '../../../src/hash/worker-hasher.js';
import {told} from '../../contracts/hasher.js';
import {PortWorker} from './port-worker.js';
import {block, emptyRoot, from, mortal, never, oneCall, quick} from './scene.js';
import {patternBlob} from './vectors.js';

describe('a worker that dies in mid-hash', () => {
  const size = 12 * block;
  const blob = patternBlob(size);
  const all = async (hasher: WorkerHasher): Promise<number[]> => (await told(hasher, blob, [0, size], block)).map(([index]) => index);
  const each = Array.from({length: 12}, (_, index) => index);
  const ways: readonly [string, (worker: PortWorker) => void, RegExp][] = [
    ['without a word', (worker) => worker.die(), /no sign of life for 400 ms/],
    ['with an error', (worker) => void worker.fail('error', 'out of memory'), /error event: out of memory/],
  ];
  for (const [title, how, why] of ways) {
    it(`${title}: the next way goes on, each block told once`, async () => {
      const hasher = new WorkerHasher([from(() => mortal(6, how)), from(() => new PortWorker(), 'blob-worker')], quick);
      assert.deepEqual(await all(hasher), each);
      assert.equal(hasher.source, 'blob-worker');
      assert.match(hasher.why.join('\n'), why);
      hasher.close();
    });
    it(`${title}: this thread goes on where there is no other way, and tells so`, async () => {
      let fallbacks = 0;
      const hasher = new WorkerHasher([from(() => mortal(6, how))], {...quick, onFallback: () => (fallbacks += 1)});
      assert.deepEqual(await all(hasher), each);
      assert.deepEqual([hasher.source, fallbacks], ['this-thread', 1]);
    });
  }

  it('is terminated and forgotten', async () => {
    const worker = mortal(6, (dying) => dying.die());
    await all(new WorkerHasher([from(() => worker)], quick));
    assert.deepEqual([worker.terminated, worker.listeners], [1, 0]);
  });

  it('is noticed by every pending call, and blamed once', async () => {
    const hasher = new WorkerHasher([from(() => mortal(6, (worker) => worker.die()))], quick);
    const results = await Promise.all([all(hasher), all(hasher), hasher.root([], never), hasher.check(blob, {start: 0, end: size}, never)]);
    assert.deepEqual(results, [each, each, emptyRoot, undefined]);
    assert.equal(hasher.why.length, 1);
  });

  it('is replaced at the next call when it dies idle', async () => {
    const worker = new PortWorker();
    const hasher = new WorkerHasher([from(() => worker), from(() => new PortWorker(), 'blob-worker')], quick);
    await hasher.root([], never);
    worker.fail('error', 'later');
    assert.deepEqual(await all(hasher), each);
    assert.equal(hasher.source, 'blob-worker');
    hasher.close();
  });

  it('whenever, however often: each block once, in order, and right', async () => {
    const right = await told(new WorkerHasher([]), blob, [0, size], block);
    const death = fc.record({at: fc.integer({min: 1, max: 18}), loud: fc.boolean()});
    await fc.assert(
      fc.asyncProperty(fc.array(death, {maxLength: 3}), async (deaths) => {
        const ladder = deaths.map(({at, loud}) => from(() => mortal(at, (worker) => (loud ? worker.fail('error') : worker.die()))));
        const hasher = new WorkerHasher(ladder, {handshake: 1_000, silence: 40});
        assert.deepEqual(await told(hasher, blob, [0, size], block), right);
        hasher.close();
      }),
      {numRuns: 40},
    );
  });
});

describe('a sign of life', () => {
  const slowly = (ms: number): HashService => {
    const service = new HashService(() => undefined);
    const {root} = service;
    service.root = async (...request) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return root.apply(service, request);
    };
    return service;
  };

  it('is enough: a worker that waits for a slow disk is not dead', async () => {
    const hasher = await oneCall([from(() => new PortWorker(slowly(600)))], {silence: 60});
    assert.equal(hasher.source, 'factory');
  });

  it('is asked for while a call is pending', async () => {
    const worker = new PortWorker(slowly(300));
    await oneCall([from(() => worker)], {silence: 60});
    assert.ok(worker.calls.filter((name) => name === 'hello').length > 2);
  });

  it('is asked for no more when nothing is pending', async () => {
    const worker = new PortWorker();
    const hasher = new WorkerHasher([from(() => worker)], {silence: 20});
    await hasher.root([], never);
    const before = worker.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(worker.calls.length, before);
    hasher.close();
  });

  it('comes with the version, so that nothing else is taken for it', () => assert.match(wireVersion, /^chunk-uploader-hash\/\d+$/));
});
