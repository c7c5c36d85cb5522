import type {DigestAlgorithm} from '../core/hasher-ports.js';
import {WorkerHasher} from './worker-hasher.js';

/**
 * A hasher that works on this thread, in slices of a few ms. For environments without workers, such as Node; in a page it takes
 * about 12 ms of the page's own thread per MiB.
 *
 * @throws UploadError `unexpected` for `sha-256` where there is no `crypto.subtle`.
 */
export const inlineHasher = (algorithm: DigestAlgorithm = 'md5'): WorkerHasher => new WorkerHasher([], {algorithm});
