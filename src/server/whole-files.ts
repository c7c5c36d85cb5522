import {randomBytes} from 'node:crypto';
import {dirname} from 'node:path';
import type {Files} from './files.js';
import {absentAs, failedWith} from './files.js';

const copySize = 1_048_576;

/** Writes a file so that after a crash either the old one is there or the new one, whole. Leaves nothing behind when it fails. */
export async function writeWhole(files: Files, path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFresh(files, fresh, Buffer.from(text));
    await files.rename(fresh, path);
  } catch (error) {
    await files.remove(fresh).catch(() => undefined);
    throw error;
  }
  await files.syncFolder(dirname(path));
}

async function writeFresh(files: Files, path: string, bytes: Uint8Array): Promise<void> {
  const file = await files.open(path, 'create');
  try {
    for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done, done)).bytesWritten;
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Gives a file a second name, or, where the disk cannot, makes a durable copy of it in constant memory. */
export async function linkOrCopy(files: Files, from: string, to: string): Promise<void> {
  try {
    await files.link(from, to);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'EEXIST', 'EIO')) throw error;
    await copy(files, from, to);
  }
}

async function copy(files: Files, from: string, to: string): Promise<void> {
  const [source, target] = [await files.open(from, 'read'), await files.open(to, 'create')];
  try {
    const buffer = Buffer.allocUnsafe(copySize);
    for (let at = 0, length = -1; length !== 0; at += length) {
      length = (await source.read(buffer, 0, copySize, at)).bytesRead;
      for (let done = 0; done < length;) done += (await target.write(buffer, done, length - done, at + done)).bytesWritten;
    }
    await target.datasync();
  } finally {
    await source.close();
    await target.close();
  }
}

/** The bytes of a file, or `undefined` when there is none. */
export async function readIfThere(files: Files, path: string): Promise<Buffer | undefined> {
  const found = await absentAs(files.stat(path));
  const file = found && (await absentAs(files.open(path, 'read')));
  if (!found || !file) return undefined;
  try {
    const bytes = Buffer.alloc(found.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = (await file.read(bytes, length, bytes.length - length, length)).bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/**
 * Makes a folder durably, and those above it that are missing. Syncs all of them though they may have been there: the process that made
 * them may have died before it could.
 */
export async function makeFolder(files: Files, path: string): Promise<void> {
  await files.makeFolder(path);
  for (let at = path; ; at = dirname(at)) {
    await files.syncFolder(at);
    if (at === dirname(at)) return;
  }
}
