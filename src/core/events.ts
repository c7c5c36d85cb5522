import type {UploadError} from './errors.js';
import type {UploadResult} from './ports.js';
import type {Totals, UploadSnapshot} from './snapshot.js';

/** What an {@link Uploader} tells, and what comes with it. */
export interface UploaderEvents {
  /** An upload has joined the list. */
  readonly add: {readonly upload: UploadSnapshot};
  /** An upload of an earlier page has joined the list again. Told after its `add`. */
  readonly restore: {readonly upload: UploadSnapshot};
  /** An upload has left the list. */
  readonly remove: {readonly upload: UploadSnapshot};
  /** An upload's status has changed. Told at once. */
  readonly change: {readonly upload: UploadSnapshot};
  /** Numbers have moved. At most once per frame and upload. */
  readonly progress: {readonly upload: UploadSnapshot};
  /**
   * An upload has failed and does not try again by itself, or the file that it was given again is not taken. Told once per failure,
   * after its `change`.
   */
  readonly error: {readonly upload: UploadSnapshot; readonly error: UploadError};
  /** The server has said "complete". Told once per upload, after its `change`. */
  readonly done: {readonly upload: UploadSnapshot; readonly result: UploadResult};
  /** Something goes on with less than it could have: `worker-unavailable`, `storage-unavailable`. */
  readonly warning: {readonly error: UploadError};
  /** Every upload is done, canceled, failed or interrupted, and at least one was not before. */
  readonly settled: {readonly totals: Totals};
}

/** A listener for one of the events in `Map`. */
export type Listener<Map, Name extends keyof Map> = (detail: Map[Name]) => void;

type Listeners<Map> = {[Name in keyof Map]?: Set<Listener<Map, Name>>};

/** Typed listeners without a DOM. A listener that throws stops nobody: its error is reported as an uncaught one. */
export class Emitter<Map extends object> {
  readonly #listeners: Listeners<Map> = {};

  /** The function that comes back takes the listener away. */
  on<Name extends keyof Map>(name: Name, listener: Listener<Map, Name>): () => void {
    const listeners = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls every listener in the order they came, in this task. */
  emit<Name extends keyof Map>(name: Name, detail: Map[Name]): void {
    for (const listener of [...(this.#listeners[name] ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
