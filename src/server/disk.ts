import type {FileHandle} from 'node:fs/promises';
import {link, mkdir, open, readdir, rename, rm, stat} from 'node:fs/promises';
import type {Files} from './files.js';
import {failedWith} from './files.js';

const flags = {read: 'r', update: 'r+', create: 'wx'} as const;

/** The real disk. */
export const disk: Files = {
  open: (path, how) => open(path, flags[how], 0o600),
  stat,
  list: (path) => readdir(path),
  makeFolder: async (path) => void (await mkdir(path, {recursive: true, mode: 0o700})),
  rename,
  link,
  remove: (path) => rm(path, {recursive: true, force: true}),
  syncFolder,
};

/** Does nothing where folders cannot be synced (Windows), or where this user may not (those far above). */
async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch (error) {
    if (!failedWith(error, 'EPERM', 'EACCES', 'EISDIR', 'EINVAL')) throw error;
  } finally {
    await folder?.close();
  }
}
