import type {FileHandle} from '../core/ports.js';
import type {NewFile} from '../core/source-file.js';
import type {Folder} from './events.js';

/** What came out of a drop. */
export interface Found {
  readonly files: readonly NewFile[];
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
 * Files of a drop. A dropped folder arrives looking like a file of some bytes and fails to read, so every item is looked at as an
 * entry. Folders are walked when `walk` is true, and named in `folders` otherwise. Must be called inside the drop event: the list is
 * empty afterwards.
 */
export async function fromDrop({items}: DropSource, walk: boolean): Promise<Found> {
  const dropped = Array.from(items)
    .filter(({kind}) => kind === 'file')
    .map((item) => ({entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile(), item}))
    .map((one) => ({...one, handle: one.entry?.isDirectory ? undefined : handleOf(one.item)}));
  const files: NewFile[] = [];
  const folders: Folder[] = [];
  for (const {entry, file, handle} of dropped) {
    if (entry?.isDirectory && walk) await walkFolder(entry as FileSystemDirectoryEntry, files, folders);
    else if (entry?.isDirectory) folders.push(folderOf(entry));
    else if (file) files.push(withHandle(newFile(file), await handle));
  }
  return {files, folders};
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

const withHandle = (file: NewFile, handle: FileHandle | undefined): NewFile => (handle ? {...file, handle} : file);

async function walkFolder(folder: FileSystemDirectoryEntry, files: NewFile[], folders: Folder[]): Promise<void> {
  try {
    for (const entry of await entriesIn(folder)) {
      if (entry.isDirectory) await walkFolder(entry as FileSystemDirectoryEntry, files, folders);
      else files.push(await fileOf(entry as FileSystemFileEntry));
    }
  } catch {
    folders.push(folderOf(folder));
  }
}

/** `readEntries` gives a hundred at a time, and nothing when there are no more. */
async function entriesIn(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function fileOf(entry: FileSystemFileEntry): Promise<NewFile> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return {...newFile(file), path: pathOf(entry)};
}

const pathOf = ({fullPath}: FileSystemEntry): string => fullPath.replace(/^\//, '');

const folderOf = (entry: FileSystemEntry): Folder => ({name: entry.name, path: pathOf(entry)});
