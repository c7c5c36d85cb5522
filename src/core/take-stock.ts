import {inTime} from './clock.js';
import {toUploadError, UploadError} from './errors.js';
import type {Answer, Clock, FileKeeper, FoundFile, Protocol} from './ports.js';
import type {SavedUpload} from './saved-upload.js';

/** What it takes to look. */
export interface StockDeps {
  readonly protocol: Protocol;
  readonly keeper: FileKeeper;
  readonly clock: Clock;
}

/** How long a kept file may be looked for, and how long a person may take to allow access, in ms. */
const findLimit = 5_000;
const accessLimit = 60_000;

/** A kept file, or why there is none. */
export type Stock = {readonly found: FoundFile; readonly error?: UploadError};

/** Looks for the file that was kept under `key`. A keeper that fails, or is silent for 5 s, has nothing. */
export function findFile({keeper, clock}: StockDeps, key: string, signal: AbortSignal): Promise<Stock> {
  return stock(
    inTime(clock, findLimit, (limited) => keeper.find(key, limited), signal),
    signal,
  );
}

/** Has the browser ask for access to the file that was kept under `key`. A question that is not answered within a minute is over. */
export async function askForFile({keeper, clock}: StockDeps, key: string, signal: AbortSignal): Promise<Stock> {
  const asked = inTime(clock, accessLimit, (limited) => keeper.ask(key, limited), signal);
  const answered = asked.catch((thrown: unknown) => {
    if (thrown instanceof UploadError) throw thrown;
    return {kind: 'locked'} as const;
  });
  return stock(answered, signal);
}

async function stock(asked: Promise<FoundFile>, signal: AbortSignal): Promise<Stock> {
  try {
    return {found: await asked};
  } catch (thrown) {
    signal.throwIfAborted();
    return {found: {kind: 'nothing'}, ...(thrown instanceof UploadError ? {error: toUploadError(thrown)} : {})};
  }
}

/** What the server has of an upload by now. `undefined`: it could not be asked, or there is nothing to ask about. */
export async function askServer({protocol, clock}: StockDeps, {remote}: SavedUpload, signal: AbortSignal): Promise<Answer | undefined> {
  if (remote === undefined) return undefined;
  try {
    return await inTime(clock, protocol.askTimeout, (limited) => protocol.ask(remote, limited), signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
