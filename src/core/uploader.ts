import {systemClock} from './clock.js';
import type {Listener, UploaderEvents} from './events.js';
import {Greeting} from './greeting.js';
import {Hold} from './hold.js';
import {Listing} from './listing.js';
import {Line} from './line.js';
import {defaultLimits} from './patience.js';
import type {FileFacts, SourceFile} from './ports.js';
import type {UploadError} from './errors.js';
import {keepsNothing} from './keeps-nothing.js';
import {oneTab} from './one-tab.js';
import {Restoring} from './restoring.js';
import {randomKey} from './saved-upload.js';
import type {LeftUpload} from './saved-uploads.js';
import type {Totals, UploadSnapshot} from './snapshot.js';
import {defaultSettings, type Settings, type UploaderOptions} from './settings.js';
import {SeenStore} from './seen-store.js';
import {bothSlots, CountedSlots} from './slots.js';
import {sourceFile, type NewFile} from './source-file.js';
import type {Bytes} from './source.js';
import {isOver, type UploadStatus} from './state.js';
import {Telling} from './telling.js';
import {Turns} from './turns.js';
import type {UploadDeps, UploadListener} from './upload-deps.js';
import {Upload} from './upload.js';

/** Ids are unique in the page, also over several lists. */
let lastId = 0;

/**
 * A list of uploads: whose turn it is, what stops all of them, and their totals. Knows no DOM and no network; everything
 * goes through the seams of ports.ts. Events are told in the task in which something happens, progress once per frame.
 */
export class Uploader {
  readonly #uploads: Listing;
  readonly #closed = new AbortController();
  readonly #turns: Turns;
  readonly #telling: Telling;
  readonly #deps: UploadDeps;
  readonly #hold: Hold;
  readonly #restoring: Restoring;
  readonly #greeting: Greeting;
  #settings: Settings;
  #paused = false;

