import type {DigestAlgorithm, FileFacts, Json} from './ports.js';

/** An upload as it is saved: what a later page needs to go on with it. */
export interface SavedUpload {
  /** See `OpenRequest.key`. */
  readonly key: string;
  readonly remote: Json | undefined;
  /** Which list of which page load has saved it last. */
  readonly page: string;
  readonly file: FileFacts | undefined;
  /** Bytes that the server had confirmed then. */
  readonly confirmed: number;
  readonly digests: SavedDigests | undefined;
  /** A person had stopped it. */
  readonly paused: boolean;
  /** When it was saved first, and how long it is worth something, in ms since the epoch. */
  readonly created: number;
  readonly expires: number;
}

/** Digests of a file's blocks, as far as they had been made. */
export interface SavedDigests {
  readonly algorithm: DigestAlgorithm;
  readonly blockSize: number;
  readonly list: readonly (string | undefined)[];
}

/** 128 random bits in hex. `crypto.randomUUID` is absent on plain http, `getRandomValues` is not. */
export const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The digests are one text: a list of thousands is saved every second. */
export const toJson = ({key, remote, page, file, confirmed, digests, paused, created, expires}: SavedUpload): Json => ({
  ...{key, remote: remote ?? null, page, confirmed, paused, created, expires},
  file: file
    ? {name: file.name, type: file.type, size: file.size, lastModified: file.lastModified, path: file.path, identity: file.identity}
    : null,
  digests: digests ? {algorithm: digests.algorithm, blockSize: digests.blockSize, list: digests.list.map((one) => one ?? '').join()} : null,
});

type JsonObject = {readonly [key: string]: Json};

const isObject = (json: Json | undefined): json is JsonObject => typeof json === 'object' && json !== null && !Array.isArray(json);
const isText = (json: Json | undefined): json is string => typeof json === 'string';
const isCount = (json: Json | undefined): json is number => Number.isSafeInteger(json) && Number(json) >= 0;

/** The key goes into a header: nothing but {@link randomKey}'s own form counts. */
const isKey = (json: Json | undefined): json is string => isText(json) && /^[0-9a-f]{32}$/.test(json);

/**
 * What a store gives back may be from anywhere, another version of this page among others. `undefined` when not even the key can be
 * used; what else does not fit counts as not known.
 */
export function toSavedUpload(json: Json | undefined): SavedUpload | undefined {
  if (!isObject(json) || !isKey(json['key'])) return undefined;
  const {key, remote = null, page, confirmed, paused, created, expires} = json;
  return {
    key,
    remote: remote ?? undefined,
    page: isText(page) ? page : '',
    file: toFacts(json['file']),
    confirmed: isCount(confirmed) ? confirmed : 0,
    digests: toDigests(json['digests']),
    paused: paused === true,
    created: isCount(created) ? created : 0,
    expires: isCount(expires) ? expires : Infinity,
  };
}

function toFacts(json: Json | undefined): FileFacts | undefined {
  if (!isObject(json)) return undefined;
  const {name, type, size, lastModified, path, identity} = json;
  const isWhole = isText(name) && isText(type) && isCount(size) && isText(path) && isText(identity) && Number.isFinite(lastModified);
  return isWhole ? {name, type, size, lastModified: Number(lastModified), path, identity} : undefined;
}

function toDigests(json: Json | undefined): SavedDigests | undefined {
  if (!isObject(json)) return undefined;
  const {algorithm, blockSize, list} = json;
  if ((algorithm !== 'md5' && algorithm !== 'sha-256') || !isCount(blockSize) || !isText(list)) return undefined;
  return {algorithm, blockSize, list: list.split(',').map((one) => (/^([0-9a-f]{2})+$/.test(one) ? one : undefined))};
}
