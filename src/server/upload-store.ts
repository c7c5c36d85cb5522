import {createHmac, randomBytes} from 'node:crypto';
import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {readIfThere, writeWhole} from './disk.js';
import {readJournal} from './journal.js';
import {Refusal} from './problem.js';
import {Turns} from './turns.js';
import type {UploadInfo} from './upload-folder.js';
import {UploadFolder} from './upload-folder.js';
import {Upload} from './upload.js';

/** How long results are kept at least, in ms. */
const resultsKept = 24 * 3_600_000;

const isId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** An upload that stays in memory until it is released. */
export interface HeldUpload {
  readonly upload: Upload;
  /** Whether this call has created it. */
  readonly created: boolean;
  readonly release: () => void;
}

interface Entry {
  readonly upload: Upload;
  holders: number;
  forget?: NodeJS.Timeout | undefined;
}

/** Settings of an {@link UploadStore}, all in ms but the first. */
export interface StoreOptions {
  readonly directory: string;
  readonly expireAfter: number;
  /** How long an upload nobody asks about stays in memory. @default 10 s, as long as a refusal is repeated */
  readonly idleAfter?: number;
}

/** All uploads of one folder. What is in memory is a copy of what is on disk, and is forgotten when nobody asks about it. */
export class UploadStore {
  readonly #directory: string;
  readonly #expireAfter: number;
  readonly #idleAfter: number;
  readonly #entries = new Map<string, Entry>();
  readonly #turns = new Turns();
  #secret: Promise<string> | undefined;

  constructor({directory, expireAfter, idleAfter = 10_000}: StoreOptions) {
    this.#directory = directory;
    this.#expireAfter = expireAfter;
    this.#idleAfter = idleAfter;
  }

  /** How many uploads are in memory. */
  get inMemory(): number {
    return this.#entries.size;
  }

  /** The id that belongs to an owner's key: unguessable, because it depends on a secret in the folder, and always the same. */
  async idFor(owner: string, key: string): Promise<string> {
    const secret = await (this.#secret ??= this.#readSecret());
    return createHmac('sha256', secret)
      .update(JSON.stringify([owner, key]))
      .digest('hex')
      .slice(0, 40);
  }

  /** When an upload is removed, if nothing more is written to it, in ms since the epoch. */
  expires(upload: Upload): number {
    return upload.touched + (upload.isComplete ? Math.max(this.#expireAfter, resultsKept) : this.#expireAfter);
  }

  /**
   * The upload with this id.
   *
   * @throws Refusal `unknown`, also when it is another owner's, or `gone`.
   */
  async hold(id: string, owner: string): Promise<HeldUpload> {
    const held = isId(id) ? await this.#turns.take(id, () => this.#find(id)) : undefined;
    if (held?.upload.info.owner === owner) return held;
    held?.release();
    throw new Refusal('unknown', 'There is no such upload.');
  }

  /**
   * The upload that `info` names, created where there is none yet.
   *
   * @throws Refusal `gone` when it was canceled.
   */
  create(info: UploadInfo): Promise<HeldUpload> {
    const {id} = info;
    return this.#turns.take(id, async () => {
      const known = await this.#find(id);
      if (known) return known;
      const folder = new UploadFolder(this.#directory, id);
      await folder.create(info);
      return this.#held(await Upload.load(info, folder, {entries: [], end: 0, touched: Date.now()}), true);
    });
  }

  /**
   * Ends an upload and removes its bytes; its key stays gone until it would have expired. Does nothing when it is gone or another
   * owner's. With `unborn`, an upload that is not there yet counts too: its creation may still be on the way.
   *
   * @throws Refusal `complete`.
   */
  async cancel(id: string, owner: string, {unborn = false} = {}): Promise<void> {
    if (!isId(id)) return;
    await this.#turns.take(id, async () => {
      const held = await this.#findUnlessGone(id);
      if (held === 'gone') return;
      try {
        if (held && held.upload.info.owner === owner) await this.#bury(held.upload);
        else if (!held && unborn) await new UploadFolder(this.#directory, id).bury(Date.now() + this.#expireAfter);
      } finally {
        held?.release();
      }
    });
  }

  /** Removes from disk what has expired. Returns how many uploads that were. */
  async sweep(): Promise<number> {
    const names = await readdir(this.#directory).catch(() => []);
    let removed = 0;
    for (const id of names.filter(isId)) if (await this.#turns.take(id, () => this.#sweepOne(id))) removed++;
    return removed;
  }

  async #sweepOne(id: string): Promise<boolean> {
    if (this.#entries.has(id)) return false;
    const folder = new UploadFolder(this.#directory, id);
    const stored = await this.#read(folder);
    if (stored && !stored.upload) await folder.removeBytes();
    const until = stored?.until ?? ((await folder.changed()) ?? 0) + this.#expireAfter;
    if (until > Date.now()) return false;
    await folder.remove();
    return true;
  }

  async #bury(upload: Upload): Promise<void> {
    await upload.cancel();
    await upload.folder.bury(this.expires(upload));
    this.#entries.delete(upload.info.id);
  }

  async #findUnlessGone(id: string): Promise<HeldUpload | 'gone' | undefined> {
    try {
      return await this.#find(id);
    } catch (error) {
      if (error instanceof Refusal) return 'gone';
      throw error;
    }
  }

  /** From memory, or from disk. What has expired is removed here. */
  async #find(id: string): Promise<HeldUpload | undefined> {
    const entry = this.#entries.get(id);
    if (entry && (entry.holders > 0 || this.expires(entry.upload) > Date.now())) return this.#hold(id, entry, false);
    const folder = new UploadFolder(this.#directory, id);
    const stored = await this.#read(folder);
    if (stored && stored.until <= Date.now()) {
      this.#entries.delete(id);
      await folder.remove();
      return undefined;
    }
    if (stored && !stored.upload) throw new Refusal('gone', 'The upload was canceled.');
    return stored?.upload && this.#held(stored.upload, false);
  }

  /** What the disk knows, and how long. Without `upload` it was canceled. */
  async #read(folder: UploadFolder): Promise<{readonly upload?: Upload; readonly until: number} | undefined> {
    const info = await folder.readInfo();
    if (!info) return undefined;
    if ('goneUntil' in info) return {until: info.goneUntil};
    const upload = await Upload.load(info, folder, await readJournal(folder.journal));
    return {upload, until: this.expires(upload)};
  }

  #held(upload: Upload, created: boolean): HeldUpload {
    const entry: Entry = {upload, holders: 0};
    this.#entries.set(upload.info.id, entry);
    return this.#hold(upload.info.id, entry, created);
  }

  #hold(id: string, entry: Entry, created: boolean): HeldUpload {
    clearTimeout(entry.forget);
    entry.holders++;
    return {upload: entry.upload, created, release: () => this.#release(id, entry)};
  }

  #release(id: string, entry: Entry): void {
    entry.holders--;
    if (entry.holders > 0 || this.#entries.get(id) !== entry) return;
    const forget = (): void => {
      if (entry.holders === 0 && this.#entries.get(id) === entry) this.#entries.delete(id);
    };
    if (entry.upload.isComplete) return forget();
    entry.forget = setTimeout(forget, this.#idleAfter).unref();
  }

  async #readSecret(): Promise<string> {
    await mkdir(this.#directory, {recursive: true, mode: 0o700});
    const path = join(this.#directory, 'secret');
    const found = await readIfThere(path);
    if (found) return found;
    const secret = randomBytes(32).toString('hex');
    await writeWhole(path, secret);
    return secret;
  }
}
