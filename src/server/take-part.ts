import type {Ranges} from '../core/ranges.js';
import {isFull} from './disk.js';
import {Refusal} from './problem.js';
import type {BodyEnd} from './receive.js';
import {receive} from './receive.js';
import type {PartClaim, RunningPart} from './running.js';
import type {Upload} from './upload.js';
import {isHigher, takesOver} from './writers.js';

/** A part that has been accepted: nothing is left to refuse before its body is read. */
export interface Part extends PartClaim {
  readonly body: ReadableStream<Uint8Array>;
  /** Whether the body may be shorter than `span`, because nobody has said how long it is. */
  readonly openEnded: boolean;
}

/**
 * Reads the body of a part. Resolves when all of it is durable and its whole blocks are checked; completes the upload if that was the
 * last of it.
 *
 * @throws Refusal when it was damaged, cut, longer or shorter than said, or had to give way. What arrived is kept all the same.
 */
export async function takePart(upload: Upload, part: Part): Promise<void> {
  if (upload.isCanceled) throw new Refusal('gone', 'The upload was canceled.');
  const {part: running, ready} = upload.running.add(part, () => upload.superseded('A newer request brings the same bytes.'));
  const adopted = part.writer && upload.adopt(part.writer, part.creation ? takesOver : isHigher);
  try {
    await Promise.all([ready, adopted]);
    if (upload.isComplete) return;
    await read(upload, part, running);
  } catch (error) {
    throw isFull(error) ? new Refusal('storage-full', 'There is no space left for these bytes.') : error;
  } finally {
    upload.running.remove(running);
  }
}

async function read(upload: Upload, part: Part, running: RunningPart): Promise<void> {
  const {end, dropped} = await store(upload, part, running.signal);
  await upload.tryComplete();
  if (dropped.length > 0) {
    throw new Refusal('blocks-dropped', `Blocks ${dropped.join(', ')} are damaged.`, {received: upload.received, blocks: dropped});
  }
  if (!upload.isComplete) judge(end, part.openEnded, running);
}

async function store(upload: Upload, {body, span}: Part, signal: AbortSignal): Promise<{end: BodyEnd; dropped: readonly number[]}> {
  const dropped: number[] = [];
  const data = await upload.folder.openData();
  const commit = async (written: Ranges): Promise<void> => {
    await upload.commit(written, data);
    dropped.push(...(await upload.blocks.verify(written, data)));
  };
  try {
    const end = await receive(body, span, {data, missing: (wanted) => upload.missing(wanted), commit}, signal);
    return {end, dropped};
  } finally {
    await data.close();
  }
}

function judge(end: BodyEnd, openEnded: boolean, {refusal}: RunningPart): void {
  if (refusal) throw refusal;
  if (end === 'cut') throw new Refusal('bad-request', 'The connection was lost before the whole body had arrived.');
  if (end === 'long') throw new Refusal('bad-request', 'The body is longer than the headers say.');
  if (end === 'short' && !openEnded) throw new Refusal('bad-request', 'The body is shorter than Content-Range says.');
}
