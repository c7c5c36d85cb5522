import {copyFile, mkdir, open, stat, utimes} from 'node:fs/promises';
import {basename, join} from 'node:path';

import type {DiskFile, Shelf} from './disk-file.js';

/**
 * A file with the same name, size and time in which the byte at `offset` is another one. Its path; it is not among the shelf's files.
 * Browsers know of whole ms only: give `file` such a time before.
 */
export async function lookAlike(shelf: Shelf, file: DiskFile, offset: number): Promise<string> {
  const folder = join(shelf.path, 'look-alike');
  await mkdir(folder);
  const path = join(folder, basename(file.path));
  await copyFile(file.path, path);
  const handle = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  byte.writeUInt8(byte.readUInt8() ^ 1);
  await handle.write(byte, 0, 1, offset);
  await handle.close();
  const {atime, mtime} = await stat(file.path);
  await utimes(path, atime, mtime);
  return path;
}
