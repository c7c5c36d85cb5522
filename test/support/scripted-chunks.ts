import {UploadError} from '../../src/core/errors.js';
import type {BlockDigests, DigestAlgorithm} from '../../src/core/hasher-ports.js';
import type {Json, OpenRequest, Protocol, SendRequest, SourceFile} from '../../src/core/ports.js';
import {sourceFile, type NewFile} from '../../src/core/source-file.js';
import {chunks, type ChunksRemote} from '../../src/protocols/chunks.js';
import {ScriptedHttp, type Answer, type Step} from './scripted-http.js';

export const MiB = 1_048_576;
export const endpoint = 'https://server.test/uploads';
export const uploadUrl = 'https://server.test/uploads/abc';
export const key = '0123456789abcdef0123456789abcdef';

/** A chunks client whose server says what `steps` say, in this order. */
export function scripted(...steps: Step[]): {protocol: Protocol<ChunksRemote>; http: ScriptedHttp} {
  const http = new ScriptedHttp(...steps);
  return {http, protocol: chunks({endpoint}, http)};
}

const letters = new Blob(['a'.repeat(20 * MiB)]);

/** A file of this size (20 MiB at most), all of it the letter a. */
export const fileOf = (size: number, facts: Partial<NewFile> = {}): SourceFile =>
  sourceFile({blob: letters.slice(0, size), name: 'a.bin', lastModified: 7, ...facts});

/** Digests that are easy to read: `d0`, `d1` and so on, one for each block of 4 MiB. */
export function easyDigests(algorithm: DigestAlgorithm = 'md5', blockSize = 4 * MiB): BlockDigests {
  return {
    algorithm,
    blockSize,
    async of({start, end}) {
      if (algorithm === 'none' || end <= start) return [];
      const first = Math.floor(start / blockSize);
      return Array.from({length: Math.ceil(end / blockSize) - first}, (_, at) => `d${first + at}`);
    },
  };
}

export const remote: ChunksRemote = {url: uploadUrl, size: 20 * MiB, counter: 3, random: '0123456789abcdef'};

export const openRequest = (changes: Partial<OpenRequest> = {}): OpenRequest => ({
  file: fileOf(20 * MiB),
  key,
  repeated: false,
  saved: undefined,
  digests: easyDigests(),
  carry: 1_048_576,
  spread: 1,
  onSent: () => undefined,
  patience: (bytes) => 10_000 + bytes,
  ...changes,
});

/** Bytes 4 MiB to 12 MiB of a file of 20 MiB. */
export const sendRequest = (changes: Partial<SendRequest<ChunksRemote>> = {}): SendRequest<ChunksRemote> => ({
  remote,
  file: fileOf(20 * MiB),
  part: {start: 4 * MiB, end: 12 * MiB},
  digests: easyDigests(),
  onSent: () => undefined,
  patience: (bytes) => 10_000 + bytes,
  ...changes,
});

/** A status document of an upload of 20 MiB that has nothing yet. */
export const statusOf = (changes: Readonly<Record<string, Json>> = {}): Readonly<Record<string, Json>> => ({
  size: 20 * MiB,
  received: [],
  complete: false,
  parts: {min: 65_536, preferred: 8 * MiB, max: 64 * MiB, parallel: 3},
  expires: '2026-01-08T00:00:00.000Z',
  ...changes,
});

/** A status document of a complete upload. */
export const completeOf = (changes: Readonly<Record<string, Json>> = {}, size = 20 * MiB): Readonly<Record<string, Json>> => ({
  size,
  received: [[0, size]],
  complete: true,
  result: {url: '/uploads/abc/content', name: 'a.bin', type: '', size, algorithm: 'md5', digest: 'ABCDEF', ...changes},
});

/** The answer to a creation. */
export const created = (changes: Readonly<Record<string, Json>> = {}, location = '/uploads/abc'): Answer => ({
  status: 201,
  body: statusOf(changes),
  headers: {Location: location},
});

/** A problem document of the protocol. */
export const refusal = (status: number, type: string, members: Readonly<Record<string, Json>> = {}): Answer => ({
  status,
  body: {type: `urn:chunks:${type}`, title: 'Refused', status, detail: 'For a reason.', ...members},
});

/** What a proxy, a portal or a login page says instead of the server. */
export const htmlPage = (status: number): Answer => ({
  status,
  body: '<!doctype html><title>Sign in</title>',
  headers: {'Content-Type': 'text/html'},
});

export const never = (): AbortSignal => new AbortController().signal;

/** What opening came to. */
export interface Opening {
  /** The kind of answer, or the code of the failure. */
  readonly outcome: string;
  /** Sizes of the bodies that were sent for it. */
  readonly bodies: readonly number[];
  /** The status that the failure names. */
  readonly status: number | undefined;
}

/** Opens an upload with a server that answers `steps`. */
export async function opening(steps: readonly Step[], changes: Partial<OpenRequest> = {}): Promise<Opening> {
  const {http, protocol} = scripted(...steps);
  const bodies = (): number[] => http.asked.map(({body}) => (body instanceof Blob ? body.size : 0));
  try {
    const {kind} = await protocol.open(openRequest(changes), never());
    return {outcome: kind, bodies: bodies(), status: undefined};
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    return {outcome: error.code, bodies: bodies(), status: error.status};
  }
}
