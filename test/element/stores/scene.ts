import type {SourceFile} from '../../../src/core/ports.js';
import {sourceFile} from '../../../src/core/source-file.js';
import type {FileOnDisk} from '../../contracts/file-keeper.js';

let made = 0;

/** A name that nothing else of the tests has. */
export const freshName = (): string => `test-${Date.now()}-${Math.random()}-${made++}`;

/** Removes a database, and waits until it is gone. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error('not removed'));
  });
}

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;

/** A file of the page's memory. */
export const fileOf = (content: BlobPart): SourceFile => sourceFile({blob: new Blob([content]), name: 'a.txt', lastModified: 5_000});

/** A real file, in the part of the disk that the browser keeps for this origin. */
export async function onDisk(content: BlobPart): Promise<FileOnDisk & {readonly handle: FileSystemFileHandle}> {
  const [folder, name] = [await navigator.storage.getDirectory(), freshName()];
  const handle = await folder.getFileHandle(name, {create: true});
  const write = async (fresh: BlobPart): Promise<void> => {
    const writable = await handle.createWritable();
    await writable.write(new Blob([fresh]));
    await writable.close();
  };
  await write(content);
  const blob = await handle.getFile();
  const file = {...sourceFile({blob, name, lastModified: blob.lastModified}), handle};
  return {file, handle, write, remove: () => folder.removeEntry(name)};
}

/** Removes the real files. */
export async function clearDisk(): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  for await (const name of folder.keys()) await folder.removeEntry(name, {recursive: true});
}
