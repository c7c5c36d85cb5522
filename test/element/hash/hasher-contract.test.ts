import type {DigestAlgorithm, Hasher} from '../../../src/core/hasher-ports.js';
import {expect} from '@open-wc/testing';
import {inlineHasher} from '../../../src/hash/inline-hasher.js';
import {rungs, type WorkerChoice, type WorkerSource} from '../../../src/hash/spawn.js';
import {WorkerHasher} from '../../../src/hash/worker-hasher.js';
import {keepsTheHasherContract} from '../../contracts/hasher.js';
import {builtPath, builtText} from './built.js';

const only =
  (source: WorkerSource, choice: WorkerChoice = {}) =>
  (algorithm: DigestAlgorithm): WorkerHasher =>
    new WorkerHasher(
      rungs(choice, builtText).filter((rung) => rung.source === source),
      // A slow machine is no reason to leave this way: other tests are about that.
      {algorithm, handshake: 30_000, silence: 30_000, onFallback: (error) => expect.fail(error.message)},
    );

const ways: Readonly<Record<string, (algorithm: DigestAlgorithm) => Hasher & {readonly source: string}>> = {
  'this-thread': inlineHasher,
  'module-worker': only('module-worker'),
  'blob-worker': only('blob-worker'),
  'worker-src': only('worker-src', {workerSrc: builtPath}),
  factory: only('factory', {workerFactory: () => new Worker(builtPath)}),
};

for (const [source, make] of Object.entries(ways)) {
  keepsTheHasherContract(source, make, {describe, it});

  describe(`the hasher that just kept the contract as ${source}`, () => {
    it('really worked there', async () => {
      const hasher = make('md5');
      await hasher.root([], new AbortController().signal);
      expect(hasher.source).to.equal(source);
      hasher.close();
    });
  });
}
