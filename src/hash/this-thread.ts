import {nextTask} from '../core/clock.js';
import type {DigestAlgorithm} from '../core/hasher-ports.js';
import {unlessAborted} from '../core/pool.js';
import {addTo, digestRoot, digestShort, digestSpan} from './digest.js';
import type {Engine} from './engine.js';
import {sparkMd5} from './md5.js';
import {Pieces} from './pieces.js';

/** Bytes after which it is told how far a whole file has come. */
const step = 4 * 1024 * 1024;

const pauseUnless = (signal: AbortSignal) => async (): Promise<void> => {
  await nextTask();
  signal.throwIfAborted();
};

async function whole(blob: Blob, size: number, onHashed: (bytes: number) => void, signal: AbortSignal): Promise<string> {
  const digest = sparkMd5();
  const pieces = new Pieces(blob);
  try {
    for (let at = 0; at < size; at += step) {
      const end = Math.min(size, at + step);
      await addTo(digest, pieces, end - at, signal, pauseUnless(signal));
      onHashed(end);
    }
    return digest.end();
  } finally {
    pieces.close();
  }
}

/** Digests here, in slices of a few ms. Slower for the page than a worker, and always there. Has nothing to close. */
export const thisThread = (algorithm: DigestAlgorithm): Engine => ({
  name: algorithm === 'sha-256' ? 'webcrypto' : 'spark-md5',
  digest: (blob, span, nonce, signal) =>
    unlessAborted(digestSpan({algorithm, md5: sparkMd5, pause: pauseUnless(signal)}, blob, span, nonce, signal), signal),
  root: (digests, signal) => unlessAborted(digestRoot(algorithm, digests), signal),
  short: (bytes, signal) => unlessAborted(digestShort(algorithm, bytes), signal),
  async check(blob, span, signal) {
    await unlessAborted(digestSpan({algorithm: 'none', md5: sparkMd5}, blob, span, '', signal), signal);
  },
  whole: (blob, size, onHashed, signal) => unlessAborted(whole(blob, size, onHashed, signal), signal),
  close: () => undefined,
});
