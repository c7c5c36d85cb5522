import type {ResumeStore} from './ports.js';
import {toSavedUpload} from './read-saved.js';
import {keyOf, type LeftUpload} from './saved-uploads.js';

/**
 * What earlier pages have left in the store for this scope, in the order in which it was begun. What has expired is thrown away.
 *
 * @param all All that is in the store.
 * @param today ms since the epoch.
 */
export async function leftUploads(
  all: Awaited<ReturnType<ResumeStore['all']>>,
  store: ResumeStore,
  scope: string,
  today: number,
  signal: AbortSignal,
): Promise<readonly LeftUpload[]> {
  const left: (LeftUpload & {readonly created: number})[] = [];
  for (const [storeKey, json] of all) {
    const saved = storeKey.startsWith(keyOf(scope, '')) ? toSavedUpload(json) : undefined;
    if (!saved) continue;
    const isExpired = saved.expires <= today;
    if (isExpired) await store.forget(storeKey, signal).catch(() => undefined);
    else if (saved.file) left.push({storeKey, file: saved.file, created: saved.created});
  }
  return left.sort((a, b) => a.created - b.created).map(({storeKey, file}) => ({storeKey, file}));
}
