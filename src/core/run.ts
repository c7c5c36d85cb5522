import {claim, rootAtOnce} from './claim.js';
import {Corrections} from './correct.js';
import type {FileDigests} from './digests.js';
import {UploadError} from './errors.js';
import {isWish, type PartSize} from './parts.js';
import {inFlight} from './flight.js';
import type {Hasher} from './hasher-ports.js';
import {comingBack} from './lazy.js';
import type {Flight, Line} from './line.js';
import type {Limits} from './patience.js';
import {unlessAborted} from './pool.js';
import type {Clock, Json, Opened, OpenRequest, Protocol, ServerResult, Slots, SourceFile, UploadResult} from './ports.js';
import {bytesIn, type Ranges} from './ranges.js';
import type {Reach} from './reach.js';
import type {UploadRecord} from './record.js';
import {sendMissing} from './send.js';
import {Setback} from './setback.js';
import type {Wake} from './wake.js';
import {watchingFile} from './watch-file.js';

/** What a run tells while it lives. Byte counts are of the whole file. */
export interface RunReport {
  /** The server has answered what it has; sending begins, or begins again. */
  opened(): void;
  /** Bytes of requests in flight. */
  sent(bytes: number): void;
  /** Bytes the server has. */
  confirmed(bytes: number): void;
  /** The last part waits until the file is proven unchanged. */
  verifying(): void;
  sentAll(): void;
  /** The server has forgotten the upload; it starts again. */
  lost(): void;
}

/** Everything a run works with. */
export interface Run {
  readonly file: SourceFile;
  readonly protocol: Protocol;
  readonly hasher: Hasher;
  readonly digests: FileDigests;
  readonly record: UploadRecord;
  readonly slots: Slots;
  readonly reach: Reach;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly line: Line;
  readonly wake: Wake;
  readonly partSize: PartSize;
  /** The page's wish for the length of parts. */
  readonly chunkSize: () => number | 'auto';
  /** The file's copy cannot be read any more. True when the file itself is there to take its place. */
  readonly withoutCopy: () => boolean;
  /** Keeps the file for a later page, once. Fails for no other reason than the signal's. */
  readonly keepFile: (signal: AbortSignal) => Promise<void>;
  /** Whether asking the page's `headers` function again may give fresh credentials. */
  readonly canRenew: () => boolean;
  readonly report: RunReport;
  /** What the server has, as far as it has said. */
  confirmed: Ranges;
}

/**
 * One run: from "what do you have?" to "it is all there". First start, resume, retry and reload all come through here. Resolves once,
 * when the server has said "complete" and its digest is ours; rejects with an `UploadError`, or with the signal's reason.
 */
export async function runUpload(run: Run, signal: AbortSignal): Promise<UploadResult> {
  const corrections = new Corrections(run);
  const over = new AbortController();
  run.wake.watch(AbortSignal.any([signal, over.signal])).catch(() => undefined);
  try {
    await run.record.prepare(signal);
    return await attempts(run, corrections, signal);
  } finally {
    over.abort();
  }
}

async function attempts(run: Run, corrections: Corrections, signal: AbortSignal): Promise<UploadResult> {
  for (;;) {
    const gone = new AbortController();
    const attempt = AbortSignal.any([signal, gone.signal]);
    const stopWatching = run.reach.watch((error) => gone.abort(error), attempt);
    try {
      return await unlessAborted(oneAttempt(run, attempt), attempt);
    } catch (thrown) {
      signal.throwIfAborted();
      gone.abort(thrown);
      await corrections.takeUp(thrown, signal);
    } finally {
      stopWatching();
    }
  }
}

async function oneAttempt(run: Run, signal: AbortSignal): Promise<UploadResult> {
  // 1. Ask the server what it has.
  const isNew = !run.record.repeated;
  const root = await rootAtOnce(run, signal);
  const opened = await open(run, root, signal);
  if (opened.kind === 'known') return settle(run, opened.result, signal);
  const had = opened.known ? await claim(run, opened.remote, signal) : undefined;
  if (had) return settle(run, had, signal);

  // 2. Send what is missing. The first part that fails stops the others.
  const early = await sendMissing(run, opened, isNew && root === undefined, signal);
  if (early) return settle(run, early, signal);

  // 3. Have the server put it together.
  run.report.sentAll();
  return settle(run, await finish(run, opened.remote, signal), signal);
}

