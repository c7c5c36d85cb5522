import {expect} from '@open-wc/testing';
import type {SourceFile} from '../../../src/core/ports.js';
import {sourceFile} from '../../../src/core/source-file.js';
import type {IndexedStore} from '../../../src/stores/indexed.js';
import type {FileOnDisk} from '../../contracts/file-keeper-scene.js';

let made = 0;

/** A name that nothing else of the tests has. */
export const freshName = (): string => `test-${Date.now()}-${Math.random()}-${made++}`;

/** Removes a database: at once, or as soon as a connection that a test has left open is gone. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onblocked = () => resolve();
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
  onDiskNow.push(name);
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

/** Removes the real files of {@link onDisk}. Other tests may have some at the same time. */
export async function clearDisk(): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  for (const name of onDiskNow.splice(0)) await folder.removeEntry(name).catch(() => undefined);
}

const onDiskNow: string[] = [];

/** A part of the browser that is put in the place of the real one until {@link restoreBrowser}. */
export function replace(owner: object, name: PropertyKey, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  replaced.push(() => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  });
  Object.defineProperty(owner, name, {configurable: true, ...descriptor});
}

const replaced: (() => void)[] = [];

/** Puts everything that was replaced back. */
export function restoreBrowser(): void {
  for (const restore of replaced.splice(0).reverse()) restore();
}

/** What `promise` rejects with. */
export const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    (value) => expect.fail(`expected a rejection, got ${String(value)}`),
    (reason: unknown) => reason as Error,
  );

/** How long something takes, in ms. */
export async function duration(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

/** Every call of a store, by its name. */
export const calls: Readonly<Record<string, (store: IndexedStore, signal: AbortSignal) => Promise<unknown>>> = {
  load: (store, signal) => store.load('a', signal),
  save: (store, signal) => store.save('a', 1, signal),
  forget: (store, signal) => store.forget('a', signal),
  all: (store, signal) => store.all(signal),
  keep: (store, signal) => store.keep('a', fileOf('text'), signal),
  find: (store, signal) => store.find('a', signal),
  ask: (store, signal) => store.ask('a', signal),
};

/** Opens a database as other code of the origin may. */
export function openAs(name: string, version: number, upgrade: (database: IDBDatabase) => void = () => undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not opened'));
  });
}
