import type {Doing} from './activity.js';
import {inTime} from './clock.js';
import {Elsewhere} from './elsewhere.js';
import {isUnreadable, toUploadError, type UploadError} from './errors.js';
import {keepFile} from './keep-file.js';
import {comingBack} from './lazy.js';
import {PartSize} from './parts.js';
import type {FileFacts, SourceFile} from './ports.js';
import {Reach} from './reach.js';
import {retryDelay} from './retry.js';
import type {Returning} from './returning.js';
import {runUpload, type Run} from './run.js';
import {reportTo} from './run-report.js';
import {toSnapshot, type Progress, type UploadSnapshot} from './snapshot.js';
import {Source, type Bytes} from './source.js';
import {allows, hasStopped, isOver, isRunning, type UploadAction, type UploadStatus} from './state.js';
import type {UploadDeps, UploadListener} from './upload-deps.js';
import {uploadParts, type UploadParts} from './upload-parts.js';
import {Wake} from './wake.js';

/** One file's handle: its status, its numbers, and at most one live run. What a run reports after it was stopped is ignored. */
export class Upload {
  readonly id: string;
  /** Finds the upload again in the store. */
  readonly storeKey: string;
  readonly #deps: UploadDeps;
  readonly #listener: UploadListener;
  readonly #parts: UploadParts;
  readonly #elsewhere: Elsewhere;
  readonly #partSize = new PartSize();
  #attempts = 0;
  #startedAgain = false;
  #madeReturning: Returning | undefined;
  #snapshot: UploadSnapshot | undefined;

