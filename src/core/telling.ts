import type {UploadError} from './errors.js';
import {Emitter, type Listener, type UploaderEvents} from './events.js';
import type {Listing} from './listing.js';
import type {Clock, Frames} from './ports.js';
import {ProgressTeller} from './progress-teller.js';
import {toTotals, type Progress, type Totals} from './snapshot.js';
import {Speed} from './speed.js';
import {isSettled} from './state.js';
import type {Upload} from './upload.js';

/** What a {@link Telling} looks at. */
export interface TellingDeps {
  readonly listing: Listing;
  readonly clock: Clock;
  readonly frames: Frames | undefined;
  /** Whether another upload's failure has stopped the list. */
  readonly isHeld: () => boolean;
}

/** What a list tells of its uploads: in the task in which it happens, progress once per frame. What is not listed is not told of. */
export class Telling {
  readonly #deps: TellingDeps;
  readonly #emitter = new Emitter<UploaderEvents>();
  readonly #teller: ProgressTeller<Upload>;
  readonly #speed = new Speed();
  readonly #warned = new Set<UploadError['code']>();
  #busy = false;
  #expecting = 0;

  constructor(deps: TellingDeps) {
    this.#deps = deps;
    this.#teller = new ProgressTeller(({snapshot}) => this.#emitter.emit('progress', {upload: snapshot}), deps.frames);
  }

  get totals(): Totals {
    const {listing, clock, isHeld} = this.#deps;
    return toTotals(listing.tally, this.#speed, clock.now(), isHeld());
  }

  /** The function that comes back takes the listener away. */
  on<Name extends keyof UploaderEvents>(name: Name, listener: Listener<UploaderEvents, Name>): () => void {
    return this.#emitter.on(name, listener);
  }

  /** The upload has joined the list; `again`: an earlier page has left it. */
  added(upload: Upload, again = false): void {
    this.#busy ||= !isSettled(upload.status);
    this.#emitter.emit('add', {upload: upload.snapshot});
    if (again) this.#emitter.emit('restore', {upload: upload.snapshot});
  }

  removed(upload: Upload): void {
    this.#teller.forget(upload);
    this.#emitter.emit('remove', {upload: upload.snapshot});
  }

  statusChanged(upload: Upload): void {
    const {status} = upload;
    this.#busy ||= !isSettled(status);
    this.#keepTime();
    this.#emitter.emit('change', {upload: upload.snapshot});
    if ((status.name === 'failed' || status.name === 'interrupted') && status.error) {
      this.#emitter.emit('error', {upload: upload.snapshot, error: status.error});
    }
    if (status.name === 'done') this.#emitter.emit('done', {upload: upload.snapshot, result: status.result});
    if (isSettled(status)) this.#tellWhenSettled();
  }

  progressed(upload: Upload, before: Progress): void {
    const gained = upload.progress.confirmed - before.confirmed;
    if (gained > 0 && upload.status.name === 'sending') this.#speed.confirmed(gained, this.#deps.clock.now());
    this.#teller.moved(upload);
  }

  /** What is told of storage or of a worker holds for every upload: once is enough. */
  warn(error: UploadError): void {
    if (this.#warned.has(error.code)) return;
    this.#warned.add(error.code);
    this.#emitter.emit('warning', {error});
  }

  /** More uploads are to join: until the function that comes back is called the list does not count as settled. */
  expect(): () => void {
    this.#expecting += 1;
    return () => {
      this.#expecting -= 1;
      this.#tellWhenSettled();
    };
  }

  /** Tells of progress no more. */
  stop(): void {
    this.#teller.stop();
  }

  #tellWhenSettled(): void {
    const {size, tally} = this.#deps.listing;
    const {done, canceled, failed, interrupted} = tally.count;
    if (!this.#busy || this.#expecting > 0 || done + canceled + failed + interrupted < size) return;
    this.#busy = false;
    this.#emitter.emit('settled', {totals: this.totals});
  }

  #keepTime(): void {
    if (this.#deps.listing.tally.count.sending > 0) this.#speed.start(this.#deps.clock.now());
    else this.#speed.stop(this.#deps.clock.now());
  }
}
