import {expect} from '@open-wc/testing';
import type {UploadError} from '../../../src/core/errors.js';
import {WorkerHasher, workerHasher, type WorkerHasherOptions} from '../../../src/hash/worker-hasher.js';
import {rejection, told} from '../../contracts/hasher.js';
import {builtPath, scripted, scriptWorker} from './built.js';
import {blob, digests, hello, never, patient} from './scene.js';

const MiB = 1024 * 1024;

describe('a worker that ends in mid-hash', () => {
  const each = Array.from({length: 36}, (_, index) => index);

  /** Digests 36 blocks and does something to the worker when the third is told. */
  async function interrupted(harm: (worker: Worker) => void, rest: WorkerHasherOptions = {}): Promise<WorkerHasher> {
    const worker = new Worker(builtPath);
    const hasher = workerHasher({workerFactory: () => worker, ...patient, ...rest});
    const blocks: [number, string][] = [];
    const onBlock = (index: number, digest: string): void => {
      blocks.push([index, digest]);
      if (index === 2) harm(worker);
    };
    await hasher.blocks(blob, {start: 0, end: blob.size}, MiB / 4, onBlock, never);
    expect(blocks.map(([index]) => index)).to.deep.equal(each);
    expect(blocks).to.deep.equal(await told(hasher, blob, [0, blob.size], MiB / 4));
    hasher.close();
    return hasher;
  }

  it('by terminate(): the next way finishes, each block told once', async () => {
    const hasher = await interrupted((worker) => worker.terminate());
    expect(hasher.source).to.equal('module-worker');
    expect(hasher.why).to.deep.equal(['factory: no sign of life for 2000 ms']);
  });

  it('by itself: the next way finishes, each block told once', async () => {
    const close = {id: 'x', type: 'APPLY', path: ['close'], argumentList: []};
    const hasher = await interrupted((worker) => worker.postMessage(close));
    expect(hasher.source).to.equal('module-worker');
  });

  it('with the limits it has by default: the next way finishes', async () => {
    const hasher = await interrupted((worker) => worker.terminate(), {handshake: undefined, silence: undefined});
    expect(hasher.source).to.equal('module-worker');
  });

  it('by an error nobody caught: the next way finishes at once', async () => {
    const broken = scripted({
      hello,
      digest: '(self.thrown ??= setTimeout(() => { throw new Error("out of memory") })) && new Promise(() => {})',
    });
    const hasher = await digests({workerFactory: () => scriptWorker(broken), silence: 60_000});
    expect(hasher.source).to.equal('module-worker');
    expect(hasher.why[0]).to.contain('out of memory');
  });

  it('in an endless loop: the next way finishes', async () => {
    const hasher = await digests({workerFactory: () => scriptWorker(scripted({hello, digest: '(() => { for (;;); })()'}))});
    expect(hasher.source).to.equal('module-worker');
    expect(hasher.why[0]).to.contain('no sign of life');
  });

  it('one after the other: ends on this thread, each block told once', async () => {
    const made: Worker[] = [];
    const own = (): Worker => {
      const worker = new Worker(builtPath);
      made.push(worker);
      return worker;
    };
    const ladder = (['factory', 'worker-src'] as const).map((source) => ({source, make: async () => ({worker: own()})}));
    const hasher = new WorkerHasher(ladder, patient);
    const indices: number[] = [];
    const onBlock = (index: number): void => {
      indices.push(index);
      if (index % 3 === 2) made.at(-1)?.terminate();
    };
    await hasher.blocks(blob, {start: 0, end: blob.size}, MiB / 4, onBlock, never);
    expect(indices).to.deep.equal(each);
    expect(hasher.source).to.equal('this-thread');
    expect(hasher.why).to.have.length(2);
  });
});

describe('a worker that waits for its disk', () => {
  it('is not taken for dead', async () => {
    const slow = scripted({hello, digest: 'new Promise((resolve) => setTimeout(() => resolve({value: "00"}), 5000))'});
    const hasher = workerHasher({workerFactory: () => scriptWorker(slow), silence: 2000});
    expect(await told(hasher, new Blob(['abc']), [0, 3])).to.deep.equal([[0, '00']]);
    expect(hasher.source).to.equal('factory');
    hasher.close();
  });
});

describe('a failure in the worker', () => {
  it('comes back as an UploadError with its code', async () => {
    const failing = scripted({hello, digest: '({failed: {code: "file-changed", message: "it changed"}})'});
    const hasher = workerHasher({workerFactory: () => scriptWorker(failing)});
    const reason = (await rejection(hasher.check(blob, {start: 0, end: 1}, never))) as UploadError;
    expect(reason).to.include({name: 'UploadError', code: 'file-changed', message: 'it changed'});
    hasher.close();
  });

  it('does not cost the worker', async () => {
    const failing = scripted({hello, digest: '({failed: {code: "file-changed", message: "it changed"}})', root: '({value: "ab"})'});
    const hasher = workerHasher({workerFactory: () => scriptWorker(failing)});
    await rejection(hasher.check(blob, {start: 0, end: 1}, never));
    expect(await hasher.root([], never)).to.equal('ab');
    expect(hasher.source).to.equal('factory');
    hasher.close();
  });
});
