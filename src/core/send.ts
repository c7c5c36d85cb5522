import {claim, isWorthClaiming} from './claim.js';
import {leavesOutcomeOpen} from './correct.js';
import {inFlight} from './flight.js';
import {Parts} from './parts.js';
import {failFast, type Lane} from './pool.js';
import type {Json, Opened, Sent, ServerResult} from './ports.js';
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
  const {parallel, preferred} = opened.parts;
  const before = bytesIn(opened.confirmed);
  const take = (): Range | undefined => {
    const fitting = Math.min(run.line.partSize, longest * preferred, parts.share(parallel));
    return parts.take(run.partSize.under(opened.parts, run.chunkSize(), fitting));
  };

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
        const sent = await sendPart(run, opened.remote, now, onSent, lane).catch((thrown: unknown) => told(thrown, parts.confirmed, now));
        if (sent.kind === 'done') return sent.result;
        if (sent.kind !== 'kept') throw new Setback(sent);
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
    return mayClaim && isWorthClaiming(run, before) ? claim(run, opened.remote, lane) : undefined;
  };
  return failFast([...Array.from({length: parallel}, () => lane), ahead], signal);
}

/** An answer is lost, but the answer to another part has told meanwhile that the server has these bytes: there is nothing to ask. */
function told(thrown: unknown, confirmed: Ranges, part: Range): Sent {
  if (leavesOutcomeOpen(thrown) && covers(confirmed, part)) return {kind: 'kept', confirmed};
  throw thrown;
}

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

function sendPart(run: Run, remote: Json, part: Range, onSent: (bytes: number) => void, signal: AbortSignal): Promise<Sent> {
  const {file, digests, line, protocol} = run;
  const send = (noteSent: (bytes: number) => void): Promise<Sent> => {
    const request = {remote, file, part, digests, onSent: noteSent, patience: (bytes: number) => line.limit(bytes)};
    return run.reach.through((limited) => protocol.send(request, limited), signal);
  };
  return inFlight(
    run,
    async (flight) => {
      const sent = await watchingFile(run, part, onSent, send, signal);
      if (sent.kind === 'kept') flight.acknowledged(part.end - part.start);
      return sent;
    },
    signal,
  );
}
