import {claim, isWorthClaiming} from './claim.js';
import {leavesOutcomeOpen} from './correct.js';
import {inFlight} from './flight.js';
import type {Flight} from './line.js';
import {Parts} from './parts.js';
import {aborted, failFast, type Lane} from './pool.js';
import type {Json, Opened, PartRule, Sent, ServerResult} from './ports.js';
import {bytesIn, covers, gaps, type Range, type Ranges} from './ranges.js';
import type {Run} from './run.js';
import {Setback} from './setback.js';
import {watchingFile} from './watch-file.js';

/** Longest part on a fast line, as a multiple of what the server prefers: longer ones save nothing and are acknowledged more rarely. */
const longest = 2;

/**
 * Sends what `opened` lacks, several parts at once, while the blocks still to be digested are digested ahead; then, with `mayClaim`, the
 * server is asked whether it has the whole file already. The answer is the result, when the last part or the claim brought it.
 *
 * @throws Setback what the run may put right. @throws UploadError what it cannot.
 */
export async function sendMissing(
  run: Run,
  opened: Extract<Opened<Json>, {kind: 'open'}>,
  mayClaim: boolean,
  signal: AbortSignal,
): Promise<ServerResult | undefined> {
  const parts = new Parts(run.file.size, opened.confirmed, opened.parts, opened.lanes);
  const onTheWay = new Map<Range, number>();
  const noteSent = (): void => run.report.sent(unconfirmed(onTheWay, parts.confirmed));
  const take = (): Range | undefined => nextPart(run, parts, opened.parts);
  const closing = new AbortController();
  const lane: Lane<ServerResult> = async (lane) => {
    for (let part = take(); part; part = take()) {
      const now = part;
      const onSent = (bytes: number): void => {
        if (lane.aborted) return;
        onTheWay.set(now, bytes);
        noteSent();
      };
      try {
        await prepare(run, now, parts.lastTaken, lane);
        const way = {part: now, confirmed: () => parts.confirmed, onSent, closing};
        const sent = await sendPart(run, opened.remote, way, lane);
        if (sent.kind === 'done') return sent.result;
        run.partSize.kept();
        parts.confirm(sent.confirmed);
        run.confirmed = parts.confirmed;
      } finally {
        parts.release(now);
        onTheWay.delete(now);
      }
      noteSent();
      run.report.confirmed(bytesIn(run.confirmed));
    }
    return undefined;
  };
  const ahead: Lane<ServerResult> = async (lane) => {
    await run.digests.ahead(lane);
    return mayClaim && isWorthClaiming(run) ? claim(run, opened.remote, lane) : undefined;
  };
  return failFast([...Array.from({length: opened.parts.parallel}, () => lane), ahead], signal);
}

/** What the server has of a part for good, or that it was the last. */
type Arrived = Extract<Sent, {kind: 'kept' | 'done'}>;

/** The next part, as long as the page wishes or, with `auto`, as suits the line, the server and what is digested. */
function nextPart(run: Run, parts: Parts, rule: PartRule): Range | undefined {
  // Nothing is on the line while a part waits for its digests: it is no longer than those that are made, or what the server prefers.
  const digested = Math.max(rule.preferred, run.digests.readyUntil(parts.next) - parts.next);
  const suiting = run.line.partSize * staggered(parts.inFlight, rule.parallel);
  const fitting = Math.min(suiting, longest * rule.preferred, parts.share(rule.parallel), digested);
  return parts.take(run.partSize.under(rule, run.chunkSize(), fitting));
}

/**
 * How much the next part has of what suits the line: half, when no other is in flight, to all. Parts that begin together would end together,
 * and none of their connections would bring anything until they are answered.
 */
const staggered = (inFlight: number, parallel: number): number =>
  1 - Math.max(0, parallel - 1 - inFlight) / (2 * Math.max(1, parallel - 1));

/** Bytes on the wire that no answer has confirmed yet: the answer to one part may tell of others that are still on their way. */
function unconfirmed(onTheWay: ReadonlyMap<Range, number>, confirmed: Ranges): number {
  const left = [...onTheWay].map(([{start}, bytes]) => gaps(confirmed, {start, end: start + bytes}));
  return bytesIn(left.flat());
}

/** What a part needs before it takes a slot: its digests and, when it is the last one, the proof that the file has not changed. */
async function prepare(run: Run, part: Range, last: boolean, signal: AbortSignal): Promise<void> {
  await run.digests.of(part, signal);
  if (!last) return;
  if (run.digests.rereads) run.report.verifying();
  await run.digests.prove(signal);
}

/** A part, and who is told of it. */
interface OnItsWay {
  readonly part: Range;
  /** What the server has by now. */
  readonly confirmed: () => Ranges;
  readonly onSent: (bytes: number) => void;
  /** Aborted with the first part that fails or brings the result, before its slot is free: whoever gets that sends nothing more. */
  readonly closing: AbortController;
}

function sendPart(run: Run, remote: Json, way: OnItsWay, signal: AbortSignal): Promise<Arrived> {
  const {part, closing} = way;
  const request = async (flight: Flight): Promise<Arrived> => {
    if (closing.signal.aborted) await aborted(signal).promise;
    try {
      const sent = await exchange(run, remote, way, signal);
      if (sent?.kind === 'kept') flight.acknowledged(part.end - part.start);
      if (sent?.kind === 'done') closing.abort();
      return sent ?? {kind: 'kept', confirmed: way.confirmed()};
    } catch (thrown) {
      closing.abort();
      throw thrown;
    }
  };
  return inFlight(run, request, signal);
}

/**
 * One request. `undefined`: its answer is lost, but the answer to another part has told meanwhile that the server has these bytes, so
 * there is nothing to ask.
 *
 * @throws Setback when the answer is another one.
 */
async function exchange(run: Run, remote: Json, {part, confirmed, onSent}: OnItsWay, signal: AbortSignal): Promise<Arrived | undefined> {
  const {file, digests, line, protocol} = run;
  const send = (noteSent: (bytes: number) => void): Promise<Sent> => {
    const request = {remote, file, part, digests, onSent: noteSent, patience: (bytes: number) => line.limit(bytes)};
    return run.reach.through((limited) => protocol.send(request, limited), signal);
  };
  const sent = await watchingFile(run, part, onSent, send, signal).catch((thrown: unknown) => {
    if (leavesOutcomeOpen(thrown) && covers(confirmed(), part)) return undefined;
    throw thrown;
  });
  if (sent && sent.kind !== 'kept' && sent.kind !== 'done') throw new Setback(sent);
  return sent;
}
