import {systemClock} from './clock.js';
import {blamesNetwork, ComeBack} from './come-back.js';
import type {UploadError} from './errors.js';
import {Emitter, type Listener, type UploaderEvents} from './events.js';
import {defaultLimits, Patience, type Limits} from './patience.js';
import type {Clock, Frames, Hasher, Network, Protocol, ResumeStore, Slots} from './ports.js';
import {toTotals, type Progress, type Totals, type UploadSnapshot} from './snapshot.js';
import {sourceFile, type NewFile} from './source-file.js';
import {Speed} from './speed.js';
import {isRunning, isSettled, type UploadStatus} from './state.js';
import {Upload, type UploadDeps, type UploadListener} from './upload.js';

/** What may be changed at any time. */
export interface Settings {
  /** Uploads that run at a time. Default 2. */
  readonly filesAtOnce: number;
  /** Automatic tries after a failure that may pass by itself. Default 0. */
  readonly retries: number;
  /** Whether uploads that failed for want of a network go on by themselves when it is back. Default false. */
  readonly resumeOnline: boolean;
  /** Whether added files wait for `start()`. Default false. */
  readonly manual: boolean;
  /** Bytes in a part, within what the server allows; `auto` (default) is what the server prefers. */
  readonly chunkSize: number | 'auto';
}

/** What an {@link Uploader} works with. */
export interface UploaderOptions {
  readonly protocol: Protocol;
  /** Closed together with the uploader. */
  readonly hasher: Hasher;
  readonly slots: Slots;
  readonly store: ResumeStore;
  readonly network: Network;
  readonly clock?: Clock;
  /** When to tell of progress. Default: a timer of 50 ms. */
  readonly frames?: Frames;
  /** Beginning of the store's keys: whatever tells this list's uploads from others', such as the endpoint. Default `''`. */
  readonly scope?: string;
  /** Whether asking for headers again after a 401 may help. Default: never. */
  readonly canRenew?: () => boolean;
  readonly limits?: Partial<Limits>;
  readonly settings?: Partial<Settings>;
}

const defaultSettings: Settings = {filesAtOnce: 2, retries: 0, resumeOnline: false, manual: false, chunkSize: 'auto'};

const byTimer: Frames = {
  next(callback) {
    const timer = setTimeout(callback, 50);
    return () => clearTimeout(timer);
  },
};

/** Ids are unique in the page, also over several lists. */
let lastId = 0;

/**
 * A list of uploads: whose turn it is, what stops all of them, and their totals. Knows no DOM and no network; everything
 * goes through the seams of ports.ts. Events are told in the task in which something happens, progress once per frame.
 */
export class Uploader {
  readonly #emitter = new Emitter<UploaderEvents>();
  readonly #uploads = new Map<string, Upload>();
  readonly #unstarted = new Set<string>();
  readonly #moved = new Set<Upload>();
  readonly #speed = new Speed();
  readonly #clock: Clock;
  readonly #frames: Frames;
  readonly #scope: string;
  readonly #deps: UploadDeps;
  readonly #comeBack: ComeBack;
  #settings: Settings;
  #paused = false;
  #held = false;
  #closed = false;
  #busy = false;
  #inBulk = false;
  #callOffFrame: (() => void) | undefined;

