import {Activity} from './activity.js';
import {FileDigests} from './digests.js';
import {Ownership} from './ownership.js';
import type {TabNews} from './ports.js';
import {UploadRecord} from './record.js';
import type {Source} from './source.js';
import {Standing, type StandingListener} from './standing.js';
import type {UploadStatus} from './state.js';
import type {UploadDeps, UploadListener} from './upload-deps.js';

/** What an upload consists of. */
export interface UploadParts {
  /** Finds it again in the store. */
  readonly storeKey: string;
  readonly source: Source;
  readonly digests: FileDigests;
  readonly record: UploadRecord;
  readonly ownership: Ownership;
  readonly standing: Standing;
  readonly activity: Activity;
  readonly deps: UploadDeps;
}

/** Who hears of what the parts do. */
export interface PartsListener extends StandingListener, Pick<UploadListener, 'warned'> {
  /** What other tabs are told. */
  news(): TabNews;
  /** What a later page has to go on with is another than before. */
  keptChanged(): void;
  /** Another tab has taken the upload over. */
  lost(): void;
}

/** Puts the parts of an upload together. */
export function uploadParts(storeKey: string, source: Source, deps: UploadDeps, listener: PartsListener): UploadParts {
  const {clock, hasher, store, tabs, page} = deps;
  const first: UploadStatus = source.isHere ? {name: 'queued'} : {name: 'interrupted', needs: 'file'};
  const standing = new Standing(source.size, first, clock, listener);
  const digests = new FileDigests(source, hasher, (hashed) => standing.note({hashed}));
  const state = () => ({confirmed: standing.progress.confirmed, digests: digests.made, paused: standing.status.name === 'paused'});
  const ownership = new Ownership({tabs, key: storeKey, news: () => listener.news(), onLost: () => listener.lost()});
  const claim = (signal: AbortSignal): Promise<boolean> => ownership.take(signal);
  const record = new UploadRecord(storeKey, {
    ...{store, clock, page, file: source, state, claim},
    onStored: () => listener.keptChanged(),
    warn: (error) => listener.warned(error),
  });
  return {storeKey, source, digests, record, ownership, standing, activity: new Activity(), deps};
}
