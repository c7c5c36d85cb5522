import type {DigestAlgorithm} from '../core/hasher-ports.js';

/** What never changes about an upload. */
export interface UploadInfo {
  readonly version: 1;
  readonly id: string;
  readonly owner: string;
  readonly size: number;
  readonly algorithm: DigestAlgorithm;
  /** What the client said of its file, without a prototype. Data: never a path, never trusted. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is left of a canceled upload until it would have expired. */
export interface Tombstone {
  readonly version: 1;
  /** ms since the epoch. */
  readonly goneUntil: number;
}

/** Whether a text has the form of an id. Nothing else becomes a name on the disk. */
export const isId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** Whether a value from outside is a number of bytes, a position or an index. */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isTime = (value: unknown): value is number => Number.isFinite(value) && Number(value) >= 0;

/** A JSON object without a prototype, or `undefined` when the text is none. */
function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? bare(value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The same members, and nothing inherited. */
export const bare = <T>(members: Readonly<Record<string, T>>): Record<string, T> =>
  Object.assign(Object.create(null) as Record<string, T>, members);

/** What `info.json` of the upload `id` says; `undefined` when that is nothing this server has written. */
export function parseInfo(text: string, id: string): UploadInfo | Tombstone | undefined {
  const found = parseObject(text);
  if (found?.['version'] !== 1) return undefined;
  const {goneUntil, owner, size, algorithm, metadata} = found;
  // Times of files have fractions of ms.
  if (goneUntil !== undefined) return isTime(goneUntil) ? {version: 1, goneUntil} : undefined;
  if (found['id'] !== id || typeof owner !== 'string' || !isCount(size)) return undefined;
  if (algorithm !== 'md5' && algorithm !== 'sha-256' && algorithm !== 'none') return undefined;
  return isTexts(metadata) ? {version: 1, id, owner, size, algorithm, metadata: bare(metadata)} : undefined;
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string');