  constructor(options: UploaderOptions) {
    const {protocol, hasher, slots, store, network, clock = systemClock, frames = byTimer, canRenew = () => false} = options;
    const limits = {...defaultLimits, ...options.limits};
    this.#settings = {...defaultSettings, ...options.settings};
    this.#clock = clock;
    this.#frames = frames;
    this.#scope = `${protocol.name} ${options.scope ?? ''}`;
    this.#deps = {
      ...{protocol, hasher, slots, store, network, clock, limits, canRenew},
      patience: new Patience(limits),
      chunkSize: () => this.#settings.chunkSize,
      retries: () => this.#settings.retries,
    };
    this.#comeBack = new ComeBack({clock, network, probe: (signal) => this.#probe(signal), goOn: () => this.#networkIsBack()});
  }

  /** Whether everything, also what is added later, is paused. */
  get paused(): boolean {
    return this.#paused;
  }

  /** All uploads in the order they were added. */
  get uploads(): readonly UploadSnapshot[] {
    return [...this.#uploads.values()].map(({snapshot}) => snapshot);
  }

  get progress(): Totals {
    return toTotals(this.uploads, this.#speed, this.#clock.now(), this.#held);
  }

  /** The upload with this id, or `undefined`. */
  get(id: string): UploadSnapshot | undefined {
    return this.#uploads.get(id)?.snapshot;
  }

  /** The function that comes back takes the listener away. */
  on<Name extends keyof UploaderEvents>(name: Name, listener: Listener<UploaderEvents, Name>): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Changes settings. Uploads that run keep what they have begun: a new `chunkSize` counts from the next part. */
  set(settings: Partial<Settings>): void {
    this.#settings = {...this.#settings, ...settings};
    if (!this.#settings.resumeOnline) this.#comeBack.stop();
    else if (this.#networkFailures().length > 0) this.#comeBack.wait();
    this.#giveTurns();
  }

  /** Adds files to the end of the list. They start when their turn comes, unless the list is manual, paused or held. */
  add(files: readonly NewFile[]): readonly UploadSnapshot[] {
    const added = files.map((file) => this.#addOne(file));
    this.#giveTurns();
    return added.map(({snapshot}) => snapshot);
  }

  /** Lets uploads begin that were added while `manual`, and ends a hold. */
  start(id?: string): void {
    if (id === undefined) this.#unstarted.clear();
    else this.#unstarted.delete(id);
    this.#endHold();
  }

  /** Stops one upload, or all of them and those added later. The server keeps what it has confirmed. */
  pause(id?: string): void {
    if (id === undefined) this.#paused = true;
    this.#each(id, (upload) => upload.pause());
  }

  /** Lets paused uploads go on from what the server has, and ends a hold. Without an id also those added later start again. */
  resume(id?: string): void {
    if (id === undefined) this.#paused = false;
    this.#goOn(id, (upload) => upload.resume());
  }

  /** Tries failed uploads again from what the server has, and ends a hold. */
  retry(id?: string): void {
    this.#goOn(id, (upload) => upload.retry());
  }

  /** Stops uploads for good and has the server throw away what it has. Done ones stay done. */
  cancel(id?: string): void {
    this.#each(id, (upload) => upload.cancel());
    this.#endHoldWithoutFailures();
  }

  /** Takes uploads off the list that are done, canceled or failed. Deletes nothing on the server. */
  clear(id?: string): void {
    for (const upload of this.#chosen(id)) {
      if (!isSettled(upload.status)) continue;
      this.#uploads.delete(upload.id);
      this.#moved.delete(upload);
      this.#emitter.emit('remove', {upload: upload.snapshot});
    }
    this.#endHoldWithoutFailures();
  }

  /** Ends all runs and the hasher without a word. The uploader cannot be used afterwards; the server keeps what it has. */
  close(): void {
    this.#closed = true;
    this.#comeBack.stop();
    this.#callOffFrame?.();
    for (const upload of this.#uploads.values()) upload.abandon();
    this.#deps.hasher.close();
  }

  #addOne(newFile: NewFile): Upload {
    const file = sourceFile(newFile);
    const upload = new Upload(`upload-${(lastId += 1)}`, file, this.#storeKey(file.identity), this.#deps, this.#listener);
    if (this.#settings.manual) this.#unstarted.add(upload.id);
    this.#busy = true;
    this.#uploads.set(upload.id, upload);
    this.#emitter.emit('add', {upload: upload.snapshot});
    if (this.#paused) upload.pause();
    return upload;
  }

  /** Two entries that look the same must not share a record, or one would take over the other's upload on the server. */
  #storeKey(identity: string): string {
    const alike = [...this.#uploads.values()].filter(({file, status}) => file.identity === identity && status.name !== 'done').length;
    return `${this.#scope} ${identity}${alike > 0 ? ` ${alike + 1}` : ''}`;
  }

  #chosen(id: string | undefined): Upload[] {
    if (id === undefined) return [...this.#uploads.values()];
    const upload = this.#uploads.get(id);
    return upload ? [upload] : [];
  }

  /** Turns are given when all have been dealt with: nobody starts for a moment only because a neighbour was stopped first. */
  #each(id: string | undefined, act: (upload: Upload) => void): void {
    this.#inBulk = true;
    this.#chosen(id).forEach(act);
    this.#inBulk = false;
    this.#giveTurns();
  }

  #goOn(id: string | undefined, act: (upload: Upload) => void): void {
    this.#each(id, (upload) => {
      this.#unstarted.delete(upload.id);
      act(upload);
    });
    this.#endHold();
  }

  readonly #listener: UploadListener = {
    statusChanged: (upload, before) => this.#statusChanged(upload, before),
    progressed: (upload, before) => this.#progressed(upload, before),
    warned: (error) => this.#emitter.emit('warning', {error}),
  };

  #statusChanged(upload: Upload, before: UploadStatus): void {
    const {status} = upload;
    if (status.name === 'failed' || status.name === 'waiting') this.#hold(upload, status.error);
    if (before.name === 'waiting' && status.name === 'queued') this.#endHoldWithoutFailures();
    this.#keepTime();
    this.#emitter.emit('change', {upload: upload.snapshot});
    if (status.name === 'failed') this.#emitter.emit('error', {upload: upload.snapshot, error: status.error});
    if (status.name === 'done') this.#emitter.emit('done', {upload: upload.snapshot, result: status.result});
    if (isSettled(status)) this.#tellWhenSettled();
    this.#giveTurns();
  }

  #progressed(upload: Upload, before: Progress): void {
    const gained = upload.progress.confirmed - before.confirmed;
    if (gained > 0 && upload.status.name === 'sending') this.#speed.confirmed(gained, this.#clock.now());
    this.#moved.add(upload);
    this.#callOffFrame ??= this.#frames.next(() => this.#tellProgress());
  }

  #tellProgress(): void {
    this.#callOffFrame = undefined;
    const moved = [...this.#moved];
    this.#moved.clear();
    for (const {snapshot} of moved) this.#emitter.emit('progress', {upload: snapshot});
  }

  #tellWhenSettled(): void {
    if (!this.#busy || ![...this.#uploads.values()].every(({status}) => isSettled(status))) return;
    this.#busy = false;
    this.#emitter.emit('settled', {totals: this.progress});
  }

  /** The first failure that blames the surroundings stops everybody: the others go back to the queue and wait. */
  #hold(by: Upload, error: UploadError): void {
    if (!error.holds) return;
    this.#held = true;
    for (const upload of this.#uploads.values()) if (upload !== by) upload.hold();
    if (this.#settings.resumeOnline && blamesNetwork(error.code)) this.#comeBack.wait();
  }

  #endHold(): void {
    this.#held = false;
    this.#comeBack.stop();
    this.#giveTurns();
  }

  #endHoldWithoutFailures(): void {
    const holds = [...this.#uploads.values()].some(
      ({status}) => 'error' in status && status.error?.holds === true && status.name !== 'paused',
    );
    if (this.#held && !holds) this.#endHold();
  }

  #networkFailures(): Upload[] {
    return [...this.#uploads.values()].filter(({status}) => status.name === 'failed' && blamesNetwork(status.error.code));
  }

  #networkIsBack(): void {
    for (const upload of this.#networkFailures()) upload.retry();
    this.#endHold();
  }

  async #probe(signal: AbortSignal): Promise<boolean> {
    const [upload] = this.#networkFailures();
    return upload ? upload.probe(signal) : true;
  }

  #giveTurns(): void {
    for (let upload = this.#nextInTurn(); upload; upload = this.#nextInTurn()) {
      this.#busy = true;
      upload.start();
    }
  }

  #nextInTurn(): Upload | undefined {
    if (this.#closed || this.#held || this.#inBulk) return undefined;
    const uploads = [...this.#uploads.values()];
    if (uploads.filter(({status}) => isRunning(status)).length >= this.#settings.filesAtOnce) return undefined;
    return uploads.find(({id, status}) => status.name === 'queued' && !this.#unstarted.has(id));
  }

  #keepTime(): void {
    const sending = [...this.#uploads.values()].some(({status}) => status.name === 'sending');
    if (sending) this.#speed.start(this.#clock.now());
    else this.#speed.stop(this.#clock.now());
  }
}
