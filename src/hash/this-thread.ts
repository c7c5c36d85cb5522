import {unlessAborted} from '../core/pool.js';
import type {DigestAlgorithm} from '../core/ports.js';
import {digestRoot, digestSpan} from './digest.js';
import type {Engine} from './engine.js';
import {readThrough} from './read.js';

/**
 * Lets everything else that waits have its turn. By message and not by timer: a hidden page's timers run once a second or less.
 * Not `scheduler.yield` either: what continues after it goes before the page's own timers and answers, and this work is never urgent.
 */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** Digests here, in slices of a few ms. Slower for the page than a worker, and always there. Has nothing to close. */
export const thisThread = (algorithm: DigestAlgorithm): Engine => ({
  digest(blob, span, signal) {
    const pauseOrStop = async (): Promise<void> => {
      await pause();
      signal.throwIfAborted();
    };
    return unlessAborted(digestSpan(algorithm, blob, span, signal, pauseOrStop), signal);
  },
  root: (digests, signal) => unlessAborted(digestRoot(algorithm, digests, pause), signal),
  check: (blob, span, signal) => unlessAborted(readThrough(blob, span, signal), signal),
  close: () => undefined,
});
