import {expect} from '@open-wc/testing';
import {wireVersion} from '../../../src/hash/wire-version.js';
import {workerHasher, type WorkerHasher, type WorkerHasherOptions} from '../../../src/hash/worker-hasher.js';
import {told} from '../../contracts/hasher.js';
import {patternBlob, vectors} from '../../unit/hash/vectors.js';

const nine = vectors.md5.at(-1)?.digests.map((digest, index) => [index, digest]);

/** A signal that is never aborted. */
export const never = new AbortController().signal;

/** 9 MiB in memory. */
export const blob = patternBlob(9 * 1024 * 1024);

/** What a worker has to answer first, as an expression. */
export const hello = JSON.stringify(wireVersion);

/** Limits that a machine with other work to do keeps, too: only what never answers may meet them. */
export const patient: WorkerHasherOptions = {handshake: 4000, silence: 2000};

/** Digests 9 MiB, closes the hasher, and gives it back to be asked where it worked. */
export async function digests(options: WorkerHasherOptions): Promise<WorkerHasher> {
  const hasher = workerHasher({...patient, ...options});
  expect(await told(hasher, blob, [0, blob.size])).to.deep.equal(nine);
  hasher.close();
  return hasher;
}
