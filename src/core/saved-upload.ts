import type {DigestAlgorithm} from './hasher-ports.js';
import type {FileFacts, Json} from './ports.js';

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
