import type {FileFacts, FileHandle, Kept, SourceFile} from './ports.js';

/** Where the bytes of a file are. */
export interface Bytes {
  readonly blob: Blob;
  readonly handle?: FileHandle | undefined;
  /** The browser keeps these bytes itself: whatever becomes of the file, they stay as they are. */
  readonly isCopy?: boolean;
}

/** The file of an upload, of which a later page may know the name before it has the bytes. */
export class Source implements SourceFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly lastModified: number;
  readonly path: string;
  readonly identity: string;
  #bytes: Bytes | undefined;
  #given: Blob | undefined;
  #kept: Kept | undefined;

  constructor({name, type, size, lastModified, path, identity}: FileFacts, bytes?: Bytes) {
    this.name = name;
    this.type = type;
    this.size = size;
    this.lastModified = lastModified;
    this.path = path;
    this.identity = identity;
    this.use(bytes);
  }

  /** Whether the bytes can be read. */
  get isHere(): boolean {
    return this.#bytes !== undefined;
  }

  /** See {@link Bytes.isCopy}. */
  get isCopy(): boolean {
    return this.#bytes?.isCopy ?? false;
  }

  /** @throws TypeError while the file is not here: a mistake in the engine, which starts no upload without its file. */
  get blob(): Blob {
    if (this.#bytes) return this.#bytes.blob;
    throw new TypeError(`The bytes of "${this.name}" are asked for before the file is here`);
  }

  get handle(): FileHandle | undefined {
    return this.#bytes?.handle;
  }

  /** The file as it was given, also after a copy has taken its place. */
  get given(): Blob | undefined {
    return this.#given;
  }

  /** How a later page gets the bytes. `undefined`: nobody has tried to keep them yet. */
  get kept(): Kept | undefined {
    return this.#kept;
  }

  /** The bytes are here, from now on, and kept so. `undefined`: they turned out to be another file's. */
  use(bytes: Bytes | undefined, kept?: Kept): void {
    this.#bytes = bytes && {...bytes, blob: fixed(bytes.blob, this.size)};
    this.#given = bytes?.blob;
    this.#kept = kept;
  }

  /** The copy is lost: the file itself takes its place. False when there was no other than the copy. */
  loseCopy(): boolean {
    if (!this.isCopy || !this.#given || this.#given === this.#bytes?.blob) return false;
    this.#bytes = {blob: fixed(this.#given, this.size), handle: this.handle};
    this.#kept = 'nothing';
    return true;
  }

  /** The file has been kept, as a copy which is read from now on, or in another way. */
  keep(kept: Kept, copy?: Blob): void {
    this.#kept = kept;
    if (copy && this.#bytes) this.#bytes = {...this.#bytes, blob: fixed(copy, this.size), isCopy: true};
  }
}

/** Files shorter than this, in bytes, are looked at once or twice. */
const worthFixing = 1_048_576;

/**
 * The same bytes as a blob. A `File` is asked for its length by each slice, and Chromium asks the disk each time: 1 ms in which the page stands
 * still while it hashes and sends. A blob that was made of it has the length it had.
 */
const fixed = (blob: Blob, size: number): Blob => (size >= worthFixing && blob instanceof File ? blob.slice(0, size) : blob);
