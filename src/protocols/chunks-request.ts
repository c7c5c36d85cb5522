import type {BlockDigests} from '../core/hasher-ports.js';
import type {HttpReply, HttpRequest, SourceFile} from '../core/ports.js';
import type {Range} from '../core/ranges.js';
import type {ChunksRemote} from './chunks-remote.js';

/** One request to the server of the uploads. @throws UploadError also when another origin has answered. */
export type Exchange = (method: string, url: string, request: HttpRequest, signal: AbortSignal) => Promise<HttpReply>;

/** What of a request depends on its bytes. */
type WithBody = Pick<HttpRequest, 'body' | 'onSent'> & {headers: Record<string, string>};

/** Blob slices by reference: the browser moves the bytes itself. @param bytes All of the file, where they are here. */
export function withBody(
  headers: Record<string, string>,
  {blob, size}: SourceFile,
  {start, end}: Range,
  onSent: (bytes: number) => void,
  bytes?: ArrayBuffer,
): WithBody {
  if (end === start) return {headers};
  const typed = {...headers, 'Content-Type': 'application/octet-stream'};
  if (bytes && end === size) return {headers: typed, body: bytes};
  return {headers: typed, body: start === 0 && end === size ? blob : blob.slice(start, end), onSent};
}

/** `Content-Range` for `span`. */
export const contentRange = ({start, end}: Range, {size}: SourceFile): Record<string, string> => ({
  'Content-Range': `bytes ${start}-${end - 1}/${size}`,
});

/** `Upload-Blocks` for the blocks that `span` touches. Waits until they are digested. */
export async function blocksHeader(digests: BlockDigests, span: Range, signal: AbortSignal): Promise<Record<string, string>> {
  const list = await digests.of(span, signal);
  return list.length === 0 ? {} : {'Upload-Blocks': `${Math.floor(span.start / digests.blockSize)};${list.join(',')}`};
}

/** `Upload-Writer` of a run. */
export const writerHeader = ({counter, random}: Pick<ChunksRemote, 'counter' | 'random'>): Record<string, string> => ({
  'Upload-Writer': `${counter}-${random}`,
});

/** 64 random bits in hex. */
export const randomText = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
