import type {Range, Ranges} from '../core/ranges.js';
import type {BatchTarget} from './batches.js';
import {Batches} from './batches.js';
import type {PacedReader} from './paced-reader.js';

/** Where the bytes of a body go. */
export interface Destination extends BatchTarget {
  /** The spans of `span` that are still wanted. */
  missing(span: Range): Ranges;
  /** So many bytes have come; not all of them may be wanted. */
  onRead(bytes: number): void;
}

/**
 * How a body ended. `ended`: the signal was aborted. `cut`: the connection died. `slow`: it came too slowly. `short`, `long`: it was not as
 * long as its span. What arrived is durable in every case.
 */
export type BodyEnd = 'whole' | 'short' | 'long' | 'cut' | 'slow' | 'ended';

/**
 * Writes a body to its place, and has it made durable every 8 MiB or 1 s and at the end. Once `signal` is aborted nothing further is
 * read; what had been read counts.
 *
 * @throws what writing or syncing throws, after everything written has been tried to be made durable.
 */
export async function receive(reader: PacedReader, span: Range, to: Destination, signal: AbortSignal): Promise<BodyEnd> {
  const stop = (): void => reader.stop();
  const batches = new Batches(to);
  signal.addEventListener('abort', stop, {once: true});
  if (signal.aborted) stop();
  try {
    return await readInto(
      reader,
      span,
      async (chunk, at) => {
        to.onRead(chunk.length);
        for (const {start, end} of to.missing({start: at, end: at + chunk.length}))
          await batches.add(chunk.subarray(start - at, end - at), start);
      },
      signal,
    );
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await batches.end();
  }
}

async function readInto(
  reader: PacedReader,
  {start, end}: Range,
  write: (chunk: Uint8Array, at: number) => Promise<void>,
  signal: AbortSignal,
): Promise<BodyEnd> {
  for (let at = start; !signal.aborted;) {
    const chunk = await reader.next();
    if (chunk === 'cut' || chunk === 'slow') return chunk;
    if (!chunk) return signal.aborted ? 'ended' : at === end ? 'whole' : 'short';
    await write(chunk.subarray(0, end - at), at);
    at += chunk.length;
    if (at > end) return 'long';
  }
  return 'ended';
}
