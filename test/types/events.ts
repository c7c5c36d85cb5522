import type {
  Folder,
  NewFile,
  RejectReason,
  Totals,
  UploadError,
  UploadEvent,
  UploadEvents,
  UploadResult,
  UploadSnapshot,
} from '../../src/index.js';
import '../../src/define.js';
import {holds, type Fits, type Same} from './same.js';

type Detail<Name extends keyof HTMLElementEventMap> = HTMLElementEventMap[Name] extends CustomEvent<infer D> ? D : never;
type Added = File | NewFile;

holds<
  [
    Same<Detail<'upload-add'>, {readonly upload: UploadSnapshot; readonly file: Added}>,
    Same<Detail<'upload-reject'>, {readonly file: Added | Folder; readonly reason: RejectReason}>,
    Same<Detail<'upload-change'>, {readonly upload: UploadSnapshot}>,
    Same<Detail<'upload-progress'>, {readonly upload: UploadSnapshot}>,
    Same<Detail<'upload-error'>, {readonly upload: UploadSnapshot; readonly error: UploadError}>,
    Same<Detail<'upload-warning'>, {readonly error: UploadError}>,
    Same<Detail<'upload-done'>, {readonly upload: UploadSnapshot; readonly result: UploadResult}>,
    Same<Detail<'upload-restore'>, {readonly upload: UploadSnapshot}>,
    Same<Detail<'uploads-settled'>, {readonly totals: Totals}>,
  ]
>(true, true, true, true, true, true, true, true, true);

// Every event there is stands above: one that is added stops the compiler here.
type Tested =
  | 'upload-add'
  | 'upload-reject'
  | 'upload-change'
  | 'upload-progress'
  | 'upload-error'
  | 'upload-warning'
  | 'upload-done'
  | 'upload-restore'
  | 'uploads-settled';
holds<[Same<keyof UploadEvents, Tested>]>(true);

// A listener gets the detail by the event's name, on the element and where the event bubbles to.
const tag = document.createElement('chunk-uploader');
tag.addEventListener('upload-done', (event) => holds<[Same<typeof event, UploadEvent<'upload-done'>>]>(true));
document.querySelector('form')?.addEventListener('upload-error', ({detail}) => holds<[Same<typeof detail.error, UploadError>]>(true));

// No event of ours takes the name of one of the platform's.
type Native = 'progress' | 'error' | 'abort' | 'load' | 'change' | 'cancel';
holds<[Same<Extract<keyof UploadEvents, Native>, never>, Fits<Detail<'upload-error'>, object>]>(true, true);
