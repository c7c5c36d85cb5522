import {createHash, randomBytes} from 'node:crypto';
import {closeSync, createReadStream, openSync, writeSync} from 'node:fs';
import {appendFile, chmod, link, mkdtemp, open, rename, rm, stat, truncate, unlink, utimes} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const PIECE = 4 * 1024 * 1024;

/** 2^20 bytes. */
export const MiB = 1024 * 1024;
/** 2^30 bytes. */
export const GiB = 1024 * MiB;

/** MD5 of a file on disk, in lower-case hex. */
export async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of createReadStream(path, {highWaterMark: PIECE})) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** A file that really lies on a disk, so that a browser reads it the way it reads a person's file. */
export class DiskFile {
  readonly path: string;
  readonly size: number;
  /** MD5 of its first content, in lower-case hex. */
  readonly md5: string;

  constructor(path: string, size: number, md5: string) {
    this.path = path;
    this.size = size;
    this.md5 = md5;
  }

  /** Puts other random bytes at `offset`; the size stays. */
  async overwrite(offset: number, length: number): Promise<void> {
    const handle = await open(this.path, 'r+');
    try {
      await handle.write(randomBytes(length), 0, length, offset);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** As {@link overwrite}, with the time of the last change put back to about a ms, which is what a program can do. */
  async overwriteUnseen(offset: number, length: number): Promise<void> {
    const {atime, mtime} = await stat(this.path);
    await this.overwrite(offset, length);
    await utimes(this.path, atime, mtime);
  }

  /** As {@link overwrite}, done when it returns: nothing else in this process happens meanwhile. */
  overwriteAtOnce(offset: number, length: number): void {
    const file = openSync(this.path, 'r+');
    try {
      writeSync(file, randomBytes(length), 0, length, offset);
    } finally {
      closeSync(file);
    }
  }

  /** Adds random bytes at the end. */
  async append(length: number): Promise<void> {
    await appendFile(this.path, randomBytes(length));
  }

  /** Changes nothing but the time of the last change. */
  async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.path, now, now);
  }

  async truncate(size: number): Promise<void> {
    await truncate(this.path, size);
  }

  async delete(): Promise<void> {
    await unlink(this.path);
  }

  /** Takes it away, as a drive is unplugged. The function that comes back puts the very same file there again. */
  async unplug(): Promise<() => Promise<void>> {
    const elsewhere = `${this.path}.elsewhere`;
    await link(this.path, elsewhere);
    await unlink(this.path);
    return () => rename(elsewhere, this.path);
  }

  /** Whether its owner may read it. */
  async allow(reading: boolean): Promise<void> {
    await chmod(this.path, reading ? 0o600 : 0);
  }

  /** MD5 of what it holds now. */
  md5Now(): Promise<string> {
    return md5Of(this.path);
  }
}

/** A folder of test files that is gone after {@link Shelf.close}. */
export class Shelf {
  readonly path: string;
  /** Every file that was put here. */
  readonly files: DiskFile[] = [];

  private constructor(path: string) {
    this.path = path;
  }

  static async open(): Promise<Shelf> {
    return new Shelf(await mkdtemp(join(tmpdir(), 'journey-files-')));
  }

  /** A file of `size` random bytes. */
  async random(size: number, name = `random-${size}.bin`): Promise<DiskFile> {
    const path = join(this.path, name);
    const handle = await open(path, 'w');
    const hash = createHash('md5');
    try {
      for (let at = 0; at < size; at += PIECE) {
        const piece = randomBytes(Math.min(PIECE, size - at));
        hash.update(piece);
        await handle.write(piece);
      }
    } finally {
      await handle.close();
    }
    return this.#keep(new DiskFile(path, size, hash.digest('hex')));
  }

  /** A file of zeros of any size that takes no room but for `tail` random bytes at its end. Its `md5` is not computed: `''`. */
  async sparse(size: number, tail: number, name = `sparse-${size}.bin`): Promise<DiskFile> {
    const path = join(this.path, name);
    const handle = await open(path, 'w');
    try {
      await handle.truncate(size);
      await handle.write(randomBytes(tail), 0, tail, size - tail);
    } finally {
      await handle.close();
    }
    return this.#keep(new DiskFile(path, size, ''));
  }

  #keep(file: DiskFile): DiskFile {
    this.files.push(file);
    return file;
  }

  async close(): Promise<void> {
    await rm(this.path, {recursive: true, force: true});
  }
}
