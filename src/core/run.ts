import {claim, rootAtOnce} from './claim.js';
import {Corrections} from './correct.js';
import type {FileDigests} from './digests.js';
import {UploadError} from './errors.js';
import type {Hasher} from './hasher-ports.js';
import type {Line} from './line.js';
import {open} from './open.js';
import type {PartSize} from './parts.js';
import type {Limits} from './patience.js';
import {unlessAborted} from './pool.js';
import type {Clock, Json, Protocol, ServerResult, Slots, SourceFile, UploadResult} from './ports.js';
import type {Ranges} from './ranges.js';
import type {Reach} from './reach.js';
import type {UploadRecord} from './record.js';
import {sendMissing} from './send.js';
import {Setback} from './setback.js';
import type {Wake} from './wake.js';

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