async function open(run: Run, root: string | undefined, signal: AbortSignal): Promise<Exclude<Opened<Json>, {kind: 'gone'}>> {
  const {record, report, line, partSize} = run;
  // What is kept takes the place of what an earlier page has kept: not before it is certain that it is the same file.
  if (!record.unproven) await run.keepFile(signal);
  // A short file is read once, for its digest and for the request, and others may have the slot while it is.
  const bytes = await readWhole(run, signal);
  const opened = await inFlight(run, (flight) => ask(run, root, bytes, flight, signal), signal);
  if (opened.kind === 'gone') throw new Setback({kind: 'gone'});
  if (opened.kind === 'known') return opened;
  line.opened(opened.parts, partSize.least(opened.parts, run.chunkSize()));
  record.opened(opened.remote, signal);
  run.confirmed = opened.confirmed;
  report.sent(0);
  report.confirmed(bytesIn(opened.confirmed));
  if (record.unproven) {
    const {proveSame} = await comingBack.load(signal);
    if (!(await proveSame(run, opened.remote, opened.confirmed, signal))) throw new Setback({kind: 'gone'});
  }
  await run.keepFile(signal);
  report.opened();
  return opened;
}

/** How many bytes go along with a question to the server. */
function carriedNow({file, line, chunkSize}: Run): number {
  const wish = chunkSize();
  return Math.min(line.carried(file.size), isWish(wish) ? Math.floor(wish) : Infinity);
}

/** All bytes of a file that goes whole with its creation, if they can be had together with its digest. */
async function readWhole(run: Run, signal: AbortSignal): Promise<ArrayBuffer | undefined> {
  const {file, digests, protocol, record} = run;
  const isWhole = !record.repeated && file.size <= (protocol.wholeUpTo ?? 0) && carriedNow(run) === file.size;
  return isWhole ? digests.read(signal) : undefined;
}

async function ask(
  run: Run,
  root: string | undefined,
  bytes: ArrayBuffer | undefined,
  flight: Flight,
  signal: AbortSignal,
): Promise<Opened<Json>> {
  const {file, report} = run;
  const carry = bytes ? file.size : carriedNow(run);
  let carried = bytes ? carry : 0;
  const onSent = (bytes: number): void => {
    carried = bytes;
    report.sent(bytes);
  };
  const opened = await watchingFile(
    run,
    {start: bytes ? carry : 0, end: carry}, // what is here already needs no file
    onSent,
    (noteSent) => askWith(run, {root, carry, bytes, onSent: noteSent}, signal),
    signal,
  );
  // The first bytes tell how fast the line is, before a large part has to wait for it.
  if (opened.kind === 'open') flight.acknowledged(Math.min(carried, bytesIn(opened.confirmed)));
  return opened;
}

function askWith(
  {file, record, digests, line, protocol, reach}: Run,
  rest: Pick<OpenRequest, 'root' | 'carry' | 'bytes' | 'onSent'>,
  signal: AbortSignal,
): Promise<Opened<Json>> {
  const {key, repeated, remote: saved} = record;
  const request = {file, key, repeated, saved, digests, ...rest, patience: (bytes: number) => line.limit(bytes)};
  record.used();
  return reach.through((limited) => protocol.open(request, limited), signal);
}

/** How often a server that still verifies is asked, and how long it may stand still, in ms. */
const verifyingPause = 1_000;
const verifyingLimit = 60_000;

async function finish(run: Run, remote: Json, signal: AbortSignal): Promise<ServerResult> {
  let verified = -1;
  let moved = run.clock.now();
  for (;;) {
    const finished = await run.reach.through((limited) => run.protocol.finish(remote, limited), signal);
    if (finished.kind === 'done') return finished.result;
    if (finished.kind === 'gone') throw new Setback({kind: 'gone'});
    if (finished.kind === 'missing') {
      run.confirmed = finished.confirmed;
      throw new Setback({kind: 'conflict', error: new UploadError('protocol', 'The server lacks bytes that it had confirmed.')});
    }
    if (finished.verified > verified || run.wake.slept()) {
      verified = finished.verified;
      moved = run.clock.now();
    } else if (run.clock.now() - moved > verifyingLimit) {
      throw new UploadError('timeout', 'The server does not get on with checking the file. Try again later.');
    }
    await run.clock.sleep(verifyingPause, signal);
  }
}

/** The last word: nothing is done unless both sides read the same bytes. */
async function settle(run: Run, result: ServerResult, signal: AbortSignal): Promise<UploadResult> {
  const clientDigest = await run.digests.root(signal);
  const differs = result.verified === 'digest' && clientDigest !== null && result.digest !== clientDigest;
  if (differs) return disown(run, `digest ${result.digest} instead of ${clientDigest}`, signal);
  await run.record.forget(signal);
  return {...result, clientDigest};
}

/** The server's upload is not this file: the next try makes a new one. An upload that was only taken for this file's is left at once. */
async function disown(run: Run, difference: string, signal: AbortSignal): Promise<never> {
  if (run.record.found) throw new Setback({kind: 'gone'});
  run.confirmed = [];
  run.report.confirmed(0);
  await run.record.renew(signal);
  throw new UploadError('corrupt', `The server has another file than "${run.file.name}": ${difference}.`);
}
