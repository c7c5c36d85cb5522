import type {Range, Ranges} from '../core/ranges.js';
import {blocksIn} from './blocks.js';
import {Refusal} from './problem.js';
import {PacedReader} from './paced-reader.js';
import type {BodyEnd} from './receive.js';
import {receive} from './receive.js';
import type {PartClaim, RunningPart} from './running.js';
import type {Context} from './status.js';
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
export async function takePart(upload: Upload, part: Part, context: Context): Promise<void> {
  try {
    await bring(upload, part, context);
  } catch (error) {
    // A claim has ended it: the answer is the result, if the claim has one.
    await context.claims.outcome(upload);
    if (!upload.isComplete) throw error;
  }
}

async function bring(upload: Upload, part: Part, context: Context): Promise<void> {
  if (upload.isCanceled) throw new Refusal('gone', 'The upload was canceled.');
  const {part: running, ready} = upload.running.add(part, () => upload.superseded('A newer request brings the same bytes.'));
  const adopted = part.writer && upload.adopt(part.writer, part.creation ? takesOver : isHigher);
  try {
    await Promise.all([ready, adopted]);
    if (upload.isComplete || upload.missing(part.span).length === 0) return;
    refuseRepeated(upload, part.span);
    await read(upload, part, running, context);
  } finally {
    upload.running.remove(running);
  }
}

/** Bytes at the beginning of a part that are not worth a refusal: reading them again is sooner done. */
const worthRefusing = 262_144;

/**
 * Browsers repeat a whole request by themselves when its connection dies, from its first byte on. What has been received of it need not
 * travel again: the client is told at once, asks, and sends the rest.
 */
function refuseRepeated(upload: Upload, {start, end}: Range): void {
  const repeated = (upload.missing({start, end})[0]?.start ?? end) - start;
  if (repeated < worthRefusing) return;
  throw new Refusal('received', `The first ${repeated} bytes were received already.`, {received: upload.received}, {Connection: 'close'});
}

async function read(upload: Upload, part: Part, running: RunningPart, context: Context): Promise<void> {
  const {end, dropped} = await store(upload, part, running.signal, context);
  await upload.tryComplete();
  // Whole blocks are dropped: what this part brought may have gone with what another one brought, and is not to be called received.
  const gone = end === 'whole' && !upload.isComplete ? upload.missing(part.span).flatMap(blocksIn) : [];
  const blocks = [...new Set([...dropped, ...gone])];
  if (blocks.length > 0)
    throw new Refusal('blocks-dropped', `Blocks ${blocks.join(', ')} are damaged.`, {received: upload.received, blocks});
  if (!upload.isComplete) judge(end, part.openEnded, running);
}

interface Stored {
  readonly end: BodyEnd;
  readonly dropped: readonly number[];
}

async function store(upload: Upload, {body, span}: Part, signal: AbortSignal, {settings, seen}: Context): Promise<Stored> {
  const dropped: number[] = [];
  const data = await upload.folder.openData();
  const commit = async (written: Ranges): Promise<void> => {
    const begun = upload.blocks.digest(written, data);
    // Whatever becomes of the sync: the file is not closed while it is read.
    await Promise.all([upload.commit(written, data), ...begun.values()]).finally(() => Promise.allSettled(begun.values()));
    dropped.push(...(await upload.blocks.verify(written, data, begun)));
  };
  try {
    const onRead = (bytes: number): void => void (seen.bytes += bytes);
    const reader = new PacedReader(body, settings);
    const end = await receive(reader, span, {data, missing: (wanted) => upload.missing(wanted), commit, onRead}, signal);
    return {end, dropped};
  } finally {
    await data.close();
  }
}

function judge(end: BodyEnd, openEnded: boolean, {refusal}: RunningPart): void {
  if (refusal) throw refusal;
  if (end === 'cut') throw new Refusal('bad-request', 'The connection was lost before the whole body had arrived.');
  if (end === 'slow') throw new Refusal('too-slow', 'The body stopped coming, or came too slowly. What came is kept.');
  if (end === 'long') throw new Refusal('bad-request', 'The body is longer than the headers say.');
  if (end === 'short' && !openEnded) throw new Refusal('bad-request', 'The body is shorter than Content-Range says.');
}
