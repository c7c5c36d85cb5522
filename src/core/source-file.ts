import type {FileHandle, SourceFile} from './ports.js';

/** What can be uploaded: bytes and a name. */
export interface NewFile {
  readonly blob: Blob;
  readonly name: string;
  /** MIME type; the blob's when it is not given. */
  readonly type?: string;
  /** ms since the epoch; 0 when it is not given. */
  readonly lastModified?: number;
  /** Path inside a chosen folder, with `/`. */
  readonly path?: string;
  /** Leads a later page to the file, where the browser has such handles. */
  readonly handle?: FileHandle | undefined;
}

const sizes = new WeakMap<Blob, number>();

/** Bytes of a blob. Asked of it once: Chromium asks the disk each time a `File` is asked, and the page stands still meanwhile. */
export function sizeOf(blob: Blob): number {
  let size = sizes.get(blob);
  if (size === undefined) sizes.set(blob, (size = blob.size));
  return size;
}

/** Reads what the engine needs of a file, once. Lone surrogates in names become U+FFFD: they cannot be sent. */
export function sourceFile({blob, name, type = blob.type, lastModified = 0, path = '', handle}: NewFile): SourceFile {
  const size = sizeOf(blob);
  const facts = {name: wellFormed(name), type, size, lastModified, path: wellFormed(path)};
  const identity = JSON.stringify([facts.path, facts.name, size, lastModified, type]);
  return {blob, ...facts, identity, handle};
}

/** What `String.prototype.toWellFormed` does; browsers have it since 2023. */
const wellFormed = (text: string): string =>
  text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
