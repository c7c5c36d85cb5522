import {UploadError} from '../../src/core/errors.js';
import type {Range} from '../../src/core/ranges.js';
import {sourceFile, type NewFile} from '../../src/core/source-file.js';
import type {SourceFile} from '../../src/core/ports.js';

const made = new Map<string, Uint8Array>();

/** The bytes of one version of a file of `size` bytes. The same array for the same question; nobody may write to it. */
function content(size: number, version: number): Uint8Array {
  const name = `${size} ${version}`;
  const known = made.get(name);
  if (known) return known;
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 9) * 7 + version * 89) & 255;
  made.set(name, bytes);
  return bytes;
}

/** A file on an imaginary disk, which can change or vanish after it was chosen. Is read by {@link read} only, and at once. */
export class ScriptedFile extends Blob {
  readonly #size: number;
  readonly #first: number;
  #version: number;
  #there = true;
  /** ms since the epoch. */
  lastModified = 1;

  /** Files of the same size and another first `version` differ in every byte. */
  constructor(size: number, version = 1) {
    super();
    this.#size = size;
    this.#first = version;
    this.#version = version;
  }

  override get size(): number {
    return this.#size;
  }

  override slice(start = 0, end = this.#size): ScriptedSlice {
    return new ScriptedSlice(this, {start, end: Math.min(end, this.#size)});
  }

  /** What stands in it now. */
  get content(): Uint8Array {
    return content(this.#size, this.#version);
  }

  /** What stood in it at any time. */
  get versions(): readonly Uint8Array[] {
    return Array.from({length: this.#version - this.#first + 1}, (_, at) => content(this.#size, this.#first + at));
  }

  /** Whether it is what was chosen. */
  get unchanged(): boolean {
    return this.#version === this.#first;
  }

  get there(): boolean {
    return this.#there;
  }

  /** Somebody saves it anew: every byte is another one, the length stays. */
  change(): void {
    this.#version += 1;
  }

  /** Somebody saves it anew as it was. */
  touch(): void {
    this.lastModified += 1;
  }

  /** The file as it is now, chosen once more or copied: what happens to the one does not happen to the other. */
  again(): ScriptedFile {
    const file = new ScriptedFile(this.#size, this.#version);
    file.lastModified = this.lastModified;
    if (!this.#there) file.remove();
    return file;
  }

  /** Another file that looks the same: name, size and date, but not one byte. */
  lookAlike(): ScriptedFile {
    const file = new ScriptedFile(this.#size, this.#version + 100);
    file.lastModified = this.lastModified;
    return file;
  }

  /** Somebody deletes it, or pulls the stick. */
  remove(): void {
    this.#there = false;
  }

  /** Its bytes as they are now. */
  read({start, end}: Range): Uint8Array {
    if (!this.#there) throw new UploadError('file-unreadable', 'The file cannot be read.');
    return this.content.subarray(start, end);
  }

  /** As `add()` takes it. */
  named(name: string): NewFile {
    return {blob: this, name, type: 'application/octet-stream', lastModified: this.lastModified};
  }

  /** As the engine sees it. */
  get source(): SourceFile {
    return sourceFile(this.named('a.bin'));
  }
}

/** Some of a scripted file's bytes, by reference: what is read of it is what stands in the file by then. */
export class ScriptedSlice extends Blob {
  readonly file: ScriptedFile;
  readonly span: Range;

  constructor(file: ScriptedFile, span: Range) {
    super();
    this.file = file;
    this.span = span;
  }

  override get size(): number {
    return this.span.end - this.span.start;
  }
}

/** The scripted file behind a blob. */
export const scriptedFile = (blob: Blob): ScriptedFile => scriptedSpan(blob).file;

/** The scripted file behind a blob, and which of its bytes the blob is. */
export function scriptedSpan(blob: Blob): {readonly file: ScriptedFile; readonly span: Range} {
  if (blob instanceof ScriptedFile) return {file: blob, span: {start: 0, end: blob.size}};
  if (blob instanceof ScriptedSlice) return blob;
  throw new TypeError('This blob is no ScriptedFile');
}
