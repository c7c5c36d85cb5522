import type {ReactiveController, ReactiveControllerHost} from 'lit';
import type {UploadError} from '../core/errors.js';
import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import type {Settings} from '../core/settings.js';
import {CountedSlots} from '../core/slots.js';
import {sizeOf, type NewFile} from '../core/source-file.js';
import {allIn} from '../core/tally.js';
import type {Uploader} from '../core/uploader.js';
import type {UploaderAttributes} from './attributes.js';
import {Engines, type Act, type Parked} from './engines.js';
import {UploadEvent, type Folder, type RejectReason, type UploadEvents} from './events.js';
import {givenFile, type Addable} from './files-from.js';
import {Intake} from './intake.js';
import {refusal} from './limits.js';
import {many} from './many.js';
import {targetOf} from './target.js';
import {warnOnce} from './warn.js';
import {lastingMemory, pageMemory, wire, type Wired, type HasherFacts} from './wire.js';

/** The element, as far as its controller looks at it. */
export type UploaderHost = ReactiveControllerHost & UploaderAttributes & {readonly isConnected: boolean};

/** What the element is told before any listener hears of it. */
export interface Told {
  /** A file was refused. Gives the reason in words, for people. */
  refused(name: string, code: RejectReason['code']): string;
  /** An upload has joined, or its status has changed. */
  changed(): void;
}

/** How long a removed element may take to come back before its uploads stop, in ms. A move within the page takes none of it. */
const linger = 250;

/** What happens in a list of many uploads is drawn once in so many ms. */
const pace = 200;

/**
 * Connects the engine with the element: attributes become settings, the engine's events become DOM events, and every change asks for a
 * new rendering. Makes the engine when it is needed, and what costs something comes with the first file, or somebody who comes near.
 */
