import {createHmac, randomBytes} from 'node:crypto';
import {join, resolve} from 'node:path';
import type {Files} from './files.js';
import {absentAs} from './files.js';
import {readJournal} from './journal.js';
import type {OpenUpload} from './open-uploads.js';
import {Roots} from './roots.js';
import {UploadFolder} from './upload-folder.js';
import {isId} from './upload-info.js';
import {Upload} from './upload.js';
import {makeFolder, readIfThere, writeWhole} from './whole-files.js';

/** What the disk knows of an upload. */
export interface Stored {
  /** `undefined` when it was canceled. */
  readonly upload?: Upload;
  /** Until when that is known, in ms since the epoch. */
  readonly until: number;
}

/** The folder that holds everything: a secret, and a folder for each upload, named by its id. */
export class UploadsOnDisk {
  readonly #files: Files;
  readonly #directory: string;
  readonly #expires: (upload: Upload) => number;
  readonly #roots: Roots | undefined;
  #secret: Promise<string> | undefined;

  /** `claims`: whether complete uploads are to be found by their root. */
  constructor(files: Files, directory: string, expires: (upload: Upload) => number, claims: boolean) {
    this.#files = files;
    this.#directory = resolve(directory);
    this.#expires = expires;
    this.#roots = claims ? new Roots(files, this.#directory) : undefined;
  }

  /** The id that belongs to an owner's key: unguessable, because it depends on the secret, and always the same. */
  async idFor(owner: string, key: string): Promise<string> {
    const secret = await (this.#secret ??= this.#readSecret().catch((error: unknown) => this.#forgetSecret(error)));
    return createHmac('sha256', secret)
      .update(JSON.stringify([owner, key]))
      .digest('hex')
      .slice(0, 40);
  }

  folder(id: string): UploadFolder {
    return new UploadFolder(this.#files, this.#directory, id, this.#roots);
  }

  /** Uploads that may have this root, `owner`'s or everybody's. Some may be gone: what the disk says of each counts. */
  async named(root: string, owner?: string): Promise<readonly string[]> {
    return (await this.#roots?.find(root, owner)) ?? [];
  }

  /** Removes an upload, and lets nobody find it any more. `upload`: as far as it is known. */
  async remove(id: string, upload: Upload | undefined): Promise<void> {
    await this.folder(id).remove();
    if (upload) await this.forget(upload);
  }

  /** Lets nobody find an upload by its root any more. */
  async forget({info, root}: Upload): Promise<void> {
    await this.#roots?.forget(info, root);
  }

  /** The ids of all uploads, also of canceled ones and of what an interrupted creation has left. Nothing else in the folder counts. */
  async ids(): Promise<readonly string[]> {
    return ((await absentAs(this.#files.list(this.#directory))) ?? []).filter(isId);
  }

  /** The upload as it stands, with what a crash has interrupted finished. `undefined` when there is none. */
  async read(id: string): Promise<Stored | undefined> {
    const folder = this.folder(id);
    const info = await folder.readInfo();
    if (!info) return undefined;
    if ('goneUntil' in info) {
      await folder.settle();
      return {until: info.goneUntil};
    }
    const journal = await readJournal(this.#files, folder.journal, info.size);
    await folder.settle();
    const upload = await Upload.load(info, folder, journal);
    return {upload, until: this.#expires(upload)};
  }

  /** Whose uploads are neither complete nor canceled. */
  async open(): Promise<readonly OpenUpload[]> {
    const open: OpenUpload[] = [];
    for (const id of await this.ids()) {
      const info = await this.folder(id).readInfo();
      if (info && 'owner' in info && !(await this.folder(id).hasContent())) open.push(info);
    }
    return open;
  }

  async #readSecret(): Promise<string> {
    await makeFolder(this.#files, this.#directory);
    const path = join(this.#directory, 'secret');
    const found = await readIfThere(this.#files, path);
    if (found?.length) return found.toString('utf8');
    const secret = randomBytes(32).toString('hex');
    await writeWhole(this.#files, path, secret);
    return secret;
  }

  /** The next request tries again. */
  #forgetSecret(error: unknown): never {
    this.#secret = undefined;
    throw error;
  }
}
