import type {DigestAlgorithm} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';
import {isDigest} from './blocks.js';
import {Refusal} from './problem.js';
import {bare} from './upload-info.js';
import type {Writer} from './writers.js';
import {parseWriter} from './writers.js';

/** Longest `Upload-Metadata`, in bytes. */
const metadataLimit = 4_096;

const malformed = (name: string, why: string): Refusal => new Refusal('bad-request', `${name}: ${why}`);

function required(headers: Headers, name: string): string {
  const value = headers.get(name);
  if (value === null) throw malformed(name, 'is missing.');
  return value;
}

function decimal(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `Upload-Length`: the file's size in bytes. */
export function uploadLength(headers: Headers): number {
  const size = decimal(required(headers, 'Upload-Length'));
  if (size === undefined) throw malformed('Upload-Length', 'must be a size in bytes, in decimal digits.');
  return size;
}

/** `Idempotency-Key`, without its quotes. */
export function idempotencyKey(headers: Headers): string {
  const key = /^"([A-Za-z0-9_-]{16,64})"$/.exec(required(headers, 'Idempotency-Key'))?.[1];
  if (key === undefined) throw malformed('Idempotency-Key', 'must be 16 to 64 characters of A-Z a-z 0-9 _ - in double quotes.');
  return key;
}

/** `Upload-Digest`: how blocks are digested. */
export function digestAlgorithm(headers: Headers): DigestAlgorithm {
  const value = headers.get('Upload-Digest') ?? 'none';
  if (value === 'md5' || value === 'sha-256' || value === 'none') return value;
  throw malformed('Upload-Digest', 'must be md5, sha-256 or none.');
}

/** `Upload-Root`: the file's root digest. `undefined` when it is absent, or nothing is digested. */
export function uploadRoot(headers: Headers, algorithm: DigestAlgorithm): string | undefined {
  const value = headers.get('Upload-Root');
  if (value === null || algorithm === 'none') return undefined;
  if (!isDigest(value, algorithm)) throw malformed('Upload-Root', `must be a digest by ${algorithm}, in lower-case hex.`);
  return value;
}

/** `Upload-Writer`, or `undefined` when it is absent. */
export function optionalWriter(headers: Headers): Writer | undefined {
  const value = headers.get('Upload-Writer');
  if (value === null) return undefined;
  const writer = parseWriter(value);
  if (!writer) throw malformed('Upload-Writer', 'must be a positive counter, "-", and 8 to 64 characters of A-Z a-z 0-9 _ -.');
  return writer;
}

/** `Upload-Writer`, where it may not be absent. */
export function requiredWriter(headers: Headers): Writer {
  required(headers, 'Upload-Writer');
  const writer = optionalWriter(headers);
  if (!writer) throw malformed('Upload-Writer', 'is missing.');
  return writer;
}

/** `Content-Range: bytes a-b/size` (RFC 9110, both ends included), as a half-open span and the size it names. */
export function contentRange(headers: Headers): {readonly span: Range; readonly size: number} {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(required(headers, 'Content-Range'));
  const [first, last, size] = [decimal(match?.[1]), decimal(match?.[2]), decimal(match?.[3])];
  if (first === undefined || last === undefined || size === undefined) throw malformed('Content-Range', 'must be "bytes a-b/size".');
  if (last < first || last >= size) throw malformed('Content-Range', 'must lie inside the file, and its end not before its start.');
  return {span: {start: first, end: last + 1}, size};
}

/** `Content-Length`, or `undefined` when the body says nothing of its length. */
export function contentLength(headers: Headers): number | undefined {
  const value = headers.get('Content-Length');
  if (value === null) return undefined;
  const length = decimal(value);
  if (length === undefined) throw malformed('Content-Length', 'must be decimal digits.');
  return length;
}

/** Bodies are raw bytes. Also keeps forms of other sites out: this type needs a preflight. */
export function requireOctets(headers: Headers): void {
  if (headers.get('Content-Type')?.trim().toLowerCase() === 'application/octet-stream') return;
  throw malformed('Content-Type', 'must be application/octet-stream.');
}

/** A claim's body is JSON. Keeps forms of other sites out, as {@link requireOctets} does. */
export function requireJson(headers: Headers): void {
  if (headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase() === 'application/json') return;
  throw malformed('Content-Type', 'must be application/json.');
}

/** Whether the digests are asked for, and not the status. */
export const wantsDigests = (headers: Headers): boolean =>
  (headers.get('Accept') ?? '')
    .split(',')
    .some((type) => type.split(';')[0]?.trim().toLowerCase() === 'application/vnd.chunks.digests+json');

/** `Upload-Metadata` in the encoding of tus 1.0.0: pairs of key and base64 of the UTF-8 value. Every key is kept, whatever its name. */
export function metadata(headers: Headers): Readonly<Record<string, string>> {
  const text = headers.get('Upload-Metadata') ?? '';
  if (text.length > metadataLimit) throw malformed('Upload-Metadata', `may have ${metadataLimit} bytes.`);
  const found = new Map<string, string>();
  for (const pair of text === '' ? [] : text.split(',')) {
    const [, key, value = ''] = /^ *([\x21-\x2b\x2d-\x7e]+)(?: ([A-Za-z0-9+/]*={0,2}))? *$/.exec(pair) ?? [];
    if (key === undefined) throw malformed('Upload-Metadata', 'must be pairs of a key and a value in base64, separated by commas.');
    if (found.has(key)) throw malformed('Upload-Metadata', 'names a key twice.');
    found.set(key, decodeValue(value));
  }
  return bare(Object.fromEntries(found));
}

function decodeValue(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw malformed('Upload-Metadata', 'has a value that is not base64.');
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    throw malformed('Upload-Metadata', 'has a value that is not UTF-8.');
  }
}
