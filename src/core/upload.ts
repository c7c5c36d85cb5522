import {inTime} from './clock.js';
import {FileDigests} from './digests.js';
import {toUploadError, type UploadError} from './errors.js';
import {PartSize} from './parts.js';
import type {SourceFile} from './ports.js';
import {Reach} from './reach.js';
import {UploadRecord} from './record.js';
import {retryDelay} from './retry.js';
import {runUpload, type Run, type RunReport} from './run.js';
import {toSnapshot, type Progress, type UploadSnapshot} from './snapshot.js';
import {Speed} from './speed.js';
import {allows, isRunning, next, type UploadAction, type UploadStatus} from './state.js';
import type {UploadDeps, UploadListener} from './upload-deps.js';
import {Wake} from './wake.js';

/** One file's handle: its status, its numbers, and at most one live run. What a run reports after it was stopped is ignored. */
export class Upload {
  readonly id: string;
  readonly file: SourceFile;
  /** Finds the upload again in the store. */
  readonly storeKey: string;
  readonly #deps: UploadDeps;
  readonly #listener: UploadListener;
  readonly #digests: FileDigests;
  readonly #record: UploadRecord;
  readonly #partSize = new PartSize();
  readonly #speed = new Speed();
  #status: UploadStatus = {name: 'queued'};
  #progress: Progress;
  #run: AbortController | undefined;
  #attempts = 0;
  #snapshot: UploadSnapshot | undefined;

  constructor(id: string, file: SourceFile, storeKey: string, deps: UploadDeps, listener: UploadListener) {
    this.id = id;
    this.file = file;
    this.storeKey = storeKey;
    this.#deps = deps;
    this.#listener = listener;
    this.#digests = new FileDigests(file, deps.hasher, (hashed) => this.#note({hashed}));
    this.#record = new UploadRecord(deps.store, storeKey, (error) => listener.warned(error));
    this.#progress = {size: file.size, hashed: 0, sent: 0, confirmed: 0};
  }

