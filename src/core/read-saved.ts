import type {FileFacts, Json} from './ports.js';
import type {SavedDigests, SavedUpload} from './saved-upload.js';

type JsonObject = {readonly [key: string]: Json};

const isObject = (json: Json | undefined): json is JsonObject => typeof json === 'object' && json !== null && !Array.isArray(json);
const isText = (json: Json | undefined): json is string => typeof json === 'string';
const isCount = (json: Json | undefined): json is number => Number.isSafeInteger(json) && Number(json) >= 0;

/** The key goes into a header: nothing but the form of `randomKey` counts. */
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
