/** A half-open span of bytes: `start` belongs to it, `end` does not. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Spans in ascending order that neither overlap nor touch. Only {@link union} and what is built on it makes them. */
export type Ranges = readonly Range[];

/** The bytes that are in any of the spans. Empty spans vanish, touching ones become one. */
export function union(...spans: readonly Range[]): Ranges {
  const sorted = spans.filter(({start, end}) => end > start).sort((a, b) => a.start - b.start);
  const joined: Range[] = [];
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last && span.start <= last.end) joined[joined.length - 1] = {start: last.start, end: Math.max(last.end, span.end)};
    else joined.push(span);
  }
  return joined;
}

/** The bytes of `whole` that are in none of the `taken` spans. */
export function gaps(taken: Ranges, whole: Range): Ranges {
  const missing: Range[] = [];
  let at = whole.start;
  for (const {start, end} of taken) {
    if (start > at) missing.push({start: at, end: Math.min(start, whole.end)});
    at = Math.max(at, end);
    if (at >= whole.end) break;
  }
  if (at < whole.end) missing.push({start: at, end: whole.end});
  return missing.filter(({start, end}) => end > start);
}

/** The bytes of `from` that are not in `taken`. */
export const without = (from: Ranges, taken: Range): Ranges => union(...from.flatMap((span) => gaps([taken], span)));

/** Whether every byte of `span` is in `ranges`. */
export const covers = (ranges: Ranges, span: Range): boolean =>
  span.end <= span.start || ranges.some(({start, end}) => start <= span.start && span.end <= end);

/** How many bytes the spans hold. */
export const bytesIn = (ranges: Ranges): number => ranges.reduce((sum, {start, end}) => sum + end - start, 0);
