import {Setback} from './correct.js';
import {toUploadError} from './errors.js';
import {Parts} from './parts.js';
import {failFast, type Lane} from './pool.js';
import type {Clock, Json, Opened, Sent, ServerResult} from './ports.js';
import {bytesIn, gaps, type Range, type Ranges} from './ranges.js';
import type {Run} from './run.js';

/**
 * Sends what `opened` lacks, several parts at once, while the blocks still to be digested are digested ahead. The answer is the
 * result, when the last part brought it.
 *
 * @throws Setback what the run may put right. @throws UploadError what it cannot.
 */
export async function sendMissing(
  run: Run,
  opened: Extract<Opened<Json>, {kind: 'open'}>,
  signal: AbortSignal,
): Promise<ServerResult | undefined> {
  const parts = new Parts(run.file.size, opened.confirmed, opened.parts, opened.lanes);
  const inFlight = new Map<Range, number>();
  const noteSent = (): void => run.report.sent(unconfirmed(inFlight, parts.confirmed));
  const take = (): Range | undefined => parts.take(run.partSize.under(opened.parts, run.chunkSize()));

  const lane: Lane<ServerResult> = async (lane) => {
    for (let part = take(); part; part = take()) {
      const now = part;
      const onSent = (bytes: number): void => {
        if (lane.aborted) return;
        inFlight.set(now, bytes);
        noteSent();
      };
      try {
        await prepare(run, now, parts.lastTaken, lane);
        const sent = await sendPart(run, opened.remote, now, onSent, lane);
        if (sent.kind === 'done') return sent.result;
        if (sent.kind !== 'kept') throw new Setback(sent);
        parts.confirm(sent.confirmed);
        run.confirmed = parts.confirmed;
      } finally {
        parts.release(now);
        inFlight.delete(now);
      }
      noteSent();
      run.report.confirmed(bytesIn(run.confirmed));
    }
    return undefined;
  };
  const ahead: Lane<ServerResult> = async (lane) => {
    await run.digests.ahead(lane);
    return undefined;
  };
  return failFast([...Array.from({length: opened.parts.parallel}, () => lane), ahead], signal);
}

/** Bytes on the wire that no answer has confirmed yet: the answer to one part may tell of others that are still on their way. */
function unconfirmed(inFlight: ReadonlyMap<Range, number>, confirmed: Ranges): number {
  const left = [...inFlight].map(([{start}, bytes]) => gaps(confirmed, {start, end: start + bytes}));
  return bytesIn(left.flat());
}

/** What a part needs before it takes a slot: its digests and, when it is the last one, the proof that the file has not changed. */
async function prepare(run: Run, part: Range, last: boolean, signal: AbortSignal): Promise<void> {
  await run.digests.of(part, signal);
  if (!last) return;
  if (run.digests.rereads) run.report.verifying();
  await run.digests.prove(signal);
}

async function sendPart(run: Run, remote: Json, part: Range, onSent: (bytes: number) => void, signal: AbortSignal): Promise<Sent> {
  const {file, digests, patience, clock, protocol} = run;
  const free = await run.slots.take(signal);
  const began = clock.now();
  const quiet = new QuietWatch(run, part, signal);
  try {
    const request = {
      remote,
      file,
      part,
      digests,
      patience: (bytes: number) => patience.limit(bytes),
      onSent: (bytes: number) => {
        quiet.moved(bytes);
        onSent(bytes);
      },
    };
    const sending = run.reach.through((limited) => protocol.send(request, limited), signal);
    const sent = await Promise.race([sending, quiet.unreadable]);
    if (sent.kind === 'kept') patience.acknowledged(part.end - part.start, clock.now() - began);
    return sent;
  } catch (thrown) {
    // A file that is gone looks like a network that is gone: so look at the file before the network is blamed.
    const {code} = toUploadError(thrown);
    if (!signal.aborted && (code === 'network' || code === 'timeout')) await run.hasher.check(file.blob, part, signal);
    throw thrown;
  } finally {
    quiet.stop();
    free();
  }
}

/** Looks at the file when no byte has left for a while. `unreadable` rejects when it cannot be read; it never resolves. */
class QuietWatch {
  readonly unreadable: Promise<never>;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #movedAt: number;
  #sent = 0;

  constructor(run: Run, part: Range, outer: AbortSignal) {
    this.#clock = run.clock;
    this.#movedAt = run.clock.now();
    this.unreadable = new Promise((_, reject) => {
      this.#watch(run, part, AbortSignal.any([outer, this.#stop.signal])).catch(reject);
    });
    this.unreadable.catch(() => undefined);
  }

  moved(sent: number): void {
    if (sent > this.#sent) this.#movedAt = this.#clock.now();
    this.#sent = sent;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #watch({limits, hasher, file}: Run, part: Range, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(limits.quiet, signal);
      if (this.#clock.now() - this.#movedAt >= limits.quiet) {
        await hasher.check(file.blob, {start: part.start + this.#sent, end: part.end}, signal);
      }
    }
  }
}
