import {createHash} from 'node:crypto';
import type {FileHandle} from 'node:fs/promises';
import {appendFile, open} from 'node:fs/promises';

import type {DigestAlgorithm} from '../../src/core/hasher-ports.js';
import {blockCount, blockSize, blockSpan, digestStored} from '../../src/server/blocks.js';
import {disk} from '../../src/server/disk.js';
import type {Entry} from '../../src/server/entries.js';
import {UploadStore} from '../../src/server/upload-store.js';

/** What {@link seedUpload} makes. */
export interface Seed {
  /** Folder of the server's uploads. The server must not have asked for this upload yet. */
  readonly directory: string;
  readonly key: string;
  readonly size: number;
  /** Bytes from the file's beginning that the server is to have. */
  readonly received: number;
  /** A file whose first bytes these are. Without it they are zeros, and take no room on disk. */
  readonly source?: string;
  readonly algorithm?: DigestAlgorithm;
  readonly name?: string;
  /** @default '' as in a server without `authorize` */
  readonly owner?: string;
}

/**
 * Makes an upload of which the server has the first bytes already, checked where blocks are whole: for files too large to be sent in a
 * test.
 *
 * @returns the upload's id: its URL is `{endpoint}/{id}`.
 */
export async function seedUpload({
  directory,
  key,
  size,
  received,
  source,
  algorithm = 'md5',
  name = 'seeded',
  owner = '',
}: Seed): Promise<string> {
  const store = new UploadStore({directory, expireAfter: 86_400_000, maxOpen: Infinity}, disk);
  const id = await store.idFor(owner, key);
  const {upload, release} = await store.create({version: 1, id, owner, size, algorithm, metadata: {name}});
  const data = await open(upload.folder.data, 'r+');
  try {
    if (source === undefined) await data.truncate(received);
    else await copy(source, data, received);
    const verified = algorithm === 'none' ? [] : await digests(data, {size, received, isZeros: source === undefined}, algorithm);
    const lines: Entry[] = [['received', 0, received], ...verified];
    await appendFile(upload.folder.journal, lines.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  } finally {
    await data.close();
    release();
  }
  return id;
}

/** An entry for each block that is there whole. */
async function digests(
  data: FileHandle,
  {size, received, isZeros}: {readonly size: number; readonly received: number; readonly isZeros: boolean},
  algorithm: Exclude<DigestAlgorithm, 'none'>,
): Promise<readonly Entry[]> {
  const whole = received === size ? blockCount(size) : Math.floor(received / blockSize);
  const zeros = createHash(algorithm.replace('-', '')).update(Buffer.alloc(blockSize)).digest('hex');
  const digestOf = (index: number): string | Promise<string> => {
    const span = blockSpan(index, size);
    return isZeros && span.end - span.start === blockSize ? zeros : digestStored(data, span, algorithm);
  };
  const entries: Entry[] = [];
  for (let index = 0; index < whole; index++) entries.push(['verified', index, await digestOf(index)]);
  return entries;
}

async function copy(path: string, to: FileHandle, end: number): Promise<void> {
  const from = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(blockSize);
    for (let at = 0; at < end;) {
      const {bytesRead} = await from.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) throw new Error(`${path} has fewer than ${end} bytes`);
      await to.write(buffer, 0, bytesRead, at);
      at += bytesRead;
    }
  } finally {
    await from.close();
  }
}
