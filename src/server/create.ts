import type {Range} from '../core/ranges.js';
import type {AnnouncedBlocks} from './announced-blocks.js';
import {announcedBlocks, missingBlocks} from './announced-blocks.js';
import {blockSize} from './blocks.js';
import {isKnown} from './claim.js';
import {refuseFullJournal} from './part-limits.js';
import {Refusal} from './problem.js';
import {
  contentLength,
  digestAlgorithm,
  idempotencyKey,
  metadata,
  optionalWriter,
  requireOctets,
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
import {takesOver} from './writers.js';

/** How many bytes may come with a creation. */
const firstBytes = 1_048_576;

interface Creation {
  readonly info: UploadInfo;
  readonly writer: Writer | undefined;
  readonly first: FirstPart | undefined;
  readonly root: string | undefined;
}

interface FirstPart {
  readonly body: ReadableStream<Uint8Array>;
  readonly span: Range;
  readonly openEnded: boolean;
  readonly blocks: AnnouncedBlocks | undefined;
}

/** `POST {endpoint}`: section 2.2 of the protocol. Creating twice is creating once. */
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

async function readCreation({headers, body}: Request, owner: string, {store, settings}: Context): Promise<Creation> {
  const size = uploadLength(headers);
  const key = idempotencyKey(headers);
  const algorithm = digestAlgorithm(headers);
  const writer = optionalWriter(headers);
  const info: UploadInfo = {version: 1, id: await store.idFor(owner, key), owner, size, algorithm, metadata: metadata(headers)};
  if (size > settings.maxSize)
    throw new Refusal('file-too-large', `Upload-Length: ${settings.maxSize} bytes is the most a file may have here.`);
  return {info, writer, root: uploadRoot(headers, algorithm), first: body ? readFirst(headers, body, info) : undefined};
}

function readFirst(headers: Headers, body: ReadableStream<Uint8Array>, {size, algorithm}: UploadInfo): FirstPart | undefined {
  const length = contentLength(headers);
  if (length === 0) return undefined;
  requireOctets(headers);
  if (length !== undefined && length > firstBytes)
    throw new Refusal('part-too-large', `Content-Length: ${firstBytes} bytes may come with a creation.`);
  if (length !== undefined && length > size) throw new Refusal('bad-request', 'Content-Length: is more than Upload-Length.');
  const span = {start: 0, end: length ?? Math.min(size, firstBytes)};
  const blocks = announcedBlocks(headers, algorithm, span);
  if (!blocks && algorithm !== 'none' && span.end >= Math.min(size, blockSize)) throw missingBlocks(span);
  return {body, span, openEnded: length === undefined, blocks};
}

async function begin({upload, created}: HeldUpload, {info, writer, first}: Creation, context: Context): Promise<void> {
  if (upload.info.size !== info.size)
    throw new Refusal('key-reused', 'Idempotency-Key: belongs to an upload of another size.', {received: upload.received});
  if (!upload.isComplete) refuseFullJournal(upload, context.settings);
  // Nothing is awaited before the part stands in the list of running ones: requests must stand there in the order they came.
  if (first && !upload.isComplete && upload.info.algorithm === info.algorithm) await takeFirst(upload, first, writer, context);
  else if (!upload.isComplete) await takeNothing(upload, created, writer);
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
  writer: Writer | undefined,
  context: Context,
): Promise<void> {
  if (writer && upload.isOutdated(writer, takesOver)) throw upload.superseded('A newer writer has taken over.');
  if (blocks) upload.blocks.learn(blocks.first, blocks.digests);
  await takePart(upload, {body, span, openEnded, writer, creation: true}, context);
}
