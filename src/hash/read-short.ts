import {unlessAborted} from '../core/pool.js';
import {sizeOf} from '../core/source-file.js';
import {endsEarly, patience, readError, silent} from './read-error.js';
import {within} from './within.js';

/**
 * All bytes of a short file, in one piece.
 *
 * @throws UploadError `file-changed` when the browser says so or the bytes end early, `file-unreadable` when the file is gone or gives
 *   nothing for 60 s.
 */
export async function readShort(blob: Blob, signal: AbortSignal): Promise<ArrayBuffer> {
  const bytes = await unlessAborted(within(patience, blob.arrayBuffer(), silent), signal).catch((thrown: unknown) => {
    signal.throwIfAborted();
    throw readError(thrown);
  });
  const missing = sizeOf(blob) - bytes.byteLength;
  if (missing > 0) throw endsEarly(missing);
  return bytes;
}
