import {dirname, basename} from 'node:path';

import type {Files, OpenFile} from '../../src/server/files.js';
import {MemoryFile} from './memory-file.js';
import type {Node} from './memory-folder.js';
import {MemoryFolder} from './memory-folder.js';
import type {Survival} from './survival.js';
import {dropAll} from './survival.js';

/** What happens to a call: nothing out of the ordinary, a failure with this code, or the power is cut. */
export type Fate = undefined | {readonly code: string} | 'cut';

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), {code});

/**
 * A disk in memory that tells what was synced from what was not. Every call has a number and may be made to fail, or be the last before
 * the power is cut: then nothing is answered any more, and `survivor()` is what the next start finds. Stricter than a real disk: names and
 * bytes that were not synced may survive in any combination, and after a failed sync the bytes never reach the disk.
 */
export class MemoryDisk implements Files {
  /** Every call so far, in order. */
  readonly calls: string[] = [];
  /** Decides what happens to a call. */
  fate: (index: number, call: string) => Fate = () => undefined;
  /** Decides whether the call at which the power is cut still has its effect. */
  survival: Survival = dropAll;
  /** Fulfilled when the power is cut. */
  readonly cut: Promise<void>;
  #root = new MemoryFolder();
  #isOff = false;
  #turnOff: () => void = () => undefined;

  constructor() {
    this.cut = new Promise((resolve) => (this.#turnOff = resolve));
  }

  /** What the next start finds. */
  survivor(survival = this.survival): MemoryDisk {
    const disk = new MemoryDisk();
    disk.#root = this.#root.survivor(survival);
    return disk;
  }

  /** What the next start finds when only the process has died: everything, of which what was not synced can still be lost. */
  restarted(): MemoryDisk {
    const disk = new MemoryDisk();
    disk.#root = this.#root;
    return disk;
  }

  /** What is in a file now, whether it was synced or not. */
  bytesOf(path: string): Buffer {
    return this.#file(path).bytes;
  }

  /** Names in a folder now; none when there is no such folder. */
  namesIn(path: string): string[] {
    const node = this.#find(path);
    return node instanceof MemoryFolder ? [...node.names.keys()].sort() : [];
  }

  open(path: string, how: 'read' | 'update' | 'create'): Promise<OpenFile> {
    return this.#call(`open ${how} ${path}`, () => {
      if (how !== 'create') return this.#handle(path, this.#file(path));
      const folder = this.#folder(dirname(path));
      if (folder.names.has(basename(path))) throw failure('EEXIST', path);
      const file = new MemoryFile();
      folder.change([[basename(path), file]]);
      return this.#handle(path, file);
    });
  }

  stat(path: string): Promise<{size: number; mtimeMs: number}> {
    return this.#call(`stat ${path}`, () => {
      const node = this.#find(path);
      if (!node) throw failure('ENOENT', path);
      return node instanceof MemoryFile ? {size: node.bytes.length, mtimeMs: node.changed} : {size: 0, mtimeMs: Date.now()};
    });
  }

  list(path: string): Promise<string[]> {
    return this.#call(`list ${path}`, () => [...this.#folder(path).names.keys()]);
  }

  makeFolder(path: string): Promise<void> {
    return this.#call(`makeFolder ${path}`, () => {
      let at = '';
      for (const name of path.split('/').filter(Boolean)) {
        const folder = this.#folder(at);
        if (!folder.names.has(name)) folder.change([[name, new MemoryFolder()]]);
        at += `/${name}`;
      }
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call(`rename ${from} ${to}`, () => {
      const node = this.#find(from);
      if (!node) throw failure('ENOENT', from);
      if (dirname(from) !== dirname(to)) throw failure('EXDEV', to);
      this.#folder(dirname(to)).change([
        [basename(to), node],
        [basename(from), undefined],
      ]);
    });
  }

  link(from: string, to: string): Promise<void> {
    return this.#call(`link ${from} ${to}`, () => {
      const folder = this.#folder(dirname(to));
      if (folder.names.has(basename(to))) throw failure('EEXIST', to);
      folder.change([[basename(to), this.#file(from)]]);
    });
  }

  remove(path: string): Promise<void> {
    return this.#call(`remove ${path}`, () => {
      const node = this.#find(path);
      if (!node) return;
      if (node instanceof MemoryFolder) for (const name of [...node.names.keys()]) node.change([[name, undefined]]);
      this.#folder(dirname(path)).change([[basename(path), undefined]]);
    });
  }

  syncFolder(path: string): Promise<void> {
    return this.#call(`syncFolder ${path}`, () => this.#folder(path).sync());
  }

  #handle(path: string, file: MemoryFile): OpenFile {
    const view = file.view();
    return {
      read: (into, at, length, position) =>
        this.#call(`read ${path}`, () => ({
          bytesRead: file.bytes.copy(into, at, position, Math.min(position + length, file.bytes.length)),
        })),
      write: (bytes, at, length, position) =>
        this.#call(
          `write ${path}`,
          () => ({bytesWritten: file.write(bytes.subarray(at, at + length), position)}),
          // A disk that is full has often taken some of it.
          () => file.write(bytes.subarray(at, at + Math.floor(length / 2)), position),
        ),
      writev: (buffers, position) => {
        const bytes = Buffer.concat(buffers);
        return this.#call(
          `write ${path}`,
          () => ({bytesWritten: file.write(bytes, position)}),
          () => file.write(bytes.subarray(0, Math.floor(bytes.length / 2)), position),
        );
      },
      truncate: (length) => this.#call(`truncate ${path}`, () => file.truncate(length)),
      datasync: () =>
        this.#call(
          `datasync ${path}`,
          () => {
            if (!view.sync()) throw failure('EIO', path);
          },
          () => view.fail(),
        ),
      close: () => this.#call(`close ${path}`, () => undefined),
    };
  }

  /** `onFailure`: what a call that fails leaves behind. */
  async #call<T>(call: string, work: () => T, onFailure: () => void = () => undefined): Promise<T> {
    await Promise.resolve();
    if (this.#isOff) return new Promise<T>(() => undefined);
    const index = this.calls.push(call) - 1;
    const fate = this.fate(index, call);
    if (fate === 'cut') {
      if (this.survival.call()) unlessItFails(work);
      this.#isOff = true;
      this.#turnOff();
      return new Promise<T>(() => undefined);
    }
    if (fate) {
      onFailure();
      throw failure(fate.code, call);
    }
    return work();
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of path.split('/').filter(Boolean)) node = node instanceof MemoryFolder ? node.names.get(name) : undefined;
    return node;
  }

  #folder(path: string): MemoryFolder {
    const node = this.#find(path);
    if (!node) throw failure('ENOENT', path);
    if (!(node instanceof MemoryFolder)) throw failure('ENOTDIR', path);
    return node;
  }

  #file(path: string): MemoryFile {
    const node = this.#find(path);
    if (!node) throw failure('ENOENT', path);
    if (!(node instanceof MemoryFile)) throw failure('EISDIR', path);
    return node;
  }
}

/** A call that would have failed has no effect when the power is cut at it either. */
function unlessItFails(work: () => unknown): void {
  try {
    work();
  } catch {
    // Nobody is there to be told.
  }
}
