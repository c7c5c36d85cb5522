import type {DigestAlgorithm} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';
import {blocksIn, isDigest} from './blocks.js';
import {Refusal} from './problem.js';

/** Digests of consecutive blocks. */
export interface AnnouncedBlocks {
  readonly first: number;
  readonly digests: readonly string[];
}

/**
 * Reads `Upload-Blocks: first;digest,digest,…`: the digests of all blocks that `span` touches. Section 3 of the protocol.
 *
 * @returns `undefined` when there is no such header, or nothing is digested.
 * @throws Refusal when it is malformed, or does not name exactly these blocks.
 */
export function announcedBlocks(headers: Headers, algorithm: DigestAlgorithm, span: Range): AnnouncedBlocks | undefined {
  const text = headers.get('Upload-Blocks');
  if (text === null || algorithm === 'none') return undefined;
  const match = /^(\d{1,10});([0-9a-f]+(?:,[0-9a-f]+)*)$/.exec(text);
  const digests = match?.[2]?.split(',') ?? [];
  if (!match || !digests.every((digest) => isDigest(digest, algorithm))) {
    throw new Refusal('bad-request', `Upload-Blocks: must be "first;digest,digest,…" with ${algorithm} digests in lower-case hex.`);
  }
  const touched = blocksIn(span);
  const first = Number(match[1]);
  if (first !== touched[0] || digests.length > touched.length) {
    throw new Refusal('bad-request', 'Upload-Blocks: names other blocks than the body touches.');
  }
  if (digests.length < touched.length) throw missingBlocks(span);
  return {first, digests};
}

/** What is answered when digests are missing. */
export function missingBlocks(span: Range): Refusal {
  const touched = blocksIn(span);
  return new Refusal('blocks-required', `Upload-Blocks: must name the digests of blocks ${touched[0]} to ${touched.at(-1)}.`);
}
