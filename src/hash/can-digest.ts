import {UploadError} from '../core/errors.js';
import type {DigestAlgorithm} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';

/** Whether this page can make such digests: `crypto.subtle` exists in secure contexts only (https, or localhost). */
export const canDigest = (algorithm: DigestAlgorithm): boolean =>
  algorithm !== 'sha-256' || (typeof crypto !== 'undefined' && 'subtle' in crypto);

/** @throws UploadError `unexpected` where {@link canDigest} is false. There is no second implementation: choose `md5` on such a page. */
export function requireDigest(algorithm: DigestAlgorithm): void {
  if (canDigest(algorithm)) return;
  throw new UploadError('unexpected', 'sha-256 needs a secure context (https or localhost): this page has no crypto.subtle. Use md5 here.');
}

/**
 * Chromium asks the disk how long a file is when the page first wants to know, and so may answer less than a range was made from.
 *
 * @throws UploadError `file-changed` when `range` ends beyond the file.
 */
export function requireWithin({size}: Blob, {end}: Range): void {
  if (end <= size) return;
  throw new UploadError(
    'file-changed',
    `The file has ${size} bytes, and byte ${end} was asked for: it has changed since it was chosen. Choose it again.`,
  );
}

/** The blocks that `range` touches: number of the first one, and of the one after the last. None for an empty range. */
export function blocksTouched({start, end}: Range, blockSize: number): {readonly first: number; readonly after: number} {
  const first = Math.floor(start / blockSize);
  return start < end ? {first, after: Math.ceil(end / blockSize)} : {first, after: first};
}
