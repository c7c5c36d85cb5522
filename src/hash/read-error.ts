import {UploadError} from '../core/errors.js';

/** ms without a single byte after which the disk counts as gone. A sleeping disk or a network drive may take seconds. */
export const patience = 60_000;

/** Nothing has come for that long. */
export const silent = (): UploadError =>
  new UploadError('file-unreadable', `The file gave nothing for ${patience / 1000} s. Is it still there?`);

/** What a failed read means. The names are what Chromium and Firefox throw when the file behind a `File` has changed or gone. */
export function readError(cause: unknown): UploadError {
  if (cause instanceof UploadError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'NotReadableError') {
    return new UploadError('file-changed', 'The file has changed since it was chosen, or may not be read now. Choose it again.', {
      cause,
    });
  }
  if (name === 'RangeError') {
    return new UploadError('unexpected', `No memory left to read the file (${String(cause)}). Close something.`, {
      cause,
    });
  }
  // NotFoundError in Chromium, AbortError in Firefox, when it was removed; SecurityError when access was withdrawn
  return new UploadError('file-unreadable', `The file cannot be read (${String(cause)}). Is it still there?`, {cause});
}

/** It is shorter than it was, by `bytes`. Firefox cuts what it reads without a word. */
export const endsEarly = (bytes: number): UploadError =>
  new UploadError('file-changed', `The file has changed since it was chosen: it ends ${bytes} bytes early. Choose it again.`);
