import assert from 'node:assert/strict';
import type {Rung, WorkerSource} from '../../../src/hash/spawn.js';
import {WorkerHasher, type WorkerHasherOptions} from '../../../src/hash/worker-hasher.js';
import {PortWorker} from './port-worker.js';

/** A signal that is never aborted. */
export const never = new AbortController().signal;
/** Limits short enough for a test, and long enough for a busy machine. */
export const quick: WorkerHasherOptions = {handshake: 1_000, silence: 400};
/** Bytes in a block. */
export const block = 4096;
/** Root of an empty file. */
export const emptyRoot = 'd41d8cd98f00b204e9800998ecf8427e';

/** A way to get a worker. */
export const from = (make: () => Worker | Promise<Worker>, source: WorkerSource = 'factory'): Rung => ({
  source,
  make: async () => ({worker: await make()}),
});

/** Polls, because nothing tells. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`gave up waiting: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Does one thing with a hasher, closes it, and says what was left of it. */
export async function oneCall(ladder: readonly Rung[], options: WorkerHasherOptions = quick): Promise<WorkerHasher> {
  const hasher = new WorkerHasher(ladder, options);
  assert.equal(await hasher.root([], never), emptyRoot);
  hasher.close();
  return hasher;
}

/** Kills or breaks a worker when it gets its message number `at`. */
export function mortal(at: number, how: (worker: PortWorker) => void): PortWorker {
  const worker = new PortWorker();
  worker.onCall = (_, count) => {
    if (count === at) how(worker);
  };
  return worker;
}
