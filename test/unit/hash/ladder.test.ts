import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {UploadError} from '../../../src/core/errors.js';
import {rungs, type Rung} from '../../../src/hash/spawn.js';
import {WorkerHasher} from '../../../src/hash/worker-hasher.js';
import {keepsTheHasherContract, told} from '../../contracts/hasher.js';
import {PortWorker} from './port-worker.js';
import {from, never, oneCall, quick, until} from './scene.js';

keepsTheHasherContract('through messages, in Node', (algorithm) => new WorkerHasher([from(() => new PortWorker())], {algorithm}), {
  describe,
  it,
});

describe('the ladder as it is given', () => {
  const sources = (choice: Parameters<typeof rungs>[0]): string[] => rungs(choice).map(({source}) => source);

  it('is the module worker, then the Blob', () => assert.deepEqual(sources({}), ['module-worker', 'blob-worker']));
  it('begins with what the page brings along', () =>
    assert.deepEqual(sources({workerSrc: '/w.js', workerFactory: () => new PortWorker()}), [
      'factory',
      'worker-src',
      'module-worker',
      'blob-worker',
    ]));
  it('takes an empty worker-src for none', () => assert.deepEqual(sources({workerSrc: ''}), ['module-worker', 'blob-worker']));
});

describe('a first way that works', () => {
  it('is the source', async () => assert.equal((await oneCall([from(() => new PortWorker())])).source, 'factory'));
  it('needs no explanation', async () => assert.deepEqual((await oneCall([from(() => new PortWorker())])).why, []));

  it('is not begun before the first call', () => {
    let made = 0;
    const hasher = new WorkerHasher([from(() => ((made += 1), new PortWorker()))]);
    hasher.close();
    assert.deepEqual([made, hasher.source], [0, 'none-yet']);
  });

  it('is begun once by many calls', async () => {
    let made = 0;
    const hasher = new WorkerHasher([from(() => ((made += 1), new PortWorker()))]);
    await Promise.all([hasher.root([], never), hasher.root([], never), told(hasher, new Blob(['abc']), [0, 3])]);
    hasher.close();
    assert.equal(made, 1);
  });

  it('is told of nothing it need not fall back from', async () => {
    let told = 0;
    await oneCall([from(() => new PortWorker())], {...quick, onFallback: () => (told += 1)});
    assert.equal(told, 0);
  });
});

describe('a way that fails', () => {
  const other = from(() => new PortWorker(), 'blob-worker');
  const erring = (type: 'error' | 'messageerror', message?: string) => (): Worker => {
    const worker = new PortWorker(null);
    setTimeout(() => worker.fail(type, message));
    return worker;
  };
  const rows: readonly [string, () => Worker | Promise<Worker>, RegExp][] = [
    ['throws', () => assert.fail('refused by policy'), /^factory: refused by policy$/],
    ['rejects', () => Promise.reject(new Error('no such module')), /^factory: no such module$/],
    ['gives no worker at all', () => JSON.parse('null') as Worker, /^factory: /],
    ['is silent', () => new PortWorker(null), /^factory: no answer within 1000 ms$/],
    ['never gets as far as a worker', () => new Promise(() => undefined), /^factory: no answer within 1000 ms$/],
    ['has an error event with words', erring('error', 'Uncaught SyntaxError'), /^factory: error event: Uncaught SyntaxError$/],
    ['has an error event without words', erring('error'), /^factory: error event: blocked, missing or not a script$/],
    ['has a messageerror event', erring('messageerror'), /^factory: messageerror event/],
    [
      'is of another version',
      () => new PortWorker({hello: () => 'chunk-uploader-hash/0'}),
      /^factory: it is version chunk-uploader-hash\/0, this page needs /,
    ],
    ['is another script altogether', () => new PortWorker({}), /^factory: /],
  ];
  for (const [title, make, why] of rows) {
    it(`is left for the next: it ${title}`, async () => {
      const hasher = await oneCall([from(make), other]);
      assert.equal(hasher.source, 'blob-worker');
      assert.equal(hasher.why.length, 1);
      assert.match(hasher.why[0] ?? '', why);
    });
  }

  it('is not tried again', async () => {
    let tries = 0;
    const hasher = new WorkerHasher([from(() => ((tries += 1), assert.fail('no')))], quick);
    await hasher.root([], never);
    await hasher.root([], never);
    assert.equal(tries, 1);
  });

  it('leaves no worker behind', async () => {
    const worker = new PortWorker(null);
    await oneCall([from(() => worker), other]);
    assert.deepEqual([worker.terminated, worker.listeners], [1, 0]);
  });

  it('leaves no worker behind that comes after its time', async () => {
    let arrive: (worker: Worker) => void = () => undefined;
    const slow = new Promise<Worker>((resolve) => (arrive = resolve));
    await oneCall([from(() => slow), other]);
    const late = new PortWorker();
    arrive(late);
    await until(() => late.terminated === 1);
    assert.equal(late.listeners, 0);
  });

  it('does not bother the page with the event', async () => {
    const worker = new PortWorker(null);
    let unhandled: boolean | undefined;
    setTimeout(() => (unhandled = worker.fail('error')), 5);
    await oneCall([from(() => worker), other]);
    assert.equal(unhandled, false);
  });
});

describe('what a way needed to begin', () => {
  const counted = (worker: Worker): {rung: Rung; released: () => number} => {
    let released = 0;
    return {rung: {source: 'blob-worker', make: async () => ({worker, release: () => (released += 1)})}, released: () => released};
  };

  it('is released after the first answer', async () => {
    const {rung, released} = counted(new PortWorker());
    await oneCall([rung]);
    assert.equal(released(), 1);
  });

  it('is released when it failed', async () => {
    const {rung, released} = counted(new PortWorker(null));
    await oneCall([rung]);
    await until(() => released() === 1);
  });
});

describe('no way that works', () => {
  const dead = [from(() => assert.fail('one')), from(() => assert.fail('two'), 'blob-worker')];

  it('ends on this thread', async () => assert.equal((await oneCall(dead)).source, 'this-thread'));
  it('says why, in order', async () => assert.deepEqual((await oneCall(dead)).why, ['factory: one', 'blob-worker: two']));

  it('is told once, with code and reasons', async () => {
    const errors: UploadError[] = [];
    const hasher = new WorkerHasher(dead, {...quick, onFallback: (error) => errors.push(error)});
    await Promise.all([hasher.root([], never), hasher.root([], never)]);
    await hasher.root([], never);
    assert.deepEqual(
      errors.map(({code}) => code),
      ['worker-unavailable'],
    );
    assert.match(errors[0]?.message ?? '', /factory: one; blob-worker: two/);
  });
});
