import type {DigestAlgorithm, ShortFile} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';
import {fromHex, hex} from './hex.js';
import {sparkMd5, type Md5} from './md5.js';
import {Pieces} from './pieces.js';
import {gather, pieceOf, takeAll} from './read.js';

/** Bytes digested without a break on a thread that has other work: about 6 ms of a desktop's thread, 25 ms of a phone's. */
const stretch = 512 * 1024;

/** How digests are made on this thread. */
export interface Making {
  readonly algorithm: DigestAlgorithm;
  /** What makes MD5. */
  readonly md5: () => Md5;
  /** Awaited after every 512 KiB of MD5, so that a thread with other work gets to it. */
  readonly pause?: () => Promise<void>;
}

/** Where there is no `crypto.subtle` no hasher for it can be made. */
const sha256 = async (bytes: BufferSource): Promise<string> => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** Adds the next `length` bytes to `digest`. @throws UploadError as `takeAll`. */
export async function addTo(digest: Md5, pieces: Pieces, length: number, signal: AbortSignal, pause?: () => Promise<void>): Promise<void> {
  const most = pause ? stretch : length;
  for (let left = length; left > 0; left -= most) {
    for await (const piece of takeAll(pieces, Math.min(most, left), signal)) digest.add(piece);
    await pause?.();
  }
}

/**
 * Reads the next `length` bytes. What comes back makes their digest, in lower-case hex, of `nonce` (in hex) and these bytes: by then
 * nothing is read any more, and the next ones may be. With algorithm `none` that is `''`, and all there is to it is that they can be read.
 *
 * @throws UploadError as `takeAll`.
 */
export async function digestNext(
  {algorithm, md5, pause}: Making,
  pieces: Pieces,
  length: number,
  nonce: string,
  signal: AbortSignal,
): Promise<() => string | Promise<string>> {
  const before = fromHex(nonce);
  switch (algorithm) {
    case 'md5': {
      const digest = md5();
      digest.add(before);
      await addTo(digest, pieces, length, signal, pause);
      return () => digest.end();
    }
    case 'sha-256': {
      const bytes = await gather(pieces, length, signal, before);
      return () => sha256(bytes);
    }
    case 'none': {
      const all = takeAll(pieces, length, signal);
      while (!(await all.next()).done);
      return () => '';
    }
  }
}

/** Digest of the bytes of `span`, as {@link digestNext}. */
export async function digestSpan(making: Making, blob: Blob, span: Range, nonce: string, signal: AbortSignal): Promise<string> {
  const pieces = new Pieces(pieceOf(blob, span));
  try {
    return await (
      await digestNext(making, pieces, span.end - span.start, nonce, signal)
    )();
  } finally {
    pieces.close();
  }
}

/** Digest of the concatenated binary digests (docs/protocol.md section 2.1): of nothing for an empty file, `''` with algorithm `none`. */
export async function digestRoot(algorithm: DigestAlgorithm, digests: readonly string[]): Promise<string> {
  return digestBytes(algorithm, fromHex(digests.join('')));
}

/** The digests of a file of one block. */
export async function digestShort(algorithm: DigestAlgorithm, bytes: ArrayBuffer): Promise<ShortFile> {
  const digest = await digestBytes(algorithm, new Uint8Array(bytes));
  return {bytes, digest, root: await digestRoot(algorithm, [digest])};
}

async function digestBytes(algorithm: DigestAlgorithm, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (algorithm === 'sha-256') return sha256(bytes);
  if (algorithm === 'none') return '';
  const digest = sparkMd5();
  digest.add(bytes);
  return digest.end();
}
