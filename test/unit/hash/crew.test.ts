import assert from 'node:assert/strict';
import {afterEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {HashService} from '../../../src/hash/service.js';
import type {Rung} from '../../../src/hash/spawn.js';
import {thisThread} from '../../../src/hash/this-thread.js';
import {WorkerHasher, type LoadedApart, type WorkerHasherOptions} from '../../../src/hash/worker-hasher.js';
import {rejection, told} from '../../contracts/hasher.js';
import {module} from './module.js';
import {PortWorker} from './port-worker.js';
import {from, never, quick, until} from './scene.js';
import {patternBlob, vectors} from './vectors.js';

const MiB = 1024 * 1024;
const size = 40 * MiB;
const blob = patternBlob(size);
const each = Array.from({length: 40}, (_, index) => index);
const nothingApart: LoadedApart = {code: async () => undefined, thisThread: async () => thisThread};

/** A ladder of one rung, and the workers that were made from it. */
function rungOf(make: (number: number) => PortWorker = () => new PortWorker()): {ladder: Rung[]; made: PortWorker[]} {
  const made: PortWorker[] = [];
  const next = (): PortWorker => {
    const worker = make(made.length);
    made.push(worker);
    return worker;
  };
  return {ladder: [from(next)], made};
}

const digestsOf = (worker: PortWorker | undefined): number => worker?.calls.filter((name) => name === 'digest').length ?? 0;
const open: WorkerHasher[] = [];
function hasherWith(ladder: readonly Rung[], options: WorkerHasherOptions = {}, apart = nothingApart): WorkerHasher {
  const hasher = new WorkerHasher(ladder, {...quick, silence: 4_000, ...options}, apart);
  open.push(hasher);
  return hasher;
}

/** A worker that is left open keeps the process, and a test that failed would be heard of by nobody. */
afterEach(() => {
  for (const hasher of open.splice(0)) hasher.close();
});

const indices = async (hasher: WorkerHasher): Promise<number[]> => (await told(hasher, blob, [0, size], MiB)).map(([index]) => index);

describe('a large file and several workers', () => {
  it('shares the file among them', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 3});
    assert.deepEqual(await indices(hasher), each);
    assert.deepEqual([made.length, hasher.workers], [3, 3]);
    assert.ok(made.every((worker) => digestsOf(worker) > 0));
  });
  it('digests no block twice', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 3});
    await indices(hasher);
    assert.equal(
      made.reduce((sum, worker) => sum + digestsOf(worker), 0),
      40,
    );
  });
  it('never has more of them than it was told to', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 1});
    await Promise.all([indices(hasher), indices(hasher)]);
    assert.equal(made.length, 1);
  });
  it('has one of them at least', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 0});
    await indices(hasher);
    assert.equal(made.length, 1);
  });
  it('ends them all when it is closed', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 3});
    await indices(hasher);
    hasher.close();
    assert.ok(made.every(({terminated, listeners}) => terminated === 1 && listeners === 0));
    assert.equal(hasher.workers, 0);
  });
  it('ends one that only comes when it was closed', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 2});
    const pending = rejection(indices(hasher));
    await until(() => made.length === 2);
    hasher.close();
    await pending;
    await until(() => made.every(({terminated}) => terminated === 1));
  });
});

describe('small files and several workers', () => {
  const small = patternBlob(4096);
  it('have one worker, however many they are', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 4});
    await Promise.all(Array.from({length: 200}, () => told(hasher, small, [0, 4096])));
    assert.equal(made.length, 1);
  });
  it('cost one message each', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 4});
    await Promise.all(Array.from({length: 200}, () => told(hasher, small, [0, 4096])));
    assert.equal(made[0]?.calls.length, 1 + 200);
  });
});

describe('one of several workers that dies', () => {
  const ways: readonly [string, (worker: PortWorker) => void][] = [
    ['without a word', (worker) => worker.die()],
    ['with an error', (worker) => void worker.fail('error', 'out of memory')],
  ];
  for (const [title, how] of ways) {
    it(`${title}: the others do its blocks, each told once, and the way is not left`, async () => {
      const {ladder, made} = rungOf((number) => {
        const worker = new PortWorker();
        if (number === 1) worker.onCall = (name) => name === 'digest' && how(worker);
        return worker;
      });
      const hasher = hasherWith([...ladder, from(() => assert.fail('not wanted'), 'blob-worker')], {workers: 2, silence: 400});
      assert.deepEqual(await indices(hasher), each);
      assert.deepEqual([hasher.source, hasher.why, hasher.workers, made.length], ['factory', [], 1, 2]);
    });
  }
  it('and then the other one: the next way goes on, and says why once', async () => {
    let digests = 0;
    const {ladder} = rungOf(() => {
      const worker = new PortWorker();
      worker.onCall = (name) => {
        if (name === 'digest' && (digests += 1) > 9) worker.fail('error', 'out of memory');
      };
      return worker;
    });
    const hasher = hasherWith([...ladder, from(() => new PortWorker(), 'blob-worker')], {workers: 2});
    assert.deepEqual(await indices(hasher), each);
    assert.equal(hasher.source, 'blob-worker');
    assert.deepEqual(hasher.why, ['factory: error event: out of memory']);
  });
  it('before it has answered: the first one does the work alone', async () => {
    const {ladder} = rungOf((number) => new PortWorker(number === 0 ? undefined : null));
    const hasher = hasherWith(ladder, {workers: 4, handshake: 50});
    assert.deepEqual(await indices(hasher), each);
    assert.deepEqual([hasher.source, hasher.why, hasher.workers], ['factory', [], 1]);
  });
});

