import {toUploadError, UploadError} from './errors.js';
import {comingBack} from './lazy.js';
import type {Clock, FileFacts, Json} from './ports.js';
import {randomKey, toJson, type SavedDigests, type SavedUpload} from './saved-upload.js';
import {SavingPace} from './saving-pace.js';
import type {SeenStore} from './seen-store.js';

/** What a {@link UploadRecord} works with. */
export interface RecordDeps {
  readonly store: SeenStore;
  readonly clock: Clock;
  readonly file: FileFacts;
  /** Tells whoever saves from every other list and page load. */
  readonly page: string;
  /** What is saved besides the key and the remote. Asked whenever it is saved. */
  readonly state: () => RecordState;
  /** Whether the upload is this tab's, which it is from now on where nobody has it. Asked before what moves on is saved. */
  readonly claim: (signal: AbortSignal) => Promise<boolean>;
  /** Told when what moves on has been saved, and a later page will find it from then on, or will not any more. */
  readonly onStored: () => void;
  /** Told once, when the upload goes on without being remembered. */
  readonly warn: (error: UploadError) => void;
}

/** How far an upload is, as it is saved. */
export interface RecordState {
  readonly confirmed: number;
  readonly digests: SavedDigests | undefined;
  readonly paused: boolean;
}

/** How long a record is worth something after it was saved last, in ms: seven days. */
const lifetime = 7 * 24 * 3_600_000;

/**
 * What is remembered of an upload so that the next run, also one of a later page, goes on where this one stopped. A store that fails
 * never fails the upload: it goes on without.
 */
export class UploadRecord {
  readonly #deps: RecordDeps;
  readonly #name: string;
  readonly #pace: SavingPace;
  #key = randomKey();
  #remote: Json | undefined;
  #repeated = false;
  #found: SavedUpload | undefined;
  #created: number | undefined;
  #proven = false;
  /** Blocks of which the server has bytes that nobody could compare with the file. */
  #uncompared: ReadonlySet<number> = new Set();
  #loaded = false;
  #warned = false;
  #stored = false;
  /** What was saved last, when it is. */
  #saving: Promise<void> | undefined;

  /** `name` is the key in the store. */
  constructor(name: string, deps: RecordDeps) {
    this.#name = name;
    this.#deps = deps;
    this.#pace = new SavingPace({clock: deps.clock, may: deps.claim, save: (signal) => this.#saveMoved(signal)});
  }

  /** The upload's own key: see `OpenRequest.key`. */
  get key(): string {
    return this.#key;
  }

  /** What the last `open` returned. */
  get remote(): Json | undefined {
    return this.#remote;
  }

  /** Whether the server may have heard of the key. */
  get repeated(): boolean {
    return this.#repeated;
  }

  /** What an earlier upload has left. It had the same identity, which proves nothing of the content. */
  get found(): SavedUpload | undefined {
    return this.#found;
  }

  /** Whether the file is the one that {@link found} tells of, as far as anybody can tell: see {@link proven}. */
  get isProven(): boolean {
    return this.#proven;
  }

  /** As {@link found}, until {@link isProven}. */
  get unproven(): SavedUpload | undefined {
    return this.#proven ? undefined : this.#found;
  }

  /** Whether it was this list that saved what was found. */
  get isOwn(): boolean {
    return this.#found?.page === this.#deps.page;
  }

  /** Whether a later page will find this record. */
  get stored(): boolean {
    return this.#stored && this.#deps.store.outlivesPage;
  }

  /** Whether this is the first that is heard of the upload: the store has nothing of it, nor has the server. */
  get isNew(): boolean {
    return !this.#loaded && !this.#repeated && !this.#deps.store.mayHave(this.#name);
  }

  /** What {@link isNew} is not saved before it stops, or is a second old: it may be done by then, and nobody has to wait for the disk. */
  saveLater(): void {
    this.#loaded = true;
    this.moved();
  }

