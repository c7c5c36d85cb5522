import type {Doing} from './activity.js';
import {UploadError} from './errors.js';
import type {FoundFile, ServerResult, SourceFile} from './ports.js';
import {bytesIn} from './ranges.js';
import type {SavedUpload} from './saved-upload.js';
import type {Needs} from './state.js';
import {askForFile, askServer, findFile, type Stock} from './take-stock.js';
import type {UploadParts} from './upload-parts.js';

/** An upload that an earlier page has left unfinished, until it has its file again. */
export class Returning {
  readonly #parts: UploadParts;
  readonly #watch: () => void;

  /** `watch` is called when another tab has the upload. */
  constructor(parts: UploadParts, watch: () => void) {
    this.#parts = parts;
    this.#watch = watch;
  }

  /**
   * Looks for the record and the file, and tells what is needed. Resolves when that is known. What is only listed is left to any tab;
   * `keeping`: this one keeps it.
   */
  async comeBack(keeping = false): Promise<void> {
    const {activity, ownership, record, standing, storeKey, deps} = this.#parts;
    const doing = activity.next();
    const {signal} = doing;
    try {
      const isOurs = await ownership.take(signal);
      if (!isOurs) return doing.end() ? this.#watch() : undefined;
      if (!keeping) ownership.release();
      const saved = await record.find(signal);
      const stock = await findFile(deps, storeKey, signal);
      if (!doing.end()) return;
      if (saved) this.#interrupt(stock);
      else standing.apply({type: 'cancel'});
    } catch {
      doing.end();
    }
  }

  /** Asks the server how much it has. Where it cannot be asked, what it had last said is shown. */
  async ask(): Promise<void> {
    const {activity, record, deps, standing} = this.#parts;
    const saved = record.found;
    if (!saved) return;
    const doing = activity.next();
    try {
      const answer = await askServer(deps, saved, doing.signal);
      if (answer?.kind === 'done') return await this.#isDone(answer.result, saved, doing);
      if (!doing.end()) return;
      if (answer?.kind === 'open') standing.note({confirmed: bytesIn(answer.confirmed)});
      else standing.note({confirmed: answer === undefined ? saved.confirmed : 0});
    } catch {
      doing.end();
    }
  }

  /** Goes on, as far as nothing but that is needed; has a person asked for access where that is. */
  resume(): void {
    const {standing} = this.#parts;
    if (standing.status.name === 'interrupted' && standing.status.needs === 'access') void this.#askForAccess();
    else standing.apply({type: 'resume'});
  }

  /**
   * Here is the file again; the upload goes on as soon as it is told to. What has another name or size is refused at once; the content is
   * looked at before anything is sent. Of several that look the same the last one counts; one that is proven already stays.
   */
  give(file: SourceFile): void {
    const {standing, source, record, digests} = this.#parts;
    const isElsewhere = standing.status.name === 'elsewhere';
    if (standing.status.name !== 'interrupted' && !isElsewhere) return;
    const isOther = file.name !== source.name || file.size !== source.size;
    if (isOther && isElsewhere) return;
    if (isOther) return this.#refuse(notThis(source));
    if (!source.isHere || !record.isProven) {
      source.use(file);
      digests.forget();
      record.doubt();
    }
    if (!isElsewhere) standing.apply({type: 'interrupted', needs: 'nothing'});
  }

  /** The file that was given is another one: it is let go, and what the server has stays. */
  refuse(error: UploadError): void {
    const {source, ownership, digests, record} = this.#parts;
    record.rest();
    source.use(undefined);
    digests.forget();
    ownership.release();
    this.#refuse(error);
  }

  #refuse(error: UploadError): void {
    const {standing} = this.#parts;
    const needs = standing.status.name === 'interrupted' ? standing.status.needs : 'file';
    standing.apply({type: 'interrupted', needs, error});
  }

  async #askForAccess(): Promise<void> {
    const {activity, standing, storeKey, deps} = this.#parts;
    const doing = activity.next();
    try {
      const stock = await askForFile(deps, storeKey, doing.signal);
      if (!doing.end()) return;
      this.#interrupt(stock.found.kind === 'locked' ? {...stock, error: refused()} : stock);
      standing.apply({type: 'resume'});
    } catch {
      doing.end();
    }
  }

  #interrupt({found, error}: Stock): void {
    const needs = this.#use(found);
    // Why it was not found matters no more when somebody has given it meanwhile.
    this.#parts.standing.apply({type: 'interrupted', needs, ...(error && needs !== 'nothing' ? {error} : {})});
  }

  /** Takes the file over, if it may be the one, and nobody has given it meanwhile. */
  #use(found: FoundFile): Needs {
    const {source, record, digests} = this.#parts;
    if (source.isHere) return 'nothing';
    if (found.kind === 'locked') {
      source.keep('handle');
      return 'access';
    }
    if (found.kind === 'nothing' || found.blob.size !== source.size) return 'file';
    source.use(found, found.isCopy ? 'copy' : 'handle');
    const saved = record.found?.digests;
    // All digests together name one version of the file: whatever is sent later is held to them. Some of them say nothing of the rest.
    const isSame = digests.covers(saved) && (found.isCopy || found.lastModified === source.lastModified);
    if (isSame || found.isCopy) digests.take(saved);
    if (isSame) record.proven();
    return 'nothing';
  }

  /** The answer to the last part was lost, and the server has had everything ever since. */
  async #isDone(result: ServerResult, {digests: saved}: SavedUpload, doing: Doing): Promise<void> {
    const {digests, record, standing, source, deps} = this.#parts;
    const clientDigest =
      saved && digests.covers(saved)
        ? await deps.hasher.root(
            saved.list.filter((one) => one !== undefined),
            doing.signal,
          )
        : null;
    const isOurs = clientDigest === null || result.verified !== 'digest' || clientDigest === result.digest;
    if (isOurs) await record.forget(doing.signal);
    if (!doing.end() || !isOurs) return;
    standing.note({confirmed: source.size});
    standing.apply({type: 'finished', result: {...result, clientDigest}});
  }
}

const notThis = ({name}: SourceFile): UploadError =>
  new UploadError(
    'other-file',
    `This is another file than "${name}", which was being uploaded: its name or size differs. Choose that one.`,
  );

const refused = (): UploadError =>
  new UploadError('file-unreadable', 'Access to the file was not allowed. Allow it, or choose the file again.');
