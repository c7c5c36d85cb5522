import type {FileHandle} from '../core/ports.js';
import type {NewFile} from '../core/source-file.js';
import type {Folder} from './events.js';

/** What came out of a drop. */
export interface Found {
  readonly files: readonly Addable[];
  /** Folders that may not be walked, or could not be read. */
  readonly folders: readonly Folder[];
}

/** As much of what is dropped as is looked at. Chromium gives handles (File System Access). */
export type DropItem = Pick<DataTransferItem, 'kind' | 'getAsFile' | 'webkitGetAsEntry'> & {
  readonly getAsFileSystemHandle?: () => Promise<unknown>;
};

/** As much of a DataTransfer as is looked at. */
export interface DropSource {
  readonly items: ArrayLike<DropItem>;
}

/** How long a handle may take, in ms. Files are worth more than their handles. */
const handleLimit = 1_000;

/** What may be given to `add()`. */
export type Addable = File | NewFile;

const hasBytes = ({blob, name}: Partial<NewFile>): boolean =>
  typeof blob?.size === 'number' && typeof blob.slice === 'function' && typeof name === 'string';

/** A file in the engine's terms. The browser may have to look at the disk for that. @throws TypeError as {@link addable}. */
export function newFile(file: Addable): NewFile {
  if (!(file instanceof File)) return addable(file) as NewFile;
  return {blob: file, name: file.name, type: file.type, lastModified: file.lastModified, path: file.webkitRelativePath ?? ''};
}

/**
 * What may be added, as it was given.
 *
 * @throws TypeError for anything else: a Blob has no name, and of a stream nobody knows how long it is.
 */
export function addable(file: Addable): Addable {
  if (file instanceof File || (typeof file === 'object' && file !== null && hasBytes(file))) return file;
  throw new TypeError(
    `add() takes files: a File, or {blob, name} with a Blob, or a list of these. This is none: ${Object.prototype.toString.call(file)}`,
  );
}

/** Whether it is one file and not several. What is no list counts as one. */
export const isOne = (files: Addable | Iterable<Addable> | ArrayLike<Addable>): files is Addable =>
  files instanceof File || !(Symbol.iterator in Object(files) || 'length' in Object(files));

/** What a page sees of a file: the very `File` it gave, where it gave one. */
export const givenFile = (file: NewFile): Addable => (file.blob instanceof File ? file.blob : file);

/**
 * Reads a drop, and hands on what it finds in the order of the drop: all at once where it is only files, and what a folder has as it is read.
 * A dropped folder arrives looking like a file of some bytes and fails to read, so every item is looked at as an entry. Folders are walked
 * when `walk` is true, and named in `folders` otherwise. Must be called inside the drop event: the list is empty afterwards. Ends early,
 * and without a word, when `signal` is aborted.
 */
export async function readDrop({items}: DropSource, walk: boolean, onFound: (found: Found) => void, signal: AbortSignal): Promise<void> {
  const dropped = Array.from(items)
    .filter(({kind}) => kind === 'file')
    .map((item) => ({entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile(), item}))
    .map((one) => ({...one, handle: one.entry?.isDirectory ? undefined : handleOf(one.item)}));
  const walker = new Walker(onFound, signal);
  for (const {entry, file, handle} of dropped) {
    if (entry?.isDirectory && walk) await walker.walk(entry as FileSystemDirectoryEntry);
    else if (entry?.isDirectory) walker.folders.push(folderOf(entry));
    else if (file) walker.files.push(withHandle(file, await handle));
  }
  walker.handOn();
}

/** Has to be asked for inside the drop event. `undefined` where there is none, or none in time. */
async function handleOf(item: DropItem): Promise<FileHandle | undefined> {
  const late = new Promise((resolve) => setTimeout(resolve, handleLimit));
  try {
    const handle = await Promise.race([item.getAsFileSystemHandle?.(), late]);
    return isFileHandle(handle) ? handle : undefined;
  } catch {
    return undefined;
  }
}

const isFileHandle = (value: unknown): value is FileHandle =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file' && 'getFile' in value;

/** Asks the file for nothing yet that the browser has to look for on the disk. */
const withHandle = (file: File, handle: FileHandle | undefined): Addable => {
  const {name, type} = file;
  const lastModified = {get: () => file.lastModified, enumerable: true};
  return handle ? Object.defineProperties({blob: file, name, type, path: '', handle}, {lastModified}) : file;
};

/** Walks through folders. What cannot be read of one is left out, and the folder is named. */
class Walker {
  /** What was found, and not yet handed on. */
  readonly files: Addable[] = [];
  readonly folders: Folder[] = [];
  readonly #onFound: (found: Found) => void;
  readonly #signal: AbortSignal;

  constructor(onFound: (found: Found) => void, signal: AbortSignal) {
    this.#onFound = onFound;
    this.#signal = signal;
  }

  handOn(): void {
    if (this.#signal.aborted) return;
    this.#onFound({files: this.files.splice(0), folders: this.folders.splice(0)});
  }

  async walk(folder: FileSystemDirectoryEntry): Promise<void> {
    const reader = folder.createReader();
    let isWhole = true;
    // `readEntries` gives a hundred at a time, and nothing when there are no more.
    for (let some = await entriesOf(reader); some?.length !== 0 && !this.#signal.aborted; some = await entriesOf(reader)) {
      if (!some || !(await this.#take(some))) isWhole = false;
      if (!some) break;
      this.handOn();
    }
    if (!isWhole) this.folders.push(folderOf(folder));
  }

  /** False when one of them could not be read. */
  async #take(entries: readonly FileSystemEntry[]): Promise<boolean> {
    const files = entries.map((entry) => (entry.isDirectory ? undefined : fileOf(entry as FileSystemFileEntry)));
    let areAll = true;
    for (const [at, entry] of entries.entries()) {
      if (entry.isDirectory) await this.walk(entry as FileSystemDirectoryEntry);
      const file = await files[at];
      if (file) this.files.push(file);
      else areAll &&= entry.isDirectory;
    }
    return areAll;
  }
}

/** `undefined` when they cannot be read. */
const entriesOf = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[] | undefined> =>
  new Promise((resolve) => reader.readEntries(resolve, () => resolve(undefined)));

/** `undefined` when it cannot be read. */
async function fileOf(entry: FileSystemFileEntry): Promise<NewFile | undefined> {
  const file = await new Promise<File | undefined>((resolve) => entry.file(resolve, () => resolve(undefined)));
  return file && {...newFile(file), path: pathOf(entry)};
}

const pathOf = ({fullPath}: FileSystemEntry): string => fullPath.replace(/^\//, '');

const folderOf = (entry: FileSystemEntry): Folder => ({name: entry.name, path: pathOf(entry)});
