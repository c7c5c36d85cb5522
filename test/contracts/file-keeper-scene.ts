import type {FileKeeper, FoundFile, ResumeStore, SourceFile} from '../../src/core/ports.js';
import {sourceFile} from '../../src/core/source-file.js';
import {never, same} from './clauses.js';

/** A file on a disk that can be changed after it was chosen. It has a handle. */
export interface FileOnDisk {
  /** The file as it was chosen. */
  readonly file: SourceFile;
  write(content: BlobPart): Promise<void>;
  remove(): Promise<void>;
}

/** What the browser knows of access to files, and what the person will say. */
export interface Access {
  state: PermissionState;
  /** What comes of asking. `undefined`: the person says nothing. */
  answer: PermissionState | undefined;
  /** How often the person was asked. */
  readonly asked: number;
}

/** A keeper and the records of the same storage. */
export interface Keeping {
  readonly store: ResumeStore;
  readonly keeper: FileKeeper;
}

/** A keeper, files for it, and the way to come back as the next page would. */
export interface KeeperScene extends Keeping {
  again(): Promise<Keeping>;
  /** Bytes that copies may take from now on. At first there is room for everything. */
  setRoom(bytes: number): void;
  onDisk(text: string): Promise<FileOnDisk>;
  /** To the files on disk. It is granted at first. */
  readonly access: Access;
}

/** A file that has no handle. */
export const fileOf = (text: string, name = 'a.txt'): SourceFile => sourceFile({blob: new Blob([text]), name, lastModified: 5_000});

/** What was found, as text. */
export async function words(found: FoundFile): Promise<string> {
  if (found.kind !== 'file') return found.kind;
  return `${found.isCopy ? 'copy' : 'file'}: ${await found.blob.text()}`;
}

/** What a page finds by itself. */
export const find = async ({keeper}: Keeping, key: string): Promise<string> => words(await keeper.find(key, never()));
/** What a page finds with the help of a person. */
export const ask = async ({keeper}: Keeping, key: string): Promise<string> => words(await keeper.ask(key, never()));

/** Saves a record, as comes before keeping a file, and keeps the file. */
export async function keep({store, keeper}: Keeping, key: string, file: SourceFile): Promise<string> {
  await store.save(key, {key}, never());
  return keeper.keep(key, file, never());
}

/** Keeps only the handle of a file on disk. */
export async function keepHandle(scene: KeeperScene, text = 'on disk'): Promise<FileOnDisk> {
  scene.setRoom(0);
  const disk = await scene.onDisk(text);
  same(await keep(scene, 'a', disk.file), 'handle');
  return disk;
}
