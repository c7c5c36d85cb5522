import {randomBytes} from 'node:crypto';
import type {FileHandle} from 'node:fs/promises';
import {open, readFile, rename} from 'node:fs/promises';
import {dirname} from 'node:path';

/** Whether a system call failed with one of these codes. */
export const failedWith = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** What a call found, or `undefined` when there is no such file. */
export async function absentAs<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Whether there is no room for more: the disk, the quota, or the limit for one file. */
export const isFull = (error: unknown): boolean => failedWith(error, 'ENOSPC', 'EDQUOT', 'EFBIG');

/** Makes the names in a folder durable. Does nothing where folders cannot be synced (Windows). */
export async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch (error) {
    if (!failedWith(error, 'EPERM', 'EISDIR', 'EINVAL')) throw error;
  } finally {
    await folder?.close();
  }
}

/** Writes a file so that after a crash either the old one is there or the new one, whole. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(fresh, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncFolder(dirname(path));
}

/** The text of a file, or `undefined` when there is none. */
export const readIfThere = (path: string): Promise<string | undefined> => absentAs(readFile(path, 'utf8'));