  get status(): UploadStatus {
    return this.#status;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Plain data of this moment. The same object as long as nothing changes. */
  get snapshot(): UploadSnapshot {
    this.#snapshot ??= toSnapshot(this, this.#speed, this.#deps.clock.now());
    return this.#snapshot;
  }

  /** The list gives the upload its turn. */
  start(): void {
    const run = (this.#run = new AbortController());
    this.#apply({type: 'start'});
    // Whoever was told of it may have stopped it already.
    if (this.#run === run) void this.#carryOut(run);
  }

  pause(): void {
    this.#stop({type: 'pause'});
  }

  resume(): void {
    this.#apply({type: 'resume'});
  }

  retry(): void {
    this.#stop({type: 'retry'});
  }

  /** Stops for good and tells the server to throw away what it has, as far as it can be reached. */
  cancel(): void {
    if (!this.#stop({type: 'cancel'})) return;
    void this.#discard();
  }

  /** Another upload's failure has stopped the list: back to the queue. */
  hold(): void {
    if (isRunning(this.#status)) this.#stop({type: 'held'});
  }

  /** Asks the server quietly whether it can be reached. True when it can, and when there is nothing to ask about. */
  async probe(signal: AbortSignal): Promise<boolean> {
    const {remote} = this.#record;
    if (remote === undefined) return true;
    const {protocol, clock} = this.#deps;
    return inTime(clock, protocol.askTimeout, (limited) => protocol.ask(remote, limited), signal).then(
      () => true,
      () => false,
    );
  }

  /** Ends the run and reports nothing any more. For a list that is closed. */
  abandon(): void {
    const run = this.#run;
    this.#run = undefined;
    run?.abort();
  }

  async #carryOut(run: AbortController): Promise<void> {
    const live = (): boolean => this.#run === run;
    try {
      const result = await runUpload(this.#makeRun(live), run.signal);
      if (!live()) return;
      this.#run = undefined;
      this.#note({confirmed: this.file.size, sent: 0});
      this.#apply({type: 'finished', result});
    } catch (thrown) {
      if (!live()) return;
      this.#run = undefined;
      run.abort(thrown);
      this.#fail(toUploadError(thrown));
    }
  }

  #makeRun(live: () => boolean): Run {
    const {protocol, network, clock} = this.#deps;
    return {
      ...this.#deps,
      file: this.file,
      digests: this.#digests,
      record: this.#record,
      reach: new Reach({protocol, network, clock, remote: () => this.#record.remote}),
      partSize: this.#partSize,
      wake: new Wake(this.#deps.clock),
      report: this.#report(live),
      confirmed: [],
    };
  }

  #report(live: () => boolean): RunReport {
    const whileLive =
      <Args extends readonly unknown[]>(report: (...args: Args) => void) =>
      (...args: Args): void => {
        if (live()) report(...args);
      };
    return {
      opened: whileLive(() => this.#goOnSending()),
      sent: whileLive((sent) => this.#note({sent})),
      confirmed: whileLive((confirmed) => this.#note({confirmed})),
      verifying: whileLive(() => this.#apply({type: 'verifying'})),
      sentAll: whileLive(() => this.#apply({type: 'sent-all'})),
      lost: whileLive(() => {
        this.#note({confirmed: 0, sent: 0});
        this.#apply({type: 'lost'});
      }),
    };
  }

  /** A correction inside a run opens the upload again: it is sending all the while. */
  #goOnSending(): void {
    if (this.#status.name === 'preparing') this.#apply({type: 'opened'});
    if (this.#status.name === 'finishing') this.#apply({type: 'missing'});
  }

  #fail(error: UploadError): void {
    this.#note({sent: 0});
    if (!error.passing || this.#attempts >= this.#deps.retries()) {
      this.#apply({type: 'failed', error});
      return;
    }
    this.#attempts += 1;
    const delay = retryDelay(error, this.#attempts, this.#deps.limits.backOff);
    const waiting = (this.#run = new AbortController());
    this.#apply({type: 'postponed', error, attempt: this.#attempts, until: this.#deps.clock.today() + delay});
    this.#deps.clock.sleep(delay, waiting.signal).then(
      () => this.retry(),
      () => undefined,
    );
  }

  /** The record goes first: the same file may be added again before the server has answered, and must not find it. */
  async #discard(): Promise<void> {
    const {protocol, limits, clock} = this.#deps;
    const {key, remote, repeated} = this.#record;
    const discard = async (limited: AbortSignal): Promise<void> => {
      await this.#record.forget(limited).catch(() => undefined);
      if (repeated) await protocol.discard(remote, key, limited);
    };
    // Out of reach: the server throws it away by itself when it expires.
    await inTime(clock, limits.discard, discard, new AbortController().signal).catch(() => undefined);
  }

  /** Status first, then the abort: from here on whatever the old run reports is ignored. What was only sent may be lost. */
  #stop(action: UploadAction): boolean {
    if (!allows(this.#status, action.type)) return false;
    const run = this.#run;
    this.#run = undefined;
    this.#note({sent: 0});
    this.#apply(action);
    run?.abort();
    return true;
  }

  #apply(action: UploadAction): void {
    const before = this.#status;
    const after = next(before, action);
    if (after === before) return;
    this.#status = after;
    this.#snapshot = undefined;
    const {clock} = this.#deps;
    if (after.name === 'sending') this.#speed.start(clock.now());
    else this.#speed.stop(clock.now());
    this.#listener.statusChanged(this, before);
  }

  #note(numbers: Partial<Progress>): void {
    const before = this.#progress;
    this.#progress = {...before, ...numbers};
    this.#snapshot = undefined;
    const gained = this.#progress.confirmed - before.confirmed;
    if (gained > 0 && this.#status.name === 'sending') {
      this.#speed.confirmed(gained, this.#deps.clock.now());
      this.#attempts = 0;
    }
    this.#listener.progressed(this, before);
  }
}
