import type {Range} from '../core/ranges.js';
import {blockSize} from './blocks.js';
import type {Settings} from './options.js';
import {Refusal} from './problem.js';
import type {Upload} from './upload.js';

/** How many parts may be shorter than they have to be, while an upload is in memory. A healthy client needs none. */
const shortParts = 1_000;
const shortPartsOf = new WeakMap<Upload, number>();

/** How many lines a journal may have beyond what parts of the least size need, with room for cuts, batches and new runs. */
const spareLines = 20_000;
const linesPerPart = 8;

/**
 * Whether an upload's journal may grow. What fills it are parts, cuts and new runs without number.
 *
 * @throws Refusal `too-many-parts`, for good: this upload cannot be finished.
 */
export function refuseFullJournal(upload: Upload, {parts: {min}}: Settings): void {
  const most = spareLines + linesPerPart * Math.ceil(upload.info.size / min);
  if (upload.entries < most) return;
  throw new Refusal('too-many-parts', 'This upload came in too many pieces. Begin it again, with larger parts.', {
    received: upload.received,
  });
}

/**
 * Whether a part is worth what it costs to remember it. Shorter than `parts.min` are parts that fill a gap, end a block or end the
 * file; of others there may be {@link shortParts}.
 *
 * @throws Refusal `too-many-parts`.
 */
export function refuseCrumbs(upload: Upload, span: Range, settings: Settings): void {
  refuseFullJournal(upload, settings);
  const {received} = upload;
  const {min} = settings.parts;
  if (received.length >= settings.maxRanges && !received.some(({start, end}) => start <= span.start && span.start <= end)) {
    throw new Refusal('too-many-parts', 'Content-Range: too many gaps; fill those that are there, from their start.', {received});
  }
  if (span.end - span.start >= Math.min(min, upload.info.size) || fillsUp(upload, span)) return;
  const count = (shortPartsOf.get(upload) ?? 0) + 1;
  shortPartsOf.set(upload, count);
  if (count <= shortParts) return;
  throw new Refusal('too-many-parts', `Content-Range: too many parts were shorter than ${min} bytes.`, {received});
}

function fillsUp(upload: Upload, {end}: Range): boolean {
  return (
    end === upload.info.size ||
    end % blockSize === 0 ||
    upload.received.some((range) => range.start <= end && end <= range.end) ||
    upload.running.some(({span}) => span.start === end)
  );
}
