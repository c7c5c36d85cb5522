import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {inlineHasher} from '../../../src/hash/inline-hasher.js';
import {workerHasher} from '../../../src/hash/worker-hasher.js';
import {keepsTheHasherContract, told} from '../../contracts/hasher.js';
import {vectors, patternBlob} from './vectors.js';

keepsTheHasherContract('inline, in Node', inlineHasher, {describe, it});
keepsTheHasherContract('worker hasher where there are no workers', (algorithm) => workerHasher({algorithm}), {describe, it});

describe('an inline hasher', () => {
  it('works on this thread from the first call', async () => {
    const hasher = inlineHasher();
    assert.equal(hasher.source, 'none-yet');
    await hasher.root([], new AbortController().signal);
    assert.equal(hasher.source, 'this-thread');
  });

  it('has nothing to explain', async () => {
    const hasher = inlineHasher();
    await told(hasher, new Blob(['abc']), [0, 3]);
    assert.deepEqual(hasher.why, []);
  });

  it('digests md5 by default', () => assert.equal(inlineHasher().algorithm, 'md5'));

  it('gives way to other tasks after every 512 KiB', async () => {
    let turns = 0;
    class Counted extends MessageChannel {
      constructor() {
        super();
        turns += 1;
      }
    }
    const real = globalThis.MessageChannel;
    globalThis.MessageChannel = Counted;
    try {
      await told(inlineHasher(), patternBlob(4 * 1024 * 1024), [0, 1]);
    } finally {
      globalThis.MessageChannel = real;
    }
    assert.equal(turns, 8);
  });

  it('stops in the middle of a block', async () => {
    const controller = new AbortController();
    let turns = 0;
    class Aborting extends MessageChannel {
      constructor() {
        super();
        turns += 1;
        if (turns === 3) controller.abort();
      }
    }
    const real = globalThis.MessageChannel;
    globalThis.MessageChannel = Aborting;
    try {
      const digest = inlineHasher().blocks(
        patternBlob(4 * 1024 * 1024),
        {start: 0, end: 1},
        4 * 1024 * 1024,
        () => undefined,
        controller.signal,
      );
      await assert.rejects(digest, {name: 'AbortError'});
      for (let wait = 0; wait < 20; wait += 1) await new Promise((resolve) => setTimeout(resolve));
    } finally {
      globalThis.MessageChannel = real;
    }
    assert.equal(turns, 3);
  });
});

describe('a worker hasher where there are no workers', () => {
  it('makes the same digests', async () => {
    const hasher = workerHasher();
    const nine = vectors.md5.at(-1);
    assert.deepEqual(
      (await told(hasher, patternBlob(9 * 1024 * 1024), [0, 9 * 1024 * 1024])).map(([, digest]) => digest),
      nine?.digests,
    );
  });

  it('says why, way by way', async () => {
    const hasher = workerHasher({workerSrc: '/nowhere.js'});
    await hasher.root([], new AbortController().signal);
    assert.equal(hasher.source, 'this-thread');
    assert.match(hasher.why.join('\n'), /^worker-src: .*Worker.*\nmodule-worker: .*Worker.*\nblob-worker: /);
  });
});
