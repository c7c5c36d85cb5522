import {unlessAborted} from '../core/pool.js';
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
  if (bytes.byteLength < blob.size) throw endsEarly(blob.size - bytes.byteLength);
  return bytes;
}
