import {UploadError} from '../core/errors.js';
import type {Range} from '../core/ranges.js';
import {Pieces} from './pieces.js';

/** What a failed read means. The names are what Chromium and Firefox throw when the file behind a `File` has changed or gone. */
function readError(cause: unknown): UploadError {
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

/** The bytes of `span`. Slicing a whole file is left out: it costs as much as reading a small one. */
export const pieceOf = (blob: Blob, {start, end}: Range): Blob => (start === 0 && end === blob.size ? blob : blob.slice(start, end));

/**
 * Takes the next `length` bytes, piece by piece. A piece is there until the next one is asked for.
 *
 * @throws UploadError `file-changed` when the browser says so or the bytes end early (Firefox shortens without a word),
 *   `file-unreadable` when the file is gone or gives nothing for 60 s.
 */
export async function* takeAll(pieces: Pieces, length: number, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for (let left = length; left > 0;) {
    const piece = await pieces.take(left, signal).catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw readError(thrown);
    });
    if (piece.length === 0) {
      throw new UploadError('file-changed', `The file has changed since it was chosen: it ends ${left} bytes early. Choose it again.`);
    }
    left -= piece.length;
    yield piece;
  }
}

/**
 * Reads `span` and keeps nothing. Memory: see {@link Pieces}.
 *
 * @throws UploadError as {@link takeAll}.
 */
export async function readThrough(blob: Blob, span: Range, signal: AbortSignal): Promise<void> {
  const pieces = new Pieces(pieceOf(blob, span));
  const all = takeAll(pieces, span.end - span.start, signal);
  try {
    while (!(await all.next()).done);
  } finally {
    pieces.close();
  }
}

/** `before`, then the next `length` bytes, in one piece. Memory: as many bytes again. @throws UploadError as {@link takeAll}. */
export async function gather(
  pieces: Pieces,
  length: number,
  signal: AbortSignal,
  before: Uint8Array = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Uint8Array(before.length + length);
  all.set(before);
  let at = before.length;
  for await (const piece of takeAll(pieces, length, signal)) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The bytes of `span`, all of them. @throws UploadError as {@link takeAll}. */
export async function readSpan(blob: Blob, span: Range, signal: AbortSignal): Promise<ArrayBuffer> {
  const pieces = new Pieces(pieceOf(blob, span));
  try {
    return (await gather(pieces, span.end - span.start, signal)).buffer;
  } finally {
    pieces.close();
  }
}
