import type {FileFacts, ResumeStore} from './ports.js';
import {toSavedUpload} from './saved-upload.js';

/** An upload that can be listed again. */
export interface LeftUpload {
  readonly storeKey: string;
  readonly file: FileFacts;
}

/** What the uploads of one list are saved under: nothing of another list begins like this. */
export const keyOf = (scope: string, identity: string): string => `${scope} ${identity}`;

/**
 * What earlier pages have left in the store for this scope, in the order in which it was begun. What has expired is thrown away.
 *
 * @param today ms since the epoch.
 */
export async function leftUploads(store: ResumeStore, scope: string, today: number, signal: AbortSignal): Promise<readonly LeftUpload[]> {
  const left: (LeftUpload & {readonly created: number})[] = [];
  for (const [storeKey, json] of await store.all(signal)) {
    const saved = storeKey.startsWith(keyOf(scope, '')) ? toSavedUpload(json) : undefined;
    if (!saved) continue;
    const isExpired = saved.expires <= today;
    if (isExpired) await store.forget(storeKey, signal).catch(() => undefined);
    else if (saved.file) left.push({storeKey, file: saved.file, created: saved.created});
  }
  return left.sort((a, b) => a.created - b.created).map(({storeKey, file}) => ({storeKey, file}));
}