  /** Reads what an earlier run saved, and saves the key before it is used for the first time. */
  async prepare(signal: AbortSignal): Promise<void> {
    if (this.#loaded) return;
    const saved = await this.#read(signal);
    if (saved) this.adopt(saved);
    else await this.#save(signal);
    this.#loaded = true;
  }

  /** Goes on with what was saved. */
  adopt(saved: SavedUpload): void {
    this.#loaded = true;
    this.#stored = true;
    this.#proven = false;
    this.#found = saved;
    this.#key = saved.key;
    this.#remote = saved.remote;
    this.#repeated = true;
  }

  /**
   * The file is the one of which the server has bytes, as far as anybody can tell: what it has of the blocks `uncompared` may be another
   * one's, so their digests are not saved.
   */
  proven(uncompared: ReadonlySet<number> = new Set()): void {
    this.#proven = true;
    this.#uncompared = uncompared;
  }

  /** Another file has been given for it, or the same one: who knows. */
  doubt(): void {
    this.#proven = false;
  }

  /** Reads again what is saved, and goes on with it: another tab may have had the upload. `undefined`: it is over. */
  async find(signal: AbortSignal): Promise<SavedUpload | undefined> {
    const saved = await this.#read(signal);
    if (saved) this.adopt(saved);
    return saved;
  }

  /** Another tab has the upload: what that one saves counts, and is read before this one goes on. */
  leave(): void {
    this.rest();
    this.#loaded = false;
    this.#stored = false;
  }

  /** An `open` is about to carry the key to the server. */
  used(): void {
    this.#repeated = true;
  }

  /** Remembers what `open` returned. Nobody has to wait until it is saved: the key, which is, leads a later page to the same upload. */
  opened(remote: Json, signal: AbortSignal): void {
    this.#remote = remote;
    this.#saving = this.#save(signal).catch(() => undefined);
  }

  /** The upload has moved on: that is saved a second later at most, together with what follows until then. */
  moved(): void {
    if (this.#loaded) this.#pace.moved();
  }

  /** The upload waits from now on, nobody knows for how long: that is saved at once. Nothing is where nothing was under way yet. */
  stopped(): void {
    if (this.#loaded) this.#pace.stopped();
  }

  /** The server has lost the upload: the next `open` makes a new one. */
  async renew(signal: AbortSignal): Promise<void> {
    this.#key = randomKey();
    this.#remote = undefined;
    this.#repeated = false;
    this.#found = undefined;
    this.#uncompared = new Set();
    await this.#save(signal);
  }

  /** Done or canceled. */
  async forget(signal: AbortSignal): Promise<void> {
    this.leave();
    const {store} = this.#deps;
    if (!store.mayHave(this.#name)) return;
    await this.#saving;
    await this.#attempt(() => store.forget(this.#name, signal), signal);
  }

  /** Saves nothing more of what has moved on so far. */
  rest(): void {
    this.#pace.rest();
  }

  /** A store that fails has nothing. What it has is not lost because the code that reads it does not come: that fails. */
  async #read(signal: AbortSignal): Promise<SavedUpload | undefined> {
    const {store} = this.#deps;
    const json = await this.#attempt(() => store.load(this.#name, signal), signal);
    if (json === undefined) return undefined;
    const {toSavedUpload} = await comingBack.load(signal);
    return toSavedUpload(json);
  }

  async #saveMoved(signal: AbortSignal): Promise<void> {
    const before = this.#stored;
    await this.#save(signal);
    // Left or forgotten meanwhile: what was written is not this one's any more.
    this.#stored &&= this.#loaded;
    if (this.#loaded && this.#stored !== before) this.#deps.onStored();
  }

  async #save(signal: AbortSignal): Promise<void> {
    const {store, clock, file, page, state} = this.#deps;
    const {confirmed, paused, digests} = state();
    const today = clock.today();
    this.#created ??= this.#found?.created ?? today;
    const facts = {key: this.#key, remote: this.#remote, page, file, created: this.#created, expires: today + lifetime};
    // What is not proven yet says nothing of the file that the server has.
    const saved = {...facts, confirmed, paused, digests: this.unproven ? this.unproven.digests : this.#compared(digests)};
    const done = await this.#attempt(async () => {
      await store.save(this.#name, toJson(saved), signal);
      return true;
    }, signal);
    this.#stored = done === true;
  }

  #compared(digests: SavedDigests | undefined): SavedDigests | undefined {
    return digests && {...digests, list: digests.list.map((digest, index) => (this.#uncompared.has(index) ? undefined : digest))};
  }

  async #attempt<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      this.#warnOnce(error);
      return undefined;
    }
  }

  #warnOnce(cause: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const {message} = toUploadError(cause);
    this.#deps.warn(new UploadError('storage-unavailable', `Uploads cannot be remembered across page loads. ${message}`, {cause}));
  }
}