  constructor(options: UploaderOptions) {
    const {protocol, hasher, slots, network, clock = systemClock, canRenew = () => false} = options;
    const {keeper = keepsNothing, tabs = oneTab} = options;
    const store = new SeenStore(options.store);
    const limits = {...defaultLimits, ...options.limits};
    const width = new CountedSlots(Infinity);
    this.#settings = {...defaultSettings, ...options.settings};
    const scope = JSON.stringify([protocol.name, hasher.algorithm, options.scope ?? '']);
    this.#uploads = new Listing(scope);
    this.#turns = new Turns(this.#uploads, () => this.#settings.filesAtOnce);
    this.#telling = new Telling({listing: this.#uploads, clock, frames: options.frames, isHeld: () => this.#turns.held});
    this.#deps = {
      ...{protocol, hasher, store, keeper, tabs, network, clock, limits, canRenew},
      page: randomKey(),
      slots: bothSlots(width, slots),
      line: new Line({clock, limits, width}),
      chunkSize: () => this.#settings.chunkSize,
      retries: () => this.#settings.retries,
    };
    this.#hold = new Hold({
      ...{clock, network, limits, turns: this.#turns},
      uploads: this.#uploads,
      resumeOnline: () => this.#settings.resumeOnline,
    });
    const restoring = {
      ...{store, clock, scope, listing: this.#uploads},
      make: ({storeKey, file}: LeftUpload) => this.#newUpload(storeKey, file),
      list: (upload: Upload) => this.#list(upload, true),
      warn: (error: UploadError) => this.#telling.warn(error),
    };
    this.#restoring = new Restoring(restoring, this.#closed.signal);
    this.#greeting = new Greeting(this.#deps, this.#closed.signal);
  }

  /** Whether everything, also what is added later, is paused. */
  get paused(): boolean {
    return this.#paused;
  }

  /** All uploads in the order they were added. The same frozen array until something changes. */
  get uploads(): readonly UploadSnapshot[] {
    return this.#uploads.snapshots;
  }

  get progress(): Totals {
    return this.#telling.totals;
  }

  /** The upload with this id, or `undefined`. */
  get(id: string): UploadSnapshot | undefined {
    return this.#uploads.get(id)?.snapshot;
  }

  /** The function that comes back takes the listener away. */
  on<Name extends keyof UploaderEvents>(name: Name, listener: Listener<UploaderEvents, Name>): () => void {
    return this.#telling.on(name, listener);
  }

  /** Changes settings. Uploads that run keep what they have begun: a new `chunkSize` counts from the next part. */
  set(settings: Partial<Settings>): void {
    this.#settings = {...this.#settings, ...settings};
    this.#hold.follow();
    this.#turns.after(() => this.#goOnByThemselves());
  }

  /**
   * Files will come soon, say because a person opens the picker: what the first of them needs, code, a worker and connections, is brought
   * meanwhile. Says nothing of files, and nobody waits for it. Not called, or called without a network, all of that is brought by the first file.
   */
  prepare(): void {
    const {network, protocol, hasher, store} = this.#deps;
    if (!network.online) return;
    for (const one of [protocol, hasher, store]) one.prepare?.();
    this.#greeting.greet();
  }

  /**
   * Adds files to the end of the list. They start when their turn comes, unless the list is manual, paused or held. A file that an
   * interrupted upload waits for is given to that one.
   */
  add(files: readonly NewFile[]): readonly UploadSnapshot[] {
    const added: Upload[] = [];
    this.#turns.after(() => added.push(...files.map((file) => this.#addOne(sourceFile(file)))));
    return added.map(({snapshot}) => snapshot);
  }

  /**
   * More files are to be added, in pieces for instance because they are very many: until the function that comes back is called, once,
   * the list does not count as settled.
   */
  expect(): () => void {
    return this.#telling.expect();
  }

  /**
   * Lists again what earlier pages have left unfinished, as `interrupted`. Resolves with those uploads when it is known what each needs
   * to go on; what the server has of them is asked afterwards. A store that cannot be read is a warning, and nothing is listed.
   */
  async restore(): Promise<readonly UploadSnapshot[]> {
    const back = await this.#restoring.restore();
    this.#turns.after(() => this.#goOnByThemselves());
    return back.map(({snapshot}) => snapshot);
  }

  /**
   * Here is the file of an interrupted upload again: it goes on when it is resumed, or by itself with `autoResume`. What has another
   * name or size is refused at once, what has another content as soon as it is looked at: the upload's status tells why. Until it goes on
   * another one may be given in its place.
   */
  give(id: string, file: NewFile): void {
    this.#turns.after(() => {
      this.#uploads.get(id)?.give(sourceFile(file));
      this.#goOnByThemselves();
    });
  }

  /** Whether an upload that is listed lacks its file, and this seems to be it: added, it goes to that one. */
  awaits(file: NewFile): boolean {
    return this.#uploads.waitingFor(sourceFile(file)) !== undefined;
  }

  /** The file of an upload as it was given or found again; `undefined` as long as it is not here. */
  file(id: string): NewFile | undefined {
    const upload = this.#uploads.get(id);
    const {file, given: blob} = upload ?? {};
    return file && blob ? {...file, blob} : undefined;
  }

  /** Lets uploads begin that were added while `manual`, and ends a hold. */
  start(id?: string): void {
    this.#turns.admit(id);
    this.#hold.end();
  }

  /** Stops one upload, or all of them and those added later. The server keeps what it has confirmed. */
  pause(id?: string): void {
    if (id === undefined) this.#paused = true;
    this.#each(id, (upload) => upload.pause());
  }

  /**
   * Lets paused and interrupted uploads go on from what the server has, and ends a hold. Without an id also those added later start
   * again. With the id of one whose file needs a person's leave, the browser asks for it: only in answer to a click or a key. With the
   * id of one that another tab has, that one has to let go.
   */
  resume(id?: string): void {
    if (id === undefined) this.#paused = false;
    this.#goOn(id, (upload) => {
      if (id !== undefined || !needsWord(upload.status)) upload.resume();
    });
  }

  /** Tries failed uploads again from what the server has, and ends a hold. */
  retry(id?: string): void {
    this.#goOn(id, (upload) => upload.retry());
  }

  /** Stops uploads for good and has the server throw away what it has. Done ones stay done. */
  cancel(id?: string): void {
    this.#each(id, (upload) => upload.cancel());
    this.#hold.endWithoutFailures();
  }

  /** Takes uploads off the list that are done, canceled or failed. Deletes nothing on the server. */
  clear(id?: string): void {
    for (const upload of this.#uploads.chosen(id)) {
      if (!isOver(upload.status)) continue;
      this.#uploads.remove(upload);
      upload.leave();
      this.#telling.removed(upload);
    }
    this.#hold.endWithoutFailures();
  }

  /** Ends all runs and the hasher without a word. The uploader cannot be used afterwards; the server keeps what it has. */
  close(): void {
    this.#closed.abort();
    this.#turns.close();
    this.#hold.close();
    this.#telling.stop();
    for (const upload of this.#uploads) upload.abandon();
    this.#deps.hasher.close();
  }

  #addOne(file: SourceFile): Upload {
    const waiting = this.#uploads.waitingFor(file);
    if (waiting) {
      waiting.give(file);
      if (this.#settings.manual) this.#turns.postpone(waiting.id);
      this.#turns.after(() => {
        if (!needsWord(waiting.status)) waiting.resume();
        if (this.#paused) waiting.pause();
      });
      return waiting;
    }
    const upload = this.#newUpload(this.#uploads.freeKey(file), file, file);
    if (this.#settings.manual) this.#turns.postpone(upload.id);
    this.#list(upload);
    if (this.#paused) upload.pause();
    return upload;
  }

  #newUpload(storeKey: string, file: FileFacts, bytes?: Bytes): Upload {
    return new Upload(`upload-${(lastId += 1)}`, storeKey, file, bytes, this.#deps, this.#listener);
  }

  #list(upload: Upload, again = false): void {
    this.#uploads.add(upload);
    this.#turns.queue(upload);
    this.#telling.added(upload, again);
  }

  /** With `autoResume`, what nobody has to do anything for. */
  #goOnByThemselves(): void {
    if (!this.#settings.autoResume || this.#paused || this.#uploads.tally.count.interrupted === 0) return;
    for (const upload of this.#uploads) {
      if (upload.status.name === 'interrupted' && !upload.wasPaused && !needsWord(upload.status)) upload.resume();
    }
  }

  #each(id: string | undefined, act: (upload: Upload) => void): void {
    this.#turns.after(() => this.#uploads.chosen(id).forEach(act));
  }

  #goOn(id: string | undefined, act: (upload: Upload) => void): void {
    this.#each(id, (upload) => {
      if (upload.status.name !== 'queued') this.#turns.admit(upload.id);
      act(upload);
    });
    this.#hold.end();
  }

  readonly #listener: UploadListener = {
    statusChanged: (upload, before) => {
      if (this.#uploads.note(upload)) this.#statusChanged(upload, before);
    },
    progressed: (upload, before) => {
      if (this.#uploads.note(upload)) this.#telling.progressed(upload, before);
    },
    warned: (error) => this.#telling.warn(error),
  };

  #statusChanged(upload: Upload, before: UploadStatus): void {
    if (upload.status.name === 'queued') this.#turns.queue(upload);
    this.#hold.changed(upload, before);
    this.#telling.statusChanged(upload);
    if (before.name === 'elsewhere' && upload.status.name === 'interrupted') this.#turns.after(() => this.#goOnByThemselves());
    this.#turns.give();
  }
}

/** Whether it goes on only when somebody has said so for this very upload: the browser asks a person, or another tab has to let go. */
const needsWord = (status: UploadStatus): boolean =>
  status.name === 'elsewhere' || (status.name === 'interrupted' && status.needs !== 'nothing');
