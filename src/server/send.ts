import type {Settings} from './options.js';
import {announcedBlocks, missingBlocks} from './announced-blocks.js';
import {refuseCrumbs} from './part-limits.js';
import {Refusal} from './problem.js';
import {contentLength, contentRange, requireOctets, requiredWriter} from './request-headers.js';
import type {Context} from './status.js';
import {statusResponse} from './status.js';
import type {Part} from './take-part.js';
import {takePart} from './take-part.js';
import type {Upload} from './upload.js';
import {isHigher} from './writers.js';

/** `PUT {upload}`: section 2.4 of the protocol. */
export async function send(request: Request, id: string, owner: string, context: Context): Promise<Response> {
  const held = await context.store.hold(id, owner);
  const {upload} = held;
  try {
    await upload.tryComplete();
    const part = accept(request, upload, context);
    if (part) await takePart(upload, part, context);
    await context.hook.tell(held);
    return statusResponse(upload, context);
  } finally {
    held.release();
  }
}

/** Everything that can be refused before the body is read. `undefined` when the upload is complete: then nothing is written. */
function accept(request: Request, upload: Upload, {settings, refused}: Context): Part | undefined {
  try {
    const part = check(request, upload, settings);
    refused.clear(upload.info.id);
    return part;
  } catch (error) {
    // What an old writer was told is nothing that a new one should hear.
    if (error instanceof Refusal && error.kind !== 'superseded') refused.note(upload.info.id, error);
    throw error;
  }
}

function check({headers, body}: Request, upload: Upload, settings: Settings): ReturnType<typeof accept> {
  const {span, size} = contentRange(headers);
  const writer = requiredWriter(headers);
  requireOctets(headers);
  if (upload.isComplete) return undefined;
  const {received} = upload;
  if (size !== upload.info.size) throw new Refusal('size-differs', `Content-Range: the upload has ${upload.info.size} bytes.`, {received});
  if (upload.isOutdated(writer, isHigher)) throw upload.superseded('A newer writer has taken over.');
  const {max} = settings.parts;
  if (span.end - span.start > max) throw new Refusal('part-too-large', `Content-Range: a part may have ${max} bytes.`);
  const length = contentLength(headers);
  if (!body || (length !== undefined && length !== span.end - span.start)) {
    throw new Refusal('bad-request', 'Content-Length: is not the length of Content-Range.');
  }
  refuseCrumbs(upload, span, settings);
  const blocks = announcedBlocks(headers, upload.info.algorithm, span);
  if (!blocks && upload.info.algorithm !== 'none') throw missingBlocks(span);
  if (blocks) upload.blocks.learn(blocks.first, blocks.digests);
  return {body, span, writer, openEnded: false, creation: false};
}
