import type {Challenge} from './hasher-ports.js';
import type {Json, ServerResult} from './ports.js';
import {bytesIn} from './ranges.js';
import type {Run} from './run.js';

/** How long a creation waits for the digests of the whole file, in ms: docs/decisions/0012-a-claim-costs-no-wait.md. */
const worthWaiting = 100;

/**
 * The root of a file that takes no more than 100 ms to be digested: it goes with the creation, and the server says whether it has that
 * file before more is sent. `undefined` for every other file, for one of a single block, and until it is known how fast digests are made
 * here: then sending begins at once.
 *
 * @throws UploadError `file-changed` or `file-unreadable`.
 */
export async function rootAtOnce({file, protocol, hasher, digests, record}: Run, signal: AbortSignal): Promise<string | undefined> {
  const {rate} = hasher;
  if (!protocol.claim || record.repeated || rate === undefined || file.size <= digests.blockSize) return undefined;
  return (file.size * 1000) / rate <= worthWaiting ? ((await digests.root(signal)) ?? undefined) : undefined;
}

/** Whether it is worth asking for the file once all of it is digested: more is left to send than it takes to ask and to prove. */
export const isWorthClaiming = ({file, digests, confirmed}: Run): boolean => file.size - bytesIn(confirmed) > digests.blockSize;

/**
 * Asks the server for the file: it may have it from an earlier upload. `undefined` when it does not, wants no claims, or cannot be asked:
 * the bytes are sent then, and whatever is wrong with the file, the server or the network shows there. Fails for no reason but the signal's.
 */
export async function claim(run: Run, remote: Json, signal: AbortSignal): Promise<ServerResult | undefined> {
  try {
    return await claimOrFail(run, remote, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function claimOrFail(
  {file, protocol, hasher, digests, reach}: Run,
  remote: Json,
  signal: AbortSignal,
): Promise<ServerResult | undefined> {
  const root = await digests.root(signal);
  if (root === null) return undefined;
  const prove = (challenge: Challenge, proving: AbortSignal): Promise<readonly string[]> => hasher.prove(file.blob, challenge, proving);
  const request = {remote, root, size: file.size, prove};
  return reach.through(async (limited) => protocol.claim?.(request, limited), signal);
}