describe('the fast engine', () => {
  const withCode: LoadedApart = {...nothingApart, code: module};
  const nine = vectors.md5.at(-1);
  const right = nine?.digests.map((digest, index) => [index, digest]);
  const nineOf = (hasher: WorkerHasher): Promise<unknown> => told(hasher, patternBlob(9 * MiB), [0, 9 * MiB]);

  it('comes while blocks are digested, and changes no digest', async () => {
    const hasher = hasherWith(rungOf().ladder, {}, withCode);
    assert.deepEqual(await nineOf(hasher), right);
    await until(() => hasher.engine === 'wasm');
    assert.deepEqual(await nineOf(hasher), right);
  });
  it('is given to every worker', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {workers: 3}, withCode);
    await indices(hasher);
    await until(() => made.length === 3 && made.every(({calls}) => calls.includes('wasm')));
  });
  it('is loaded once', async () => {
    let loads = 0;
    const hasher = hasherWith(rungOf().ladder, {workers: 3}, {...nothingApart, code: () => ((loads += 1), module())});
    await indices(hasher);
    await indices(hasher);
    assert.equal(loads, 1);
  });
  it('is there before the first block where there was time to prepare', async () => {
    const {ladder, made} = rungOf();
    const hasher = hasherWith(ladder, {}, withCode);
    hasher.prepare();
    await until(() => hasher.engine === 'wasm');
    assert.deepEqual(await nineOf(hasher), right);
    assert.ok(made[0] && made[0].calls.indexOf('wasm') < made[0].calls.indexOf('digest'), made[0]?.calls.join());
  });
  it('is loaded once, however often it is prepared', async () => {
    let loads = 0;
    const hasher = hasherWith(rungOf().ladder, {}, {...nothingApart, code: () => ((loads += 1), module())});
    hasher.prepare();
    hasher.prepare();
    await indices(hasher);
    assert.equal(loads, 1);
  });
  it('is tried again when it could not be had while there was time', async () => {
    let loads = 0;
    const code = (): Promise<BufferSource> => ((loads += 1) === 1 ? Promise.reject(new TypeError('offline')) : module());
    const hasher = hasherWith(rungOf().ladder, {}, {...nothingApart, code});
    hasher.prepare();
    await new Promise((resolve) => setImmediate(resolve));
    await indices(hasher);
    await until(() => hasher.engine === 'wasm');
    assert.equal(loads, 2);
  });
  it('is not loaded for small files', async () => {
    const hasher = hasherWith(rungOf().ladder, {}, {...nothingApart, code: () => assert.fail('not wanted')});
    await told(hasher, patternBlob(100_000), [0, 100_000]);
    assert.equal(hasher.engine, 'spark-md5');
  });
  it('is not loaded where spark-md5 was asked for', async () => {
    const hasher = hasherWith(rungOf().ladder, {engine: 'spark-md5'}, {...nothingApart, code: () => assert.fail('not wanted')});
    assert.deepEqual(await nineOf(hasher), right);
    assert.equal(hasher.engine, 'spark-md5');
  });
  it('is not loaded for sha-256, which the browser makes', async () => {
    const hasher = hasherWith(rungOf().ladder, {algorithm: 'sha-256'}, {...nothingApart, code: () => assert.fail('not wanted')});
    await nineOf(hasher);
    assert.equal(hasher.engine, 'webcrypto');
  });

  const without: readonly [string, LoadedApart['code']][] = [
    ['cannot be loaded', () => Promise.reject(new TypeError('offline'))],
    ['never comes', () => new Promise(() => undefined)],
    ['may not be compiled', async () => new Uint8Array([1, 2, 3])],
    ['was not put in by a build', async () => undefined],
  ];
  for (const [title, code] of without) {
    it(`is done without when it ${title}`, async () => {
      const hasher = hasherWith(rungOf().ladder, {}, {...nothingApart, code});
      assert.deepEqual(await nineOf(hasher), right);
      assert.deepEqual([hasher.engine, hasher.why], ['spark-md5', []]);
    });
  }
  it('is none before a worker has begun', () => assert.equal(hasherWith(rungOf().ladder).engine, 'none-yet'));
  it('digests a whole file that was begun without it to the end', async () => {
    const hasher = hasherWith(rungOf().ladder, {}, withCode);
    const whole = hasher.whole(patternBlob(9 * MiB), () => undefined, never);
    await nineOf(hasher);
    const alone = hasherWith(rungOf().ladder);
    assert.equal(await whole, await alone.whole(patternBlob(9 * MiB), () => undefined, never));
  });
});