  /** Without `bytes` the upload is one that an earlier page has left: see {@link comeBack}. */
  constructor(id: string, storeKey: string, file: FileFacts, bytes: Bytes | undefined, deps: UploadDeps, listener: UploadListener) {
    this.id = id;
    this.storeKey = storeKey;
    this.#deps = deps;
    this.#listener = listener;
    this.#parts = uploadParts(storeKey, new Source(file, bytes), deps, {
      statusChanged: (before) => this.#statusChanged(before),
      progressed: (before) => this.#progressed(before),
      warned: (error) => listener.warned(error),
      news: () => this.snapshot,
      keptChanged: () => this.#keptChanged(),
      lost: () => this.#lose(),
    });
    this.#elsewhere = new Elsewhere(this.#parts, (wished) => void this.#comeBackAs(wished));
  }

  get file(): FileFacts {
    return this.#parts.source;
  }

  /** The file as it was given or found; `undefined` as long as it is not here. */
  get given(): Blob | undefined {
    return this.#parts.source.given;
  }

  get status(): UploadStatus {
    return this.#parts.standing.status;
  }

  get progress(): Progress {
    return this.#parts.standing.progress;
  }

  /** The server had lost the upload, and it has started again. */
  get startedAgain(): boolean {
    return this.#startedAgain;
  }

  /** What a later page load has to go on with. */
  get kept(): UploadSnapshot['kept'] {
    const {record, source} = this.#parts;
    if (!record.stored) return 'nothing';
    return source.kept === undefined || source.kept === 'nothing' ? 'record' : source.kept;
  }

  /** Whether it is new, and a single short request. */
  get isBrief(): boolean {
    const {protocol, line} = this.#deps;
    const {source, record} = this.#parts;
    return source.size <= (protocol.wholeUpTo ?? 0) && line.carried(source.size) === source.size && record.isNew;
  }

  /** Plain data of this moment. The same object as long as nothing changes. */
  get snapshot(): UploadSnapshot {
    this.#snapshot ??= toSnapshot(this, this.#parts.standing.speed, this.#deps.clock.now());
    return this.#snapshot;
  }

  /** The list gives the upload its turn. */
  start(): void {
    const doing = this.#parts.activity.next();
    this.#parts.standing.apply({type: 'start'});
    // Whoever was told of it may have stopped it already.
    if (doing.live) void this.#carryOut(doing);
  }

  /** Not where another tab has it and its file is not here: there is nothing that could go on afterwards. */
  pause(): void {
    if (!this.lacksFile) this.#stop({type: 'pause'});
  }

  /** Goes on; has the tab that has it let go of it, or a person asked for access to the file, where that is what it needs. */
  resume(): void {
    if (this.status.name === 'elsewhere') this.#elsewhere.wish();
    else if (this.status.name === 'interrupted') this.#returning.resume();
    else this.#parts.standing.apply({type: 'resume'});
  }

  retry(): void {
    this.#stop({type: 'retry'});
  }

  /** Stops for good and tells the server to throw away what it has, as far as it can be reached. What another tab has goes on there. */
  cancel(): void {
    const isElsewhere = this.status.name === 'elsewhere';
    if (this.#stop({type: 'cancel'}) && !isElsewhere) void this.#discard();
  }

  /** Another upload's failure has stopped the list: back to the queue. */
  hold(): void {
    if (isRunning(this.status)) this.#stop({type: 'held'});
  }

  /** Looks what an earlier page has left of it. Resolves as soon as it is known what is needed to go on, without asking the server. */
  comeBack(): Promise<void> {
    return this.#returning.comeBack();
  }

  /** Only what has been without its file, or has another one, needs it: the code is there by then. */
  get #returning(): Returning {
    this.#madeReturning ??= new comingBack.here.Returning(this.#parts, () => this.#elsewhere.watch(false));
    return this.#madeReturning;
  }

  /** `wished`: somebody has asked for it here, so it goes on as far as nobody else is needed. */
  async #comeBackAs(wished: boolean): Promise<void> {
    await this.#returning.comeBack(wished);
    if (!wished) return;
    this.#parts.standing.apply({type: 'resume'});
    if (this.status.name === 'interrupted') this.#parts.ownership.release();
  }

  /** Asks the server how much it has of an interrupted upload. */
  async ask(): Promise<void> {
    if (this.status.name === 'interrupted') await this.#returning.ask();
  }

  /** Whether a person had paused it before the page was left. */
  get wasPaused(): boolean {
    return this.#parts.record.found?.paused === true;
  }

  /** Whether it waits for its file. */
  get lacksFile(): boolean {
    return this.status.name === 'interrupted' || (this.status.name === 'elsewhere' && !this.#parts.source.isHere);
  }

  /** Here is its file again. What was begun here and was never without its file keeps that. */
  give(file: SourceFile): void {
    if (this.lacksFile || this.#madeReturning) this.#returning.give(file);
  }

  /** Asks the server quietly whether it can be reached. True when it can, and when there is nothing to ask about. */
  async probe(signal: AbortSignal): Promise<boolean> {
    const {remote} = this.#parts.record;
    if (remote === undefined) return true;
    const {protocol, clock} = this.#deps;
    return inTime(clock, protocol.askTimeout, (limited) => protocol.ask(remote, limited), signal).then(
      () => true,
      () => false,
    );
  }

  /** It leaves the list. What had failed for good is not brought back by a later page either. */
  leave(): void {
    this.abandon();
    if (this.status.name === 'failed' && !this.status.error.retryable) this.#forget();
  }

  /** Ends the run and reports nothing any more. For a list that is closed. */
  abandon(): void {
    const {activity, record, ownership} = this.#parts;
    activity.stop();
    record.rest();
    ownership.release();
  }

  async #carryOut(doing: Doing): Promise<void> {
    const {ownership, standing, source, record, digests} = this.#parts;
    try {
      // What is new can only have the digests that are made of it now.
      if (record.isNew && !this.isBrief) digests.begin(doing.signal);
      // docs/decisions/0013: most of these are done before anybody could want to know of them.
      if (this.isBrief) record.saveLater();
      else if (!(await ownership.take(doing.signal))) {
        if (doing.end()) this.#elsewhere.watch(false);
        return;
      }
      const result = await runUpload(this.#makeRun(doing), doing.signal);
      if (!doing.end()) return;
      standing.note({confirmed: source.size, sent: 0});
      standing.apply({type: 'finished', result});
    } catch (thrown) {
      if (doing.end(thrown)) this.#fail(toUploadError(thrown));
    }
  }

  #makeRun(doing: Doing): Run {
    const {source, digests, record, standing, storeKey} = this.#parts;
    const {protocol, network, clock} = this.#deps;
    return {
      ...this.#deps,
      ...{file: source, digests, record},
      keepFile: async (signal) => {
        if (!record.stored) return;
        await keepFile(source, storeKey, this.#deps, signal);
        standing.note({}); // what is kept is told
      },
      withoutCopy: () => source.loseCopy(),
      reach: new Reach({protocol, network, clock, remote: () => record.remote}),
      partSize: this.#partSize,
      wake: new Wake(clock),
      report: reportTo(standing, doing, () => (this.#startedAgain = true)),
      confirmed: [],
    };
  }

  #fail(error: UploadError): void {
    const {standing, activity, source} = this.#parts;
    standing.note({sent: 0});
    if (error.code === 'other-file' || (source.isCopy && isUnreadable(error))) return this.#returning.refuse(error);
    // What the server refuses for good is nothing that a later page could go on with.
    if (!error.retryable && error.code !== 'file-changed') this.#forget();
    if (!error.passing || this.#attempts >= this.#deps.retries()) return standing.apply({type: 'failed', error});
    this.#attempts += 1;
    const {clock, limits} = this.#deps;
    const delay = retryDelay(error, this.#attempts, limits.backOff);
    const doing = activity.next();
    standing.apply({type: 'postponed', error, attempt: this.#attempts, until: clock.today() + delay});
    clock.sleep(delay, doing.signal).then(
      () => this.retry(),
      () => undefined,
    );
  }

  /** The record goes first: the same file may be added again before the server has answered, and must not find it. */
  async #discard(): Promise<void> {
    const {protocol, limits, clock} = this.#deps;
    const {record} = this.#parts;
    const {key, remote, repeated} = record;
    const discard = async (limited: AbortSignal): Promise<void> => {
      await record.forget(limited).catch(() => undefined);
      if (repeated) await protocol.discard(remote, key, limited);
    };
    // Out of reach: the server throws it away by itself when it expires.
    await inTime(clock, limits.discard, discard, new AbortController().signal).catch(() => undefined);
  }

  #forget(): void {
    this.#parts.record.forget(new AbortController().signal).catch(() => undefined);
  }

  /** Another tab has taken it over. */
  #lose(): void {
    if (isOver(this.status) && this.status.name !== 'failed') return;
    if (!allows(this.status, 'elsewhere')) return;
    this.#elsewhere.watch(this.status.name === 'paused' || this.status.name === 'failed');
  }

  /** Status first, then the abort: from here on whatever the old run reports is ignored. What was only sent may be lost. */
  #stop(action: UploadAction): boolean {
    const {standing, activity} = this.#parts;
    if (!allows(this.status, action.type)) return false;
    const stopped = activity.leave();
    standing.note({sent: 0});
    standing.apply(action);
    stopped?.abort();
    return true;
  }

  #statusChanged(before: UploadStatus): void {
    const {record, ownership} = this.#parts;
    this.#snapshot = undefined;
    if (hasStopped(before, this.status)) record.stopped();
    else if (this.status.name !== 'interrupted') record.moved();
    ownership.tell();
    if (this.status.name === 'done' || this.status.name === 'canceled') ownership.release();
    this.#listener.statusChanged(this, before);
  }

  #progressed(before: Progress): void {
    const {record, ownership} = this.#parts;
    this.#snapshot = undefined;
    if (this.progress.confirmed > before.confirmed && this.status.name === 'sending') this.#attempts = 0;
    // What is only listed is as the earlier page, or another tab, has saved it: paused, for one.
    if (this.status.name !== 'interrupted') record.moved();
    ownership.tell();
    this.#listener.progressed(this, before);
  }

  /** Told as progress is: nothing has moved on that would have to be saved. */
  #keptChanged(): void {
    this.#snapshot = undefined;
    this.#listener.progressed(this, this.progress);
  }
}
