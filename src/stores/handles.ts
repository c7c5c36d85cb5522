import {inTime, systemClock} from '../core/clock.js';
import {UploadError} from '../core/errors.js';
import {unlessAborted} from '../core/pool.js';
import type {FileHandle, FoundFile} from '../core/ports.js';

const reading = {mode: 'read'} as const;

/** Whether something is a handle that leads to a file. */
export const isHandle = (thing: unknown): thing is FileHandle =>
  typeof thing === 'object' && thing !== null && 'getFile' in thing && typeof thing.getFile === 'function';

/** The handle, when a database can store it. */
export function storable(handle: FileHandle | undefined): FileHandle | undefined {
  try {
    // An object that only looks like a handle is copied without its methods, if at all.
    return isHandle(structuredClone(handle)) ? handle : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The file behind a handle, as far as it can be had without asking anybody. Takes `limit` ms at most.
 *
 * @throws UploadError `file-unreadable`.
 */
export const fromHandle = (handle: FileHandle, limit: number, signal: AbortSignal): Promise<FoundFile> =>
  found(() => inTime(systemClock, limit, () => open(handle, handle.queryPermission?.(reading)), signal), signal);

/**
 * The file behind a handle. Has the browser ask the person, in the same task: it does so only shortly after a click or a key. Waits for
 * the answer as long as `signal` is not aborted, and then `limit` ms for the file.
 *
 * @throws UploadError `file-unreadable`.
 */
export const askForHandle = (handle: FileHandle, limit: number, signal: AbortSignal): Promise<FoundFile> =>
  found(async () => {
    const permission = await unlessAborted(Promise.resolve(handle.requestPermission?.(reading)), signal);
    return inTime(systemClock, limit, () => open(handle, permission), signal);
  }, signal);

/** Browsers that have no permissions give access without. */
async function open(handle: FileHandle, permission: Promise<PermissionState> | PermissionState | undefined): Promise<FoundFile> {
  if (((await permission) ?? 'granted') !== 'granted') return {kind: 'locked'};
  const blob = await handle.getFile();
  return {kind: 'file', blob, lastModified: blob.lastModified, isCopy: false, handle};
}

async function found(work: () => Promise<FoundFile>, signal: AbortSignal): Promise<FoundFile> {
  try {
    return await work();
  } catch (thrown) {
    signal.throwIfAborted();
    const name = thrown instanceof Error ? thrown.name : '';
    // The second one also says that the browser saw no click or key for too long.
    if (name === 'NotAllowedError' || name === 'SecurityError') return {kind: 'locked'};
    throw new UploadError('file-unreadable', `The file cannot be opened (${String(thrown)}). Is it still where it was? Choose it again.`, {
      cause: thrown,
    });
  }
}
