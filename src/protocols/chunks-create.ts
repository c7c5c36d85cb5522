import {UploadError} from '../core/errors.js';
import type {BlockDigests} from '../core/hasher-ports.js';
import type {HttpReply, Opened, OpenRequest, SourceFile} from '../core/ports.js';
import {union, type Range, type Ranges} from '../core/ranges.js';
import {metadata} from './chunks-metadata.js';
import {uploadUrl, type ChunksRemote} from './chunks-remote.js';
import {blocksHeader, contentRange, randomText, withBody, writerHeader, type Exchange} from './chunks-request.js';
import {addingUp, receivedBeside, spreadOut} from './chunks-spread.js';
import {readStatus, refusalFor, type ChunksStatus} from './chunks-status.js';
import {problemType} from './reply.js';

/** Files up to this many bytes may travel whole with their creation; of larger ones so many go along. docs/protocol.md section 2.2. */
export const wholeUpTo = 1_048_576;
const headStart = 262_144;

const headOf = ({file: {size}, carry}: OpenRequest): Range => ({
  start: 0,
  end: size <= Math.min(carry, wholeUpTo) ? size : Math.min(carry, headStart),
});

/** A body without bytes. */
const nothing: Range = {start: 0, end: 0};

/** Where uploads are created, and by what. */
interface Way {
  readonly endpoint: string;
  readonly exchange: Exchange;
}

/**
 * Has the server make the upload. The answer to a creation may be lost although the upload exists: the same key, without bytes, asks for it.
 *
 * @throws UploadError when it is refused, or the second try has no answer either.
 */
export async function createOnce(way: Way, request: OpenRequest, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
  if (request.repeated) return create(way, request, nothing, signal);
  try {
    return await create(way, request, headOf(request), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!mayHaveCreated(error)) throw error;
    return create(way, request, nothing, signal);
  }
}

async function create(way: Way, request: OpenRequest, head: Range, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
  const {file, digests} = request;
  const writer = {counter: 1, random: randomText()};
  const [reply, ...others] = await bring(way, request, head, writerHeader(writer), signal);
  if (reply.status === 410) return {kind: 'gone'};
  if (bytesAreInTheWay(reply, head)) return create(way, request, nothing, signal);
  if (reply.status !== 200 && reply.status !== 201) throw refusalFor(reply);
  const status = readStatus(reply, file.size, digests.blockSize);
  return toOpened(status, {url: uploadUrl(reply, way.endpoint), size: file.size, ...writer}, receivedBeside(others, request));
}

/** Sends the creation, and what may go beside it. The first request that gets no answer ends the others. */
async function bring(
  {endpoint, exchange}: Way,
  request: OpenRequest,
  head: Range,
  writer: Record<string, string>,
  signal: AbortSignal,
): Promise<readonly [HttpReply, ...HttpReply[]]> {
  const {file, bytes, digests, patience, root} = request;
  const [first, ...others] = spreadOut(head, request);
  const sent = addingUp(request.onSent, others.length + 1);
  const about = {...aboutFile(request), ...writer};
  const rooted = root === undefined ? about : {...about, 'Upload-Root': root};
  const headers = {...rooted, ...(await blocksHeader(digests, wholeBlocks(first, file, digests), signal))};
  const creation = {...withBody(headers, file, first, sent(0), bytes), timeout: patience(head.end)};
  if (others.length === 0) return [await exchange('POST', endpoint, creation, signal)];
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  const beside = (span: Range, place: number): Promise<HttpReply> => {
    const body = withBody({...about, ...contentRange(span, file)}, file, span, sent(place + 1));
    return exchange('PUT', endpoint, {...body, timeout: patience(head.end)}, ending);
  };
  try {
    return await Promise.all([exchange('POST', endpoint, creation, ending), ...others.map(beside)]);
  } finally {
    over.abort();
  }
}

/** What a server has to know of a file to make its upload. */
const aboutFile = ({file, key, digests}: OpenRequest): Record<string, string> => ({
  'Upload-Length': String(file.size),
  'Idempotency-Key': `"${key}"`,
  'Upload-Metadata': metadata(file),
  'Upload-Digest': digests.algorithm,
});

/** The blocks that a creation's body holds whole; others are announced with the part that completes them. */
const wholeBlocks = ({end}: Range, {size}: SourceFile, {blockSize}: BlockDigests): Range => ({
  start: 0,
  end: end === size ? size : end - (end % blockSize),
});

/**
 * Whether only the bytes that came with a creation are in its way: a proxy takes no body of this length (the server itself would have
 * said that the file is too large), or they were damaged on their way.
 */
const bytesAreInTheWay = (reply: HttpReply, head: Range): boolean =>
  head.end > 0 &&
  ((reply.status === 413 && problemType(reply) !== 'urn:chunks:file-too-large') ||
    (reply.status === 422 && problemType(reply) === 'urn:chunks:blocks-dropped'));

/** The outcome is unknown: the upload may exist. */
const mayHaveCreated = (error: unknown): boolean => error instanceof UploadError && ['network', 'timeout', 'protocol'].includes(error.code);

/** What was opened, as the server's status says. @param beside What requests beside the creation have told. */
export const toOpened = (status: ChunksStatus, remote: ChunksRemote, beside: Ranges = []): Opened<ChunksRemote> =>
  status.complete
    ? {kind: 'known', how: 'already-finished', result: status.result}
    : {
        ...{kind: 'open', remote, confirmed: union(...status.received, ...beside), parts: status.parts},
        ...(status.known ? {known: true} : {}),
      };
