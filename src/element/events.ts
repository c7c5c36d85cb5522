import type {UploadError} from '../core/errors.js';
import type {UploadResult} from '../core/ports.js';
import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import type {NewFile} from '../core/source-file.js';

/** A folder that was dropped where only files are taken. */
export interface Folder {
  readonly name: string;
  readonly path: string;
}

/** Why a file did not join the list. */
export interface RejectReason {
  readonly code: 'type' | 'too-large' | 'too-many' | 'not-a-file' | 'no-endpoint';
  /** For people, in the element's language. */
  readonly message: string;
}

/** The events of `<chunk-uploader>` and their details. All bubble and are composed. */
export interface UploadEvents {
  /** A file is about to join the list; `preventDefault()` keeps it out. `upload.id` is still empty. */
  'upload-add': {readonly upload: UploadSnapshot; readonly file: File | NewFile};
  /** A file or a folder was refused. */
  'upload-reject': {readonly file: File | NewFile | Folder; readonly reason: RejectReason};
  /** An upload has joined the list (`queued`), or its status has changed. */
  'upload-change': {readonly upload: UploadSnapshot};
  /** Numbers have moved. About ten times a second and upload at most. */
  'upload-progress': {readonly upload: UploadSnapshot};
  /** An upload has failed and does not try again by itself. */
  'upload-error': {readonly upload: UploadSnapshot; readonly error: UploadError};
  /** Something goes on with less than it could have: `worker-unavailable`, `storage-unavailable`. Nothing stops because of it. */
  'upload-warning': {readonly error: UploadError};
  /** The server has said "complete". */
  'upload-done': {readonly upload: UploadSnapshot; readonly result: UploadResult};
  /** An upload that an earlier page load has left unfinished is in the list again. */
  'upload-restore': {readonly upload: UploadSnapshot};
  /** Every upload is done, canceled or failed. */
  'uploads-settled': {readonly totals: Totals};
}

/** An event of `<chunk-uploader>`: everything is in `detail`. */
export class UploadEvent<Name extends keyof UploadEvents = keyof UploadEvents> extends CustomEvent<UploadEvents[Name]> {
  constructor(name: Name, detail: UploadEvents[Name]) {
    super(name, {detail, bubbles: true, composed: true, cancelable: name === 'upload-add'});
  }
}

/** For `addEventListener`: the event by its name. */
export type UploadEventMap = {[Name in keyof UploadEvents]: UploadEvent<Name>};

declare global {
  interface HTMLElementEventMap extends UploadEventMap {}
}
