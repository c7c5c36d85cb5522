import {UploadError} from '../core/errors.js';
import type {HttpReply, Json, SendRequest, Sent, SourceFile} from '../core/ports.js';
import {covers, type Range} from '../core/ranges.js';
import type {ChunksRemote} from './chunks-remote.js';
import {readStatus, refusalFor} from './chunks-status.js';
import {isGone, jsonObject, problemType, unreadable} from './reply.js';

/** What became of a part, by the server's answer to it. @throws UploadError what a run cannot put right. */
export function toSent(reply: HttpReply, {file, part, digests}: SendRequest<ChunksRemote>): Sent {
  if (reply.status === 200) return kept(reply, file, part, digests.blockSize);
  if (isGone(reply)) return {kind: 'gone'};
  const error = refusalFor(reply);
  if (reply.status === 413) return {kind: 'too-large', error};
  if (error.code === 'elsewhere') throw error;
  if (reply.status === 409 && problemType(reply) !== 'urn:chunks:size-differs') {
    return {
      kind: 'conflict',
      error: new UploadError('protocol', 'The server keeps contradicting itself about what it has.', {status: 409}),
    };
  }
  const blocks = droppedBlocks(reply, Math.ceil(file.size / digests.blockSize));
  if (blocks.length > 0) {
    const what = `Block ${blocks.join(', ')} of "${file.name}" was damaged on its way several times. Check the network, then retry.`;
    return {kind: 'dropped', blocks, error: new UploadError('corrupt', what, {status: 422})};
  }
  throw error;
}

function kept(reply: HttpReply, file: SourceFile, part: Range, align: number): Sent {
  const status = readStatus(reply, file.size, align);
  if (status.complete) return {kind: 'done', result: status.result};
  if (!covers(status.received, part)) throw unreadable(reply, 'takes a part without having it');
  return {kind: 'kept', confirmed: status.received};
}

/** The blocks that a refusal names, each once; none where it is another refusal. */
function droppedBlocks(reply: HttpReply, count: number): readonly number[] {
  const blocks = reply.status === 422 ? jsonObject(reply)?.['blocks'] : undefined;
  if (!Array.isArray(blocks)) return [];
  const isBlock = (block: Json): block is number => Number.isSafeInteger(block) && Number(block) >= 0 && Number(block) < count;
  if (!blocks.every(isBlock)) throw unreadable(reply, 'drops blocks that the file does not have');
  return [...new Set(blocks)];
}
