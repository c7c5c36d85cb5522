import {inTime} from './clock.js';
import type {Limits} from './patience.js';
import type {Clock, FileKeeper, Kept} from './ports.js';
import type {Source} from './source.js';

/** What it takes to keep a file. */
export interface KeepDeps {
  readonly keeper: FileKeeper;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'keep'>;
}

/**
 * Keeps the file for a later page, once. Where that makes a copy, the copy is read from then on: nobody can change it. A keeper that
 * fails, or takes longer than its limit, has kept nothing. Rejects only with the signal's reason.
 */
export async function keepFile(source: Source, key: string, {keeper, clock, limits}: KeepDeps, signal: AbortSignal): Promise<void> {
  if (source.kept !== undefined) return;
  const keep = async (limited: AbortSignal): Promise<readonly [Kept, Blob?]> => {
    const kept = await keeper.keep(key, source, limited);
    if (kept !== 'copy') return [kept];
    const found = await keeper.find(key, limited);
    return found.kind === 'file' && found.isCopy && found.blob.size === source.size ? [kept, found.blob] : ['nothing'];
  };
  try {
    source.keep(...(await inTime(clock, limits.keep, keep, signal)));
  } catch {
    signal.throwIfAborted();
    source.keep('nothing');
  }
}
