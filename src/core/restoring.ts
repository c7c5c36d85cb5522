import {toUploadError, UploadError} from './errors.js';
import {comingBack} from './lazy.js';
import type {Listing} from './listing.js';
import type {Clock, ResumeStore} from './ports.js';
import type {LeftUpload} from './saved-uploads.js';
import {isOver} from './state.js';
import type {Upload} from './upload.js';

/** What it takes to list uploads again. */
export interface RestoringDeps {
  readonly store: ResumeStore;
  readonly clock: Clock;
  readonly scope: string;
  readonly listing: Listing;
  /** Makes an upload that has no file yet. */
  readonly make: (left: LeftUpload) => Upload;
  /** Puts it on the list. */
  readonly list: (upload: Upload) => void;
  readonly warn: (error: UploadError) => void;
}

/** Lists again what earlier pages have left. */
export class Restoring {
  readonly #deps: RestoringDeps;
  readonly #signal: AbortSignal;
  #last: Promise<readonly Upload[]> = Promise.resolve([]);

  constructor(deps: RestoringDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /**
   * Gives those that are listed now, as soon as it is known what each needs. A store that cannot be read is a warning, and nothing is
   * listed. One call after the other: two at a time would keep each other from seeing whose an upload is.
   */
  restore(): Promise<readonly Upload[]> {
    this.#last = this.#last.then(() => listLeft(this.#deps, this.#signal));
    return this.#last;
  }
}

async function listLeft(deps: RestoringDeps, signal: AbortSignal): Promise<readonly Upload[]> {
  const left = await look(deps, signal).catch((thrown: unknown) => {
    if (!signal.aborted) deps.warn(cannotBeRead(thrown));
    return [];
  });
  const back = await Promise.all(left.map((one) => lookFor(one, deps)));
  return back.flatMap((upload) => (upload && putBack(upload, deps, signal) ? [upload] : []));
}

/** What there is, and the code that goes on with it. */
async function look({store, scope, clock}: RestoringDeps, signal: AbortSignal): Promise<readonly LeftUpload[]> {
  const all = await store.all(signal);
  if (all.length === 0) return [];
  const {leftUploads} = await comingBack.load(signal);
  return leftUploads(all, store, scope, clock.today(), signal);
}

/** Looks what an upload needs, unless it is listed already. */
async function lookFor(left: LeftUpload, {listing, make}: RestoringDeps): Promise<Upload | undefined> {
  if (!listing.isFree(left.storeKey)) return undefined;
  const upload = make(left);
  await upload.comeBack();
  return upload;
}

/** Puts it on the list, unless the same one is there or it is over meanwhile. True when it is there now. */
function putBack(upload: Upload, {listing, list}: RestoringDeps, signal: AbortSignal): boolean {
  if (signal.aborted || isOver(upload.status) || !listing.isFree(upload.storeKey)) {
    upload.abandon();
    return false;
  }
  list(upload);
  void upload.ask();
  return true;
}

const cannotBeRead = (cause: unknown): UploadError =>
  new UploadError('storage-unavailable', `Uploads of earlier pages cannot be listed. ${toUploadError(cause).message}`, {cause});
