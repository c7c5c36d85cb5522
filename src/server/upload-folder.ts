import type {FileHandle} from 'node:fs/promises';
import {mkdir, open, rename, rm, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {DigestAlgorithm} from '../core/ports.js';
import {absentAs, readIfThere, syncFolder, writeWhole} from './disk.js';

/** What never changes about an upload. */
export interface UploadInfo {
  readonly version: 1;
  readonly id: string;
  readonly owner: string;
  readonly size: number;
  readonly algorithm: DigestAlgorithm;
  /** What the client said of its file. Data: never a path, never trusted. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is left of a canceled upload until it would have expired. */
export interface Tombstone {
  readonly version: 1;
  /** ms since the epoch. */
  readonly goneUntil: number;
}

/**
 * One upload on disk: `info.json` (there is an upload if and only if it is there), `journal`, and `data`, which is renamed to `content`
 * when the upload is complete.
 */
export class UploadFolder {
  readonly #path: string;

  constructor(directory: string, id: string) {
    this.#path = join(directory, id);
  }

  get journal(): string {
    return join(this.#path, 'journal');
  }

  get data(): string {
    return join(this.#path, 'data');
  }

  get content(): string {
    return join(this.#path, 'content');
  }

  /** Makes the folder of a new upload, over whatever an interrupted creation or removal has left there. */
  async create(info: UploadInfo): Promise<void> {
    await rm(this.#path, {recursive: true, force: true});
    await mkdir(this.#path, {recursive: true, mode: 0o700});
    for (const path of [this.data, this.journal]) await (await open(path, 'wx', 0o600)).close();
    await this.#writeInfo(info);
  }

  /** Leaves only the word that the upload is gone. The bytes are removed. */
  async bury(goneUntil: number): Promise<void> {
    await mkdir(this.#path, {recursive: true, mode: 0o700});
    await this.#writeInfo({version: 1, goneUntil});
    await this.removeBytes();
  }

  /** Removes what a {@link bury} that was interrupted may have left. */
  async removeBytes(): Promise<void> {
    for (const path of [this.data, this.journal, this.content]) await rm(path, {force: true});
  }

  /** Removes everything, `info.json` first: what is left after a crash is no upload. */
  async remove(): Promise<void> {
    await rm(join(this.#path, 'info.json'), {force: true});
    await rm(this.#path, {recursive: true, force: true});
  }

  /** What `info.json` says, or `undefined` when there is no upload. */
  async readInfo(): Promise<UploadInfo | Tombstone | undefined> {
    const text = await readIfThere(join(this.#path, 'info.json'));
    return text === undefined ? undefined : (JSON.parse(text) as UploadInfo | Tombstone);
  }

  /** When the folder last changed, ms since the epoch; `undefined` when it is not there. */
  async changed(): Promise<number | undefined> {
    return (await absentAs(stat(this.#path)))?.mtimeMs;
  }

  /** Bytes in the data or content file. */
  async length(): Promise<number> {
    const found = (await absentAs(stat(this.data))) ?? (await absentAs(stat(this.content)));
    return found?.size ?? 0;
  }

  /** Opens the data to read and write. When the upload has just become complete: the content, to read. */
  async openData(): Promise<FileHandle> {
    return (await absentAs(open(this.data, 'r+'))) ?? open(this.content, 'r');
  }

  /** Makes the data the content, durably. Doing it again does nothing. */
  async promote(): Promise<void> {
    const moved = await absentAs(rename(this.data, this.content).then(() => true));
    if (moved) await syncFolder(this.#path);
  }

  async #writeInfo(info: UploadInfo | Tombstone): Promise<void> {
    await writeWhole(join(this.#path, 'info.json'), JSON.stringify(info));
    await syncFolder(dirname(this.#path));
  }
}
