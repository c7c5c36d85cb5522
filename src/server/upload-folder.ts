import {dirname, join} from 'node:path';
import type {Files, OpenFile} from './files.js';
import {absentAs, isFull} from './files.js';
import type {Roots} from './roots.js';
import type {Tombstone, UploadInfo} from './upload-info.js';
import {parseInfo} from './upload-info.js';
import {linkOrCopy, readIfThere, writeWhole} from './whole-files.js';

const infoName = 'info.json';

/** How much later than its last journal line a file may seem to be written, in ms: clocks of disks are coarse. */
const clockSlack = 1_000;

/** What becomes the content of a complete upload: what its parts brought, or what a claim has linked. */
export type ContentSource = 'data' | 'claimed';

/**
 * One upload on disk: `info.json` (there is an upload if and only if it is there), `journal`, and `data`, which is renamed to `content`
 * when the upload is complete. A claim links another upload's content as `claimed`, and that is renamed.
 */
export class UploadFolder {
  readonly files: Files;
  readonly #id: string;
  readonly #path: string;
  readonly #roots: Roots | undefined;

  /** `roots`: where complete uploads are found by their root. Without it nobody finds them. */
  constructor(files: Files, directory: string, id: string, roots?: Roots) {
    this.files = files;
    this.#id = id;
    this.#roots = roots;
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

  /** Makes the folder of a new upload, over whatever an interrupted creation or removal has left there. Leaves nothing when it fails. */
  async create(info: UploadInfo): Promise<void> {
    await this.files.remove(this.#path);
    try {
      await this.files.makeFolder(this.#path);
      for (const path of [this.data, this.journal]) await (await this.files.open(path, 'create')).close();
      await this.#writeInfo(info);
    } catch (error) {
      await this.remove().catch(() => undefined);
      throw error;
    }
  }

  /**
   * Writes down that the upload is gone. The bytes may still be there: see {@link removeBytes}. On a full disk they make room first; a
   * crash just then leaves an upload that has lost its bytes, and that somebody wanted gone.
   */
  async bury(goneUntil: number): Promise<void> {
    const tombstone = {version: 1, goneUntil} as const;
    try {
      await this.files.makeFolder(this.#path);
      await this.#writeInfo(tombstone);
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.#dropBytes();
      await this.#writeInfo(tombstone);
    }
  }

  /** Removes everything but the word that the upload is gone. */
  async removeBytes(): Promise<void> {
    for (const name of (await absentAs(this.files.list(this.#path))) ?? []) {
      if (name !== infoName) await this.files.remove(join(this.#path, name));
    }
  }

  /** Removes everything, `info.json` first: what is left after a crash is no upload. */
  async remove(): Promise<void> {
    await this.files.remove(join(this.#path, infoName));
    await this.files.remove(this.#path);
  }

  /** What `info.json` says, or `undefined` when there is no upload, or none that can be read. */
  async readInfo(): Promise<UploadInfo | Tombstone | undefined> {
    const bytes = await readIfThere(this.files, join(this.#path, infoName));
    return bytes && parseInfo(bytes.toString('utf8'), this.#id);
  }

  /** When the folder last changed, ms since the epoch; `undefined` when it is not there. */
  async changed(): Promise<number | undefined> {
    return (await absentAs(this.files.stat(this.#path)))?.mtimeMs;
  }

  /** Makes its name and those in it durable: the process that wrote them may have died before it could. */
  async settle(): Promise<void> {
    await this.files.syncFolder(this.#path);
    await this.files.syncFolder(dirname(this.#path));
  }

  /** Bytes in the data or content file. Makes a data file where a crash has taken it. */
  async length(): Promise<number> {
    const found = (await absentAs(this.files.stat(this.data))) ?? (await absentAs(this.files.stat(this.content)));
    if (found) return found.size;
    await (await this.files.open(this.data, 'create')).close();
    await this.files.syncFolder(this.#path);
    return 0;
  }

  /** Opens the data to read and write. When the upload has just become complete: the content, to read. */
  async openData(): Promise<OpenFile> {
    return (await absentAs(this.files.open(this.data, 'update'))) ?? this.files.open(this.content, 'read');
  }

  /** Opens the bytes of a complete upload; `undefined` when somebody has taken them away. */
  openContent(): Promise<OpenFile | undefined> {
    return absentAs(this.files.open(this.content, 'read'));
  }

  /** Whether the bytes of a complete upload are there. */
  async hasContent(): Promise<boolean> {
    return (await absentAs(this.files.stat(this.content))) !== undefined;
  }

  /** Makes the data, or what was claimed, the content, durably. Doing it again does nothing. */
  async promote(from: ContentSource): Promise<void> {
    const moved = await absentAs(this.files.rename(from === 'data' ? this.data : this.#claimed, this.content).then(() => true));
    if (from === 'claimed') await this.files.remove(this.data);
    if (moved) await this.files.syncFolder(this.#path);
  }

  /** Whether the bytes of a complete upload are there, as many as they have to be, and not written to since `moment` (ms since the epoch). */
  async isUntouched({size}: UploadInfo, moment: number): Promise<boolean> {
    const found = await absentAs(this.files.stat(this.content));
    return found !== undefined && found.size === size && found.mtimeMs <= moment + clockSlack;
  }

  /** Puts the content of another upload here, durably, beside the data: by a second name where the disk can, or by a copy. */
  async linkContent(from: UploadFolder): Promise<void> {
    await this.dropLink();
    try {
      await linkOrCopy(this.files, from.content, this.#claimed);
      await this.files.syncFolder(this.#path);
    } catch (error) {
      await this.dropLink().catch(() => undefined);
      throw error;
    }
  }

  /** Removes what {@link linkContent} has put here, if it is still there. */
  dropLink(): Promise<void> {
    return this.files.remove(this.#claimed);
  }

  /** Has the upload found by its root, as far as claims go. Never fails. */
  async note(info: UploadInfo, root: string | null): Promise<void> {
    await this.#roots?.note(info, root);
  }

  get #claimed(): string {
    return join(this.#path, 'claimed');
  }

  async #dropBytes(): Promise<void> {
    const data = await absentAs(this.files.open(this.data, 'update'));
    await data?.truncate(0);
    await data?.close();
  }

  async #writeInfo(info: UploadInfo | Tombstone): Promise<void> {
    await writeWhole(this.files, join(this.#path, infoName), JSON.stringify(info));
    await this.files.syncFolder(dirname(this.#path));
  }
}