export class UploadsController implements ReactiveController {
  readonly #host: UploaderHost;
  readonly #told: Told;
  readonly #engines = new Engines();
  readonly #slots = new CountedSlots(3);
  readonly #pageMemory = pageMemory();
  readonly #lastingMemory = lastingMemory(() => this.#host.keepFiles);
  readonly #intake = new Intake({
    join: (piece) => this.#join(piece),
    mayGoOn: () => this.#host.isConnected,
    expect: () => this.#engines.expect(),
  });
  /** Whether those that are still to join may begin though the list is manual. */
  #isStarted = false;
  #comingBack: Promise<readonly UploadSnapshot[]> = Promise.resolve([]);
  #parked: readonly Parked[] = [];
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;

  constructor(host: UploaderHost, told: Told) {
    this.#host = host;
    this.#told = told;
    host.addController(this);
  }

  get uploads(): readonly UploadSnapshot[] {
    return this.#engines.uploads;
  }

  get progress(): Totals {
    return this.#engines.progress;
  }

  get files(): readonly NewFile[] {
    return this.#engines.files;
  }

  get hasher(): HasherFacts | null {
    const hasher = this.uploads.length > 0 ? this.#engines.current?.hasher : undefined;
    return hasher ? {source: hasher.source, engine: hasher.engine, workers: hasher.workers, why: hasher.why} : null;
  }

  hostConnected(): void {
    clearTimeout(this.#leaving);
    this.#unpark();
    this.#intake.goOn();
  }

  /** The element may only be moving, so nothing stops at once. */
  hostDisconnected(): void {
    this.#leaving = setTimeout(() => {
      this.#parked = [...this.#parked, ...this.#engines.close()];
      this.#host.requestUpdate();
    }, linger);
  }

  /** Files will come soon. Does nothing outside of a page, nor where it is not known where they go. */
  prepare(): void {
    if (this.#host.isConnected && this.#ready()) this.#engines.current?.uploader.prepare();
  }

  /** More files are to be added: until the function that comes back is called nothing is settled. */
  expect(): () => void {
    this.#ready();
    return this.#engines.expect();
  }

  /** Whether files that were added are still to join. */
  get isTaking(): boolean {
    return this.#intake.isBusy;
  }

  /** Adds what keeps to the limits and is not prevented; tells of the rest. Gives those that have joined when it returns: of very many, some. */
  add(files: readonly Addable[], folders: readonly Folder[] = []): readonly UploadSnapshot[] {
    for (const folder of folders) this.#reject(folder, 'not-a-file');
    if (!this.#intake.isBusy) this.#isStarted = false;
    return files.length === 0 ? [] : this.#intake.add(files);
  }

  #join(piece: Iterable<NewFile>): readonly UploadSnapshot[] {
    if (!this.#ready()) {
      for (const file of piece) this.#reject(givenFile(file), 'no-endpoint');
      return [];
    }
    const joined = this.#engines.add(this.#taken(piece));
    if (this.#isStarted) for (const {id} of joined) this.#engines.act('start', id);
    return joined;
  }

  /**
   * Lists what earlier page loads have left unfinished. Resolves when it is known what each upload needs to go on. Happens by itself as
   * soon as the element knows where its uploads go.
   */
  restore(): Promise<readonly UploadSnapshot[]> {
    const before = this.#engines.current;
    if (this.#host.noResume || !this.#ready()) return Promise.resolve([]);
    if (this.#engines.current === before) this.#comingBack = this.#restoreMore();
    return this.#comingBack;
  }

  /** Looks once more; what has come back before counts as well. */
  async #restoreMore(): Promise<readonly UploadSnapshot[]> {
    const listed = await this.#comingBack;
    const more = await this.#engines.restore();
    const ids = new Set([...listed, ...more].map(({id}) => id));
    return this.uploads.filter(({id}) => ids.has(id));
  }

  /** The file of an upload, as long as it is here. */
  file(id: string): NewFile | undefined {
    return this.#engines.file(id);
  }

  /** Here is the file of an interrupted upload again: it goes on when it is resumed. */
  give(id: string, file: NewFile): void {
    this.#engines.give(id, file);
    this.#host.requestUpdate();
  }

  /** The browser has brought files back together with the form: each goes to the interrupted upload that waits for it. */
  async giveBack(files: readonly NewFile[]): Promise<void> {
    await this.restore();
    for (const file of files) {
      const waits = ({status, name, size}: UploadSnapshot): boolean =>
        status.name === 'interrupted' && status.needs !== 'nothing' && name === file.name && size === sizeOf(file.blob);
      const upload = this.uploads.find(waits);
      if (upload) this.give(upload.id, file);
    }
  }

  /** What is asked of all is asked of those as well that are still to join: canceled, they do not, and started, they need not wait. */
  act(act: Act, id?: string): void {
    if (act === 'cancel' && id === undefined) this.#intake.drop();
    if (act === 'start' && id === undefined) this.#isStarted = this.#intake.isBusy;
    this.#engines.act(act, id);
    this.#host.requestUpdate();
  }

  /** Hands the attributes on that count at once. */
  sync(): void {
    this.#slots.count = this.#host.concurrency;
    for (const uploader of this.#engines.all) {
      uploader.set(this.#settings);
      this.#syncPaused(uploader);
    }
    const {isConnected, noResume, endpoint, protocol} = this.#host;
    if (isConnected && !noResume && (endpoint !== '' || typeof protocol !== 'string')) this.#ready();
  }

  /** Takes up again what was unfinished when the element was removed: new uploads of the same files, which the server still knows. */
  #unpark(): void {
    const parked = this.#parked;
    if (parked.length === 0 || !this.#ready()) return;
    this.#parked = [];
    const {current} = this.#engines;
    current?.uploader.set({manual: true});
    const uploads = this.#engines.add(parked.map(({file}) => file));
    for (const [index, {id}] of uploads.entries()) {
      const then = parked[index]?.then;
      if (then === 'stay-paused') current?.uploader.pause(id);
      else if (then === 'go-on' || !this.#host.manual) current?.uploader.start(id);
    }
    current?.uploader.set(this.#settings);
  }

  #syncPaused(uploader: Uploader): void {
    if (this.#host.paused === uploader.paused) return;
    if (this.#host.paused) uploader.pause();
    else uploader.resume();
  }

  get #settings(): Settings {
    const {filesAtOnce, retries, resumeOnline, manual, chunkSize, autoResume} = this.#host;
    return {filesAtOnce, retries, resumeOnline, manual, chunkSize, autoResume};
  }

  /** Those that may join. What a listed upload waits for takes no room of its own. */
  #taken(files: Iterable<NewFile>): readonly NewFile[] {
    const {accept, maxSize, maxFiles, multiple} = this.#host;
    const {count} = this.progress;
    let room = (multiple ? (maxFiles ?? Infinity) : 1) - allIn(count) + count.canceled;
    const taken: NewFile[] = [];
    for (const file of files) {
      const waits = this.#engines.awaits(file);
      const code = waits ? undefined : refusal(file, {accept, maxSize, room});
      if (code) this.#reject(givenFile(file), code);
      const joins = waits || (!code && this.#tell('upload-add', {upload: expected(file), file: givenFile(file)}));
      if (joins && !waits) room -= 1;
      if (joins) taken.push(file);
    }
    return taken;
  }

  /** Whether there is an engine for new files; makes one where settings changed that a running one cannot follow. */
  #ready(): boolean {
    const target = targetOf(this.#host);
    if (!target) return false;
    if (this.#engines.current?.key === target.key) return true;
    const wired = wire({
      ...target,
      slots: this.#slots,
      memory: target.noResume ? this.#pageMemory : this.#lastingMemory,
      settings: this.#settings,
      headers: () => this.#host.headers,
      withCredentials: () => this.#host.withCredentials,
      onFallback: (error) => this.#warn(error),
    });
    this.#engines.use({...wired, key: target.key, scope: target.scope});
    this.#listen(wired);
    this.#syncPaused(wired.uploader);
    if (!target.noResume) this.#comingBack = this.#engines.restore();
    return true;
  }

  #listen({uploader}: Wired): void {
    for (const name of ['add', 'change'] as const) {
      uploader.on(name, (detail) => {
        this.#told.changed();
        this.#tell('upload-change', detail);
      });
    }
    uploader.on('progress', (detail) => this.#tell('upload-progress', detail));
    uploader.on('error', (detail) => this.#tell('upload-error', detail));
    uploader.on('done', (detail) => this.#tell('upload-done', detail));
    uploader.on('settled', () => this.#tell('uploads-settled', {totals: this.progress}));
    uploader.on('warning', ({error}) => this.#warn(error));
    uploader.on('restore', (detail) => this.#tell('upload-restore', detail));
    uploader.on('remove', () => this.#draw());
  }

  /** For the page by an event, and for whoever develops it on the console. */
  #warn(error: UploadError): void {
    warnOnce(error.message);
    this.#tell('upload-warning', {error});
  }

  /** What happens to very many uploads is drawn now and then: a frame for each would cost more than uploading does. */
  #draw(): void {
    if (allIn(this.progress.count) <= many) return this.#host.requestUpdate();
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.#host.requestUpdate();
    }, pace);
  }

  #reject(file: UploadEvents['upload-reject']['file'], code: RejectReason['code']): void {
    this.#tell('upload-reject', {file, reason: {code, message: this.#told.refused(file.name, code)}});
  }

  /** False when a listener prevented it. */
  #tell<Name extends keyof UploadEvents>(name: Name, detail: UploadEvents[Name]): boolean {
    this.#draw();
    return this.#host.dispatchEvent(new UploadEvent(name, detail));
  }
}

/** The upload that a file would become. */
const expected = ({blob, name, type = '', path = ''}: NewFile): UploadSnapshot =>
  Object.freeze({
    id: '',
    name,
    size: sizeOf(blob),
    type,
    path,
    status: Object.freeze({name: 'queued'}),
    progress: Object.freeze({size: sizeOf(blob), hashed: 0, sent: 0, confirmed: 0}),
    kept: 'nothing',
    startedAgain: false,
    speed: 0,
    remaining: null,
  });
