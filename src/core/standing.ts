import type {Clock} from './ports.js';
import type {Progress} from './snapshot.js';
import {Speed} from './speed.js';
import {next, type UploadAction, type UploadStatus} from './state.js';

/** Who is told, in the task in which it happens. */
export interface StandingListener {
  statusChanged(before: UploadStatus): void;
  progressed(before: Progress): void;
}

/** Where one upload stands: its status, its numbers, and how fast they move. */
export class Standing {
  readonly #clock: Clock;
  readonly #listener: StandingListener;
  readonly #speed = new Speed();
  #status: UploadStatus;
  #progress: Progress;

  constructor(size: number, first: UploadStatus, clock: Clock, listener: StandingListener) {
    this.#status = first;
    this.#progress = {size, hashed: 0, sent: 0, confirmed: 0};
    this.#clock = clock;
    this.#listener = listener;
  }

  get status(): UploadStatus {
    return this.#status;
  }

  get progress(): Progress {
    return this.#progress;
  }

  get speed(): Speed {
    return this.#speed;
  }

  /** Nothing happens when a person asked for what is not possible now. @throws TypeError as `next` of state.ts. */
  apply(action: UploadAction): void {
    const before = this.#status;
    const after = next(before, action);
    if (after === before) return;
    this.#status = after;
    if (after.name === 'sending') this.#speed.start(this.#clock.now());
    else this.#speed.stop(this.#clock.now());
    this.#listener.statusChanged(before);
  }

  note(numbers: Partial<Omit<Progress, 'size'>>): void {
    const before = this.#progress;
    this.#progress = {...before, ...numbers};
    const gained = this.#progress.confirmed - before.confirmed;
    if (gained > 0 && this.#status.name === 'sending') this.#speed.confirmed(gained, this.#clock.now());
    this.#listener.progressed(before);
  }
}
