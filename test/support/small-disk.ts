import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** A file system in memory with little room, mounted on a folder. Needs the right to mount. */
export class SmallDisk {
  readonly #folder: string;
  #mounted = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes room for so many MiB. What is there already stays. */
  async limit(size: number): Promise<void> {
    const options = `${this.#mounted ? 'remount,' : ''}size=${size}m`;
    await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', this.#folder]);
    this.#mounted = true;
  }

  async close(): Promise<void> {
    if (this.#mounted) await run('umount', [this.#folder]);
  }
}
