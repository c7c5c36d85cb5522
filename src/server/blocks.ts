import {createHash} from 'node:crypto';
import type {DigestAlgorithm} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';
import type {OpenFile} from './files.js';

/** Bytes in a block. The last one of a file may be shorter. */
export const blockSize = 4_194_304;

const readSize = 1_048_576;
const hashNames = {md5: 'md5', 'sha-256': 'sha256'} as const;

/** How blocks are digested where they are. */
export type BlockAlgorithm = Exclude<DigestAlgorithm, 'none'>;

/** How many hex digits a digest has. */
export const digestLength: Readonly<Record<BlockAlgorithm, number>> = {md5: 32, 'sha-256': 64};

/** Whether a text is a digest by `algorithm`, in lower-case hex. */
export const isDigest = (text: string, algorithm: BlockAlgorithm): boolean =>
  text.length === digestLength[algorithm] && /^[0-9a-f]*$/.test(text);

/** How many blocks a file of `size` bytes has. An empty file has none. */
export const blockCount = (size: number): number => Math.ceil(size / blockSize);

/** Where block `index` of a file of `size` bytes lies. */
export const blockSpan = (index: number, size: number): Range => ({start: index * blockSize, end: Math.min((index + 1) * blockSize, size)});

/** Numbers of the blocks that `span` touches, in order. */
export function blocksIn({start, end}: Range): readonly number[] {
  if (end <= start) return [];
  const first = Math.floor(start / blockSize);
  return Array.from({length: blockCount(end) - first}, (_, index) => first + index);
}

/**
 * The digest, in lower-case hex, of what the disk holds at `span`, after the bytes of `nonce`. Reads back: what a request brought proves
 * nothing of what was stored.
 */
export async function digestStored(data: OpenFile, {start, end}: Range, algorithm: BlockAlgorithm, nonce?: Uint8Array): Promise<string> {
  const hash = createHash(hashNames[algorithm]);
  if (nonce) hash.update(nonce);
  const buffer = Buffer.allocUnsafe(Math.min(readSize, end - start));
  for (let at = start; at < end;) {
    const {bytesRead} = await data.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest('hex');
}

/** The file's name by content: the digest of the concatenated binary digests of its blocks. */
export function rootDigest(digests: readonly string[], algorithm: BlockAlgorithm): string {
  const hash = createHash(hashNames[algorithm]);
  for (const digest of digests) hash.update(digest, 'hex');
  return hash.digest('hex');
}
