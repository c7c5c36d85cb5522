import {createHash} from 'node:crypto';

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const block = 4 * MiB;

/** Bytes that differ everywhere, the same for the same seed. */
export function bytesOf(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed * 2_654_435_761;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const hashNames = {md5: 'md5', 'sha-256': 'sha256'};
/** How a file is digested. */
export type Algorithm = keyof typeof hashNames;

const knownDigests = new WeakMap<Uint8Array, Partial<Record<Algorithm, string[]>>>();

/** Digests of all blocks of a file. The file may not change afterwards. */
export function digestsOf(file: Uint8Array, algorithm: Algorithm = 'md5'): string[] {
  const known = knownDigests.get(file) ?? {};
  knownDigests.set(file, known);
  return (known[algorithm] ??= Array.from({length: Math.ceil(file.length / block)}, (_, at) =>
    createHash(hashNames[algorithm])
      .update(file.subarray(at * block, (at + 1) * block))
      .digest('hex'),
  ));
}

/** The root digest as the protocol defines it. */
export const rootOf = (file: Uint8Array, algorithm: Algorithm = 'md5'): string =>
  createHash(hashNames[algorithm])
    .update(Buffer.from(digestsOf(file, algorithm).join(''), 'hex'))
    .digest('hex');

/** `Upload-Blocks` for a span of a file. */
export function blocksHeader(file: Uint8Array, start: number, end: number, algorithm: Algorithm = 'md5'): string {
  const first = Math.floor(start / block);
  return `${first};${digestsOf(file, algorithm)
    .slice(first, Math.ceil(end / block))
    .join(',')}`;
}
