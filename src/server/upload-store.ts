import type {Files} from './files.js';
import type {HeldUpload} from './held-uploads.js';
import {HeldUploads} from './held-uploads.js';
import type {ClaimScope} from './options.js';
import {OpenUploads} from './open-uploads.js';
import {Refusal} from './problem.js';
import {Turns} from './turns.js';
import type {UploadInfo} from './upload-info.js';
import {isId} from './upload-info.js';
import {Upload} from './upload.js';
import {UploadsOnDisk} from './uploads-on-disk.js';

/** How long results are kept at least, in ms. */
const resultsKept = 24 * 3_600_000;

/** When an owner with too many uploads may ask again, in s. */
const tooManyFor = '60';

/** What a claim names. */
export type FileName = Pick<UploadInfo, 'size' | 'algorithm'> & {readonly root: string};

/** Settings of an {@link UploadStore}. Times are in ms. */
export interface StoreOptions {
  readonly directory: string;
  readonly expireAfter: number;
  /** How many open uploads an owner may have. */
  readonly maxOpen: number;
  /** How long an upload nobody asks about stays in memory. @default 10 s, as long as a refusal is repeated */
  readonly idleAfter?: number;
  /** Whose files a claim may find. @default 'none' */
  readonly claims?: ClaimScope;
}

/** All uploads of one folder. What is in memory is a copy of what is on disk, and is forgotten when nobody asks about it. */
export class UploadStore {
  readonly #options: StoreOptions;
  readonly #disk: UploadsOnDisk;
  readonly #memory: HeldUploads;
  readonly #turns = new Turns();
  readonly #open = new OpenUploads(() => this.#disk.open());

  constructor(options: StoreOptions, files: Files) {
    const {directory, idleAfter = 10_000, claims = 'none'} = options;
    this.#options = options;
    this.#disk = new UploadsOnDisk(files, directory, (upload) => this.expires(upload), claims !== 'none');
    this.#memory = new HeldUploads(idleAfter, (id) => this.#open.remove(id));
  }

  /** How many uploads are in memory. */
  get inMemory(): number {
    return this.#memory.size;
  }

  /** The id that belongs to an owner's key. */
  idFor(owner: string, key: string): Promise<string> {
    return this.#disk.idFor(owner, key);
  }

  /** When an upload is removed, if nothing more is written to it, in ms since the epoch. */
  expires(upload: Upload): number {
    const {expireAfter} = this.#options;
    return upload.touched + (upload.isComplete ? Math.max(expireAfter, resultsKept) : expireAfter);
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
   * A complete upload with this root and size whose bytes are there as they were, `owner`'s or anybody's. Of several the first that is
   * found. `undefined` when there is none.
   */
  async find(name: FileName, owner?: string): Promise<HeldUpload | undefined> {
    for (const id of await this.#disk.named(name.root, owner)) {
      const held = await this.#turns.take(id, () => this.#findUnlessGone(id));
      if (!held || held === 'gone') continue;
      const {upload} = held;
      if (isMeant(upload, name, owner)) {
        if (await upload.folder.isUntouched(upload.info, upload.touched).catch(() => false)) return held;
        // Taken away by a hook, as a rule: it is not to be looked at again by every claim.
        await this.#disk.forget(upload);
      }
      held.release();
    }
    return undefined;
  }

  /**
   * The upload that `info` names, created where there is none yet.
   *
   * @throws Refusal `gone` when it was canceled; `too-many` when its owner has too many open ones.
   */
  create(info: UploadInfo): Promise<HeldUpload> {
    const {id} = info;
    return this.#turns.take(id, async () => {
      const known = await this.#find(id);
      if (known) return known;
      await this.#admit(info);
      const folder = this.#disk.folder(id);
      try {
        await folder.create(info);
        return this.#memory.add(await Upload.load(info, folder, {entries: [], end: 0, touched: Date.now()}), true);
      } catch (error) {
        this.#open.remove(id);
        throw error;
      }
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
        else if (!held && unborn) await this.#disk.folder(id).bury(Date.now() + this.#options.expireAfter);
      } finally {
        held?.release();
      }
    });
  }

  /** Removes from disk what has expired, and returns how many uploads that were. `visit` sees each complete one that stays. */
  async sweep(visit: (held: HeldUpload) => Promise<void> = () => Promise.resolve()): Promise<number> {
    let removed = 0;
    for (const id of await this.#disk.ids()) {
      const found = await this.#turns.take(id, () => this.#sweepOne(id));
      if (found === 'removed') removed++;
      if (typeof found === 'object') await visit(found).finally(found.release);
    }
    return removed;
  }

  async #sweepOne(id: string): Promise<HeldUpload | 'removed' | 'kept'> {
    if (this.#memory.has(id)) return 'kept';
    const folder = this.#disk.folder(id);
    const stored = await this.#disk.read(id);
    if (stored && !stored.upload) await folder.removeBytes();
    const until = stored?.until ?? ((await folder.changed()) ?? 0) + this.#options.expireAfter;
    if (until <= Date.now()) {
      await this.#remove(id, stored?.upload);
      return 'removed';
    }
    return stored?.upload?.isComplete ? this.#memory.add(stored.upload, false) : 'kept';
  }

  async #admit(info: UploadInfo): Promise<void> {
    const {maxOpen} = this.#options;
    if (await this.#open.admit(info, maxOpen)) return;
    const detail = `${maxOpen} uploads are open already. Finish or cancel one, or wait until it expires.`;
    throw new Refusal('too-many', detail, {}, {'Retry-After': tooManyFor});
  }

  async #remove(id: string, upload: Upload | undefined): Promise<void> {
    this.#memory.forget(id);
    this.#open.remove(id);
    await this.#disk.remove(id, upload);
  }

  async #bury(upload: Upload): Promise<void> {
    const {id} = upload.info;
    await upload.cancel();
    // If anything fails from here on, what the disk says counts.
    this.#memory.forget(id);
    await upload.folder.bury(this.expires(upload));
    this.#open.remove(id);
    // It is gone, also when bytes are left: the next sweep removes them.
    await upload.folder.removeBytes().catch(() => undefined);
  }

  #findUnlessGone(id: string): Promise<HeldUpload | 'gone' | undefined> {
    return this.#find(id).catch((error: unknown) => {
      if (error instanceof Refusal) return 'gone';
      throw error;
    });
  }

  /** From memory, or from disk. What has expired is removed here. */
  async #find(id: string): Promise<HeldUpload | undefined> {
    const held = this.#memory.hold(id, (upload) => this.expires(upload) > Date.now());
    if (held) return held;
    const stored = await this.#disk.read(id);
    if (stored && stored.until <= Date.now()) {
      await this.#remove(id, stored.upload);
      return undefined;
    }
    if (stored && !stored.upload) throw new Refusal('gone', 'The upload was canceled.');
    return stored?.upload && this.#memory.add(stored.upload, false);
  }
}

/** Whether an upload is what a claim names. */
const isMeant = ({root, info}: Upload, name: FileName, owner = info.owner): boolean =>
  root === name.root && info.size === name.size && info.algorithm === name.algorithm && info.owner === owner;
