import {UploadError} from '../core/errors.js';
import type {DigestAlgorithm} from '../core/ports.js';
import type {Range} from '../core/ranges.js';
import {md5} from './md5.js';
import {readSpan} from './read.js';

/** Whether this page can make such digests: `crypto.subtle` exists in secure contexts only (https, or localhost). */
export const canDigest = (algorithm: DigestAlgorithm): boolean =>
  algorithm !== 'sha-256' || (typeof crypto !== 'undefined' && 'subtle' in crypto);

/** @throws UploadError `unexpected` where {@link canDigest} is false. There is no second implementation: choose `md5` on such a page. */
export function requireDigest(algorithm: DigestAlgorithm): void {
  if (canDigest(algorithm)) return;
  throw new UploadError('unexpected', 'sha-256 needs a secure context (https or localhost): this page has no crypto.subtle. Use md5 here.');
}

const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function digestOf(algorithm: DigestAlgorithm, bytes: ArrayBuffer, pause?: () => Promise<void>): Promise<string> {
  switch (algorithm) {
    case 'md5':
      return md5(bytes, pause);
    case 'sha-256':
      requireDigest(algorithm);
      return hex(await crypto.subtle.digest('SHA-256', bytes));
    case 'none':
      return '';
  }
}

/**
 * Digest of the bytes of `span`, in lower-case hex. Knows of no thread, worker or page.
 *
 * @param pause see {@link md5}.
 * @throws UploadError as `readSpan`.
 */
export async function digestSpan(
  algorithm: DigestAlgorithm,
  blob: Blob,
  span: Range,
  signal: AbortSignal,
  pause?: () => Promise<void>,
): Promise<string> {
  return digestOf(algorithm, await readSpan(blob, span, signal), pause);
}

function binary(digests: readonly string[]): ArrayBuffer {
  const all = digests.join('');
  return Uint8Array.from({length: all.length / 2}, (_, at) => Number.parseInt(all.slice(2 * at, 2 * at + 2), 16)).buffer;
}

/** Digest of the concatenated binary digests (docs/protocol.md section 2.1): of nothing for an empty file, `''` with algorithm `none`. */
export const digestRoot = (algorithm: DigestAlgorithm, digests: readonly string[], pause?: () => Promise<void>): Promise<string> =>
  digestOf(algorithm, binary(digests), pause);

/** The blocks that `range` touches: number of the first one, and of the one after the last. None for an empty range. */
export function blocksTouched({start, end}: Range, blockSize: number): {readonly first: number; readonly after: number} {
  const first = Math.floor(start / blockSize);
  return start < end ? {first, after: Math.ceil(end / blockSize)} : {first, after: first};
}
