import {UploadError} from '../core/errors.js';
import {unlessAborted} from '../core/pool.js';
import type {Range} from '../core/ranges.js';
import {within} from './within.js';

/** ms without a single byte after which the disk counts as gone. A sleeping disk or a network drive may take seconds. */
const patience = 60_000;

/** Most bytes asked for at a time where the browser cannot stream into our buffer, or the bytes are not wanted at all. */
const most = 4 * 1024 * 1024;

const silent = (): UploadError =>
  new UploadError(
    'file-unreadable',
    `The file gave no bytes for ${patience / 1000} s. Check the disk or network drive it is on, then retry.`,
  );

/** One step of reading. Ends when the signal is aborted, even if the disk never answers. */
const step = <T>(read: Promise<T>, signal: AbortSignal): Promise<T> => unlessAborted(within(patience, read, silent), signal);

/** Reads into one buffer, as much at a time as there is: the fastest way, and the only one that copies nothing. */
async function byStream(piece: Blob, signal: AbortSignal): Promise<ArrayBuffer> {
  const reader = piece.stream().getReader({mode: 'byob'});
  let buffer = new ArrayBuffer(piece.size);
  let at = 0;
  try {
    while (at < piece.size) {
      signal.throwIfAborted();
      const {done, value} = await step(reader.read(new Uint8Array(buffer, at)), signal);
      if (value) buffer = value.buffer;
      if (done) break;
      at += value.byteLength;
    }
    return at === piece.size ? buffer : buffer.slice(0, at);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

async function bySlices(piece: Blob, signal: AbortSignal): Promise<ArrayBuffer> {
  const whole = new Uint8Array(piece.size);
  let at = 0;
  while (at < piece.size) {
    signal.throwIfAborted();
    const wanted = Math.min(most, piece.size - at);
    const bytes = await step(piece.slice(at, at + wanted).arrayBuffer(), signal);
    whole.set(new Uint8Array(bytes), at);
    at += bytes.byteLength;
    if (bytes.byteLength < wanted) break;
  }
  return at === piece.size ? whole.buffer : whole.buffer.slice(0, at);
}

/** What a failed read means. The names are what Chromium and Firefox throw when the file behind a `File` has changed or gone. */
function readError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'NotReadableError') {
    return new UploadError('file-changed', 'The file was changed since it was chosen, or may not be read any more. Choose it again.', {
      cause: thrown,
    });
  }
  if (name === 'RangeError') {
    return new UploadError('unexpected', `There is no memory to read the file with (${String(thrown)}). Close something, then retry.`, {
      cause: thrown,
    });
  }
  // NotFoundError in Chromium, AbortError in Firefox, when it was removed; SecurityError when access was withdrawn
  return new UploadError('file-unreadable', `The file cannot be read (${String(thrown)}). Is it still where it was?`, {cause: thrown});
}

/**
 * The bytes of `span`, all of them. Memory: as many bytes as the span has.
 *
 * @throws UploadError `file-changed` when the browser says so or the bytes end early (Firefox shortens without a word),
 *   `file-unreadable` when the file is gone or gives nothing for 60 s.
 */
export async function readSpan(blob: Blob, {start, end}: Range, signal: AbortSignal): Promise<ArrayBuffer> {
  const piece = blob.slice(start, end);
  let bytes: ArrayBuffer;
  try {
    // A stream's error does not tell a changed file from a removed one, and some browsers have no such stream: then slices.
    bytes = await byStream(piece, signal).catch((thrown: unknown) => {
      signal.throwIfAborted();
      if (thrown instanceof UploadError) throw thrown;
      return bySlices(piece, signal);
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw readError(thrown);
  }
  if (bytes.byteLength === end - start) return bytes;
  throw new UploadError(
    'file-changed',
    `The file ends ${end - start - bytes.byteLength} bytes early: it was changed since it was chosen. Choose it again.`,
  );
}

/**
 * Reads `span` and keeps nothing. Memory: 4 MiB.
 *
 * @throws UploadError as {@link readSpan}.
 */
export async function readThrough(blob: Blob, {start, end}: Range, signal: AbortSignal): Promise<void> {
  for (let at = start; at < end; at += most) {
    await readSpan(blob, {start: at, end: Math.min(at + most, end)}, signal);
  }
}

/**
 * Chromium asks the disk how long a file is when the page first wants to know, and so may answer less than a range was made from.
 *
 * @throws UploadError `file-changed` when `range` ends beyond the file.
 */
export function requireWithin({size}: Blob, {end}: Range): void {
  if (end <= size) return;
  throw new UploadError(
    'file-changed',
    `The file has ${size} bytes, and byte ${end} was asked for: it was changed since it was chosen. Choose it again.`,
  );
}
