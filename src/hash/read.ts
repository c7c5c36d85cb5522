import type {Range} from '../core/ranges.js';
import type {Pieces} from './pieces.js';
import {endsEarly, readError} from './read-error.js';

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
    if (piece.length === 0) throw endsEarly(left);
    left -= piece.length;
    yield piece;
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