describe('a whole file whose worker dies', () => {
  it('is begun anew by the next one, and never goes back in what it tells', async () => {
    let adds = 0;
    const {ladder} = rungOf(() => {
      const worker = new PortWorker();
      worker.onCall = (name) => {
        if (name === 'add' && (adds += 1) === 3) worker.fail('error');
      };
      return worker;
    });
    const hasher = hasherWith([...ladder, from(() => new PortWorker(), 'blob-worker')]);
    const steps: number[] = [];
    const digest = await hasher.whole(blob, (bytes) => steps.push(bytes), never);
    const alone = hasherWith(rungOf().ladder);
    assert.equal(digest, await alone.whole(blob, () => undefined, never));
    assert.deepEqual(
      steps,
      [...new Set(steps)].toSorted((a, b) => a - b),
    );
    assert.equal(steps.at(-1), size);
  });
  it('leaves nothing in the worker when it is stopped', async () => {
    const service = new HashService(() => undefined);
    const {ladder, made} = rungOf(() => new PortWorker(service));
    const hasher = hasherWith(ladder);
    const stop = new AbortController();
    await rejection(hasher.whole(blob, () => stop.abort(), stop.signal));
    assert.ok(made[0]?.calls.includes('end'));
  });
});

describe('what works on this thread, when it cannot be loaded', () => {
  const dead = (): Rung[] => [from(() => assert.fail('no worker now'))];

  it('is a failure that a retry can mend', async () => {
    const hasher = hasherWith(dead(), {}, {...nothingApart, thisThread: () => Promise.reject(new TypeError('offline'))});
    const reason = await rejection(told(hasher, new Blob(['abc']), [0, 3]));
    assert.ok(reason instanceof UploadError && reason.code === 'network' && reason.retryable);
  });
  it('fails what does not digest, too', async () => {
    const hasher = hasherWith(dead(), {}, {...nothingApart, thisThread: () => Promise.reject(new TypeError('offline'))});
    const reason = await rejection(hasher.check(new Blob(['abc']), {start: 0, end: 3}, never));
    assert.ok(reason instanceof UploadError && reason.code === 'network');
  });
  it('is asked for again by the next call, after the ladder', async () => {
    let tries = 0;
    const thisThreadLater: LoadedApart['thisThread'] = () =>
      (tries += 1) === 1 ? Promise.reject(new TypeError('offline')) : Promise.resolve(thisThread);
    const hasher = hasherWith(dead(), {}, {...nothingApart, thisThread: thisThreadLater});
    await rejection(hasher.root([], never));
    assert.deepEqual(await told(hasher, new Blob(['abc']), [0, 3]), [[0, '900150983cd24fb0d6963f7d28e17f72']]);
    assert.deepEqual([hasher.source, hasher.why.length], ['this-thread', 2]);
  });
  it('is not needed when a worker can be had by then', async () => {
    let tries = 0;
    const ladder = [from(() => ((tries += 1) === 1 ? assert.fail('offline') : new PortWorker()))];
    const hasher = hasherWith(ladder, {}, {...nothingApart, thisThread: () => Promise.reject(new TypeError('offline'))});
    await rejection(hasher.root([], never));
    await hasher.root([], never);
    assert.equal(hasher.source, 'factory');
  });
});

describe('the rate', () => {
  it('is unknown before anything was digested, and for small files', async () => {
    const hasher = hasherWith(rungOf().ladder);
    assert.equal(hasher.rate, undefined);
    await told(hasher, patternBlob(4096), [0, 4096]);
    assert.equal(hasher.rate, undefined);
  });
  it('is in bytes per second', async () => {
    const hasher = hasherWith(rungOf().ladder);
    const begun = performance.now();
    await indices(hasher);
    const slowest = size / ((performance.now() - begun) / 1000);
    // What was digested first counts for half by now, however slow the machine has become since.
    assert.ok((hasher.rate ?? 0) >= slowest * 0.5, `${hasher.rate} is less than half of ${slowest}`);
  });
});
