import {inFlight, withMore} from './flight.js';
import {comingBack} from './lazy.js';
import type {Flight} from './line.js';
import {isWish} from './parts.js';
import type {Json, Opened, OpenRequest} from './ports.js';
import {bytesIn} from './ranges.js';
import type {Run} from './run.js';
import {Setback} from './setback.js';
import {watchingFile} from './watch-file.js';

/**
 * Asks the server what it has, and has it make the upload where there is none. The first bytes go along; a short file goes whole.
 *
 * @throws Setback what the run may put right. @throws UploadError what it cannot.
 */
export async function open(run: Run, root: string | undefined, signal: AbortSignal): Promise<Exclude<Opened<Json>, {kind: 'gone'}>> {
  const {record, report, line, partSize} = run;
  // What is kept takes the place of what an earlier page has kept: not before it is certain that it is the same file.
  if (!record.unproven) await run.keepFile(signal);
  // A short file is read once, for its digest and for the request, and others may have the slot while it is.
  const along = {root, bytes: await readWhole(run, signal)};
  const question = (flight: Flight): Promise<Opened<Json>> =>
    withMore(run.slots, mayBeSpread(run) ? flight.spread - 1 : 0, (more) => ask(run, {...along, spread: 1 + more}, flight, signal));
  const opened = await inFlight(run, question, signal);
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

/** What goes along with a question to the server, and by how many requests. */
type Along = Pick<OpenRequest, 'root' | 'bytes' | 'spread'>;

/** Whether first bytes go along, and others follow. */
const mayBeSpread = (run: Run): boolean => !run.record.repeated && carriedNow(run) < run.file.size;

/** How many bytes go along with a question to the server. */
function carriedNow({file, line, chunkSize}: Run, spread = 1): number {
  const wish = chunkSize();
  return Math.min(line.carried(file.size, spread), isWish(wish) ? Math.floor(wish) : Infinity);
}

/** All bytes of a file that goes whole with its creation, if they can be had together with its digest. */
async function readWhole(run: Run, signal: AbortSignal): Promise<ArrayBuffer | undefined> {
  const {file, digests, protocol, record} = run;
  const isWhole = !record.repeated && file.size <= (protocol.wholeUpTo ?? 0) && carriedNow(run) === file.size;
  return isWhole ? digests.read(signal) : undefined;
}

async function ask(run: Run, along: Along, flight: Flight, signal: AbortSignal): Promise<Opened<Json>> {
  const {file, report} = run;
  const {bytes, spread} = along;
  const carry = bytes ? file.size : carriedNow(run, spread);
  let carried = bytes ? carry : 0;
  const onSent = (bytes: number): void => {
    carried = bytes;
    report.sent(bytes);
  };
  const opened = await watchingFile(
    run,
    {start: bytes ? carry : 0, end: carry}, // what is here already needs no file
    onSent,
    (noteSent) => askWith(run, {...along, carry, onSent: noteSent}, signal),
    signal,
  );
  // The first bytes tell how fast the line is, before a large part has to wait for it.
  if (opened.kind === 'open') flight.acknowledged(Math.min(carried, bytesIn(opened.confirmed)), spread);
  return opened;
}

function askWith(
  {file, record, digests, line, protocol, reach}: Run,
  rest: Along & Pick<OpenRequest, 'carry' | 'onSent'>,
  signal: AbortSignal,
): Promise<Opened<Json>> {
  const {key, repeated, remote: saved} = record;
  const request = {file, key, repeated, saved, digests, ...rest, patience: (bytes: number) => line.limit(bytes)};
  record.used();
  return reach.through((limited) => protocol.open(request, limited), signal);
}
