import type {Range} from '../core/ranges.js';
import type {AnnouncedBlocks} from './announced-blocks.js';
import {announcedBlocks, missingBlocks} from './announced-blocks.js';
import {blockSize} from './blocks.js';
import {isKnown} from './claim.js';
import {refuseCrumbs, refuseFullJournal} from './part-limits.js';
import {Refusal} from './problem.js';
import {
  contentLength,
  digestAlgorithm,
  idempotencyKey,
  contentRange,
  metadata,
  optionalWriter,
  requireOctets,
  requiredWriter,
  uploadLength,
  uploadRoot,
} from './request-headers.js';
import type {Context} from './status.js';
import {statusResponse, uploadPath} from './status.js';
import {takePart} from './take-part.js';
import type {UploadInfo} from './upload-info.js';
import type {HeldUpload} from './held-uploads.js';
import type {Upload} from './upload.js';
import type {Writer} from './writers.js';
import {isHigher, takesOver} from './writers.js';

/** How many bytes may come with a creation, or beside it. */
const firstBytes = 1_048_576;

interface Creation {
  readonly info: UploadInfo;
  readonly writer: Writer | undefined;
  readonly first: FirstPart | undefined;
  /** Whether these are bytes that go beside the creation. */
  readonly isBeside: boolean;
  readonly root: string | undefined;
}

interface FirstPart {
  readonly body: ReadableStream<Uint8Array>;
  readonly span: Range;
  readonly openEnded: boolean;
  readonly blocks: AnnouncedBlocks | undefined;
}

/**
 * `POST {endpoint}`: section 2.2 of the protocol. Creating twice is creating once. So is `PUT {endpoint}`, section 2.9, whichever of them
 * comes first.
 */
export async function create(request: Request, owner: string, context: Context): Promise<Response> {
  const creation = await readCreation(request, owner, context);
  const held = await context.store.create(creation.info);
  context.seen.id = held.upload.info.id;
  const headers = {Location: uploadPath(held.upload, context.settings)};
  try {
    await begin(held, creation, context);
    await context.hook.tell(held);
    const known = !held.upload.isComplete && (await isKnown(held.upload, creation.root, context));
    return statusResponse(held.upload, context, {status: held.created && !held.upload.isComplete ? 201 : 200, headers, known});
  } catch (error) {
    // The client learns where its upload is, even when its first bytes were damaged.
    if (error instanceof Refusal) throw new Refusal(error.kind, error.message, error.members, headers);
    throw error;
  } finally {
    held.release();
  }
}

async function readCreation({method, headers, body}: Request, owner: string, {store, settings}: Context): Promise<Creation> {
  const isBeside = method === 'PUT';
  const size = uploadLength(headers);
  const key = idempotencyKey(headers);
  const algorithm = digestAlgorithm(headers);
  const writer = isBeside ? requiredWriter(headers) : optionalWriter(headers);
  const info: UploadInfo = {version: 1, id: await store.idFor(owner, key), owner, size, algorithm, metadata: metadata(headers)};
  if (size > settings.maxSize)
    throw new Refusal('file-too-large', `Upload-Length: ${settings.maxSize} bytes is the most a file may have here.`);
  const first = isBeside ? readBeside(headers, body, info) : body ? readFirst(headers, body, info) : undefined;
  return {info, writer, root: uploadRoot(headers, algorithm), first, isBeside};
}

function readFirst(headers: Headers, body: ReadableStream<Uint8Array>, info: UploadInfo): FirstPart | undefined {
  const {size} = info;
  const length = contentLength(headers);
  if (length === 0) return undefined;
  requireOctets(headers);
  if (length !== undefined && length > firstBytes)
    throw new Refusal('part-too-large', `Content-Length: ${firstBytes} bytes may come with a creation.`);
  if (length !== undefined && length > size) throw new Refusal('bad-request', 'Content-Length: is more than Upload-Length.');
  const span = {start: 0, end: length ?? Math.min(size, firstBytes)};
  return {body, span, openEnded: length === undefined, blocks: neededBlocks(headers, info, span)};
}

function readBeside(headers: Headers, body: ReadableStream<Uint8Array> | null, info: UploadInfo): FirstPart {
  const {span, size} = contentRange(headers);
  requireOctets(headers);
  if (size !== info.size) throw new Refusal('bad-request', 'Content-Range: names another size than Upload-Length.');
  if (span.end > firstBytes) throw new Refusal('part-too-large', `Content-Range: ${firstBytes} bytes may go beside a creation.`);
  const length = contentLength(headers);
  if (!body || (length !== undefined && length !== span.end - span.start))
    throw new Refusal('bad-request', 'Content-Length: is not the length of Content-Range.');
  return {body, span, openEnded: false, blocks: neededBlocks(headers, info, span)};
}

/** The digests that came along. They have to where the last byte of a block does. */
function neededBlocks(headers: Headers, {size, algorithm}: UploadInfo, span: Range): AnnouncedBlocks | undefined {
  const blocks = announcedBlocks(headers, algorithm, span);
  if (!blocks && algorithm !== 'none' && span.end >= Math.min(size, blockSize)) throw missingBlocks(span);
  return blocks;
}

async function begin({upload, created}: HeldUpload, creation: Creation, context: Context): Promise<void> {
  const {info, writer, first, isBeside} = creation;
  if (upload.info.size !== info.size)
    throw new Refusal('key-reused', 'Idempotency-Key: belongs to an upload of another size.', {received: upload.received});
  if (!upload.isComplete) refuseFullJournal(upload, context.settings);
  // Nothing is awaited before the part stands in the list of running ones: requests must stand there in the order they came.
  if (first && !upload.isComplete && upload.info.algorithm === info.algorithm) await takeFirst(upload, first, creation, context);
  else if (!upload.isComplete && !isBeside) await takeNothing(upload, created, writer);
  await upload.tryComplete();
}

async function takeNothing(upload: Upload, created: boolean, writer: Writer | undefined): Promise<void> {
  if (!created) {
    await upload.running.end(
      ({creation}) => creation,
      () => upload.superseded('The same creation came again.'),
    );
  }
  if (writer) await upload.takeOver(writer);
}

async function takeFirst(
  upload: Upload,
  {body, span, openEnded, blocks}: FirstPart,
  {writer, isBeside}: Creation,
  context: Context,
): Promise<void> {
  if (writer && upload.isOutdated(writer, isBeside ? isHigher : takesOver)) throw upload.superseded('A newer writer has taken over.');
  if (isBeside) refuseCrumbs(upload, span, context.settings);
  if (blocks) upload.blocks.learn(blocks.first, blocks.digests);
  await takePart(upload, {body, span, openEnded, writer, creation: !isBeside}, context);
}
