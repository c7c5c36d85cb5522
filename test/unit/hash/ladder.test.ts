import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import type {UploadError} from '../../../src/core/errors.js';
import {HashService, wireVersion} from '../../../src/hash/service.js';
import {rungs, type Rung, type WorkerSource} from '../../../src/hash/spawn.js';
import {WorkerHasher, type WorkerHasherOptions} from '../../../src/hash/worker-hasher.js';
import {keepsTheHasherContract, patternBlob, rejection, told} from '../../contracts/hasher.js';
import {PortWorker} from './port-worker.js';

const never = new AbortController().signal;
const quick: WorkerHasherOptions = {handshake: 50, silence: 60};
const block = 4096;
const emptyRoot = 'd41d8cd98f00b204e9800998ecf8427e';

const from = (make: () => Worker | Promise<Worker>, source: WorkerSource = 'factory'): Rung => ({source, make: async () => ({worker: await make()})});

/** Polls, because nothing tells. */
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`gave up waiting: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Does one thing with a hasher, closes it, and says what was left of it. */
async function oneCall(ladder: readonly Rung[], options: WorkerHasherOptions = quick): Promise<WorkerHasher> {
  const hasher = new WorkerHasher(ladder, options);
  assert.equal(await hasher.root([], never), emptyRoot);
  hasher.close();
  return hasher;
}

keepsTheHasherContract('through messages, in Node', (algorithm) => new WorkerHasher([from(() => new PortWorker())], {algorithm}), {describe, it});

describe('the ladder as it is given', () => {
  const sources = (choice: Parameters<typeof rungs>[0]): string[] => rungs(choice).map(({source}) => source);

  it('is the module worker, then the Blob', () => assert.deepEqual(sources({}), ['module-worker', 'blob-worker']));
  it('begins with what the page brings along', () =>
    assert.deepEqual(sources({workerSrc: '/w.js', workerFactory: () => new PortWorker()}), ['factory', 'worker-src', 'module-worker', 'blob-worker']));
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
    ['is silent', () => new PortWorker(null), /^factory: no answer within 50 ms$/],
    ['never gets as far as a worker', () => new Promise(() => undefined), /^factory: no answer within 50 ms$/],
    ['has an error event with words', erring('error', 'Uncaught SyntaxError'), /^factory: error event: Uncaught SyntaxError$/],
    ['has an error event without words', erring('error'), /^factory: error event: blocked, missing or not a script$/],
    ['has a messageerror event', erring('messageerror'), /^factory: messageerror event/],
    ['is of another version', () => new PortWorker({hello: () => 'chunk-uploader-hash/0'}), /^factory: it is version chunk-uploader-hash\/0, this page needs /],
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

/** Kills or breaks a worker when it gets its message number `at`. */
function mortal(at: number, how: (worker: PortWorker) => void): PortWorker {
  const worker = new PortWorker();
  worker.onCall = (_, count) => {
    if (count === at) how(worker);
  };
  return worker;
}

describe('a worker that dies in mid-hash', () => {
  const size = 12 * block;
  const blob = patternBlob(size);
  const all = async (hasher: WorkerHasher): Promise<number[]> => (await told(hasher, blob, [0, size], block)).map(([index]) => index);
  const each = Array.from({length: 12}, (_, index) => index);
  const ways: readonly [string, (worker: PortWorker) => void, RegExp][] = [
    ['without a word', (worker) => worker.die(), /no sign of life for 60 ms/],
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
        const hasher = new WorkerHasher(ladder, {handshake: 30, silence: 20});
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

describe('an abort', () => {
  it('reaches the worker, by the number of the call', async () => {
    const worker = new PortWorker();
    const hasher = new WorkerHasher([from(() => worker)], quick);
    const controller = new AbortController();
    await rejection(hasher.blocks(patternBlob(9 * block), {start: 0, end: 9 * block}, block, () => controller.abort(), controller.signal));
    assert.ok(worker.calls.includes('cancel'));
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
    assert.equal((await pending as Error).name, 'AbortError');
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
