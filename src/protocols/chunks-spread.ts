import type {HttpReply, OpenRequest} from '../core/ports.js';
import {union, type Range, type Ranges} from '../core/ranges.js';
import {readStatus, refusalFor} from './chunks-status.js';

/**
 * The first bytes of a file, cut for the requests that bring them side by side: docs/protocol.md section 2.9. They stay together where they
 * are all of the file, or hold a block whose digest has to go along.
 */
export function spreadOut(head: Range, {file, digests, spread}: OpenRequest): readonly [Range, ...Range[]] {
  const share = Math.ceil(head.end / spread);
  if (share === 0 || head.end === file.size || head.end >= digests.blockSize) return [head];
  const others = Array.from({length: Math.ceil(head.end / share) - 1}, (_, before) => (before + 1) * share);
  return [{start: 0, end: share}, ...others.map((start) => ({start, end: Math.min(head.end, start + share)}))];
}

/** Refusals that say nothing of the upload, once its creation is answered: whoever stands before the server lets no such request pass. */
const inTheWay: readonly number[] = [403, 404, 405, 410];

/**
 * What the server had by the time that it answered the requests beside a creation. Bytes that somebody on the way has refused are sent again
 * as parts; of an upload that is gone the creation's own answer tells.
 *
 * @throws UploadError when one was refused for another reason, or its answer is none.
 */
export function receivedBeside(replies: readonly HttpReply[], {file, digests}: OpenRequest): Ranges {
  const received = (reply: HttpReply): Ranges => {
    if (reply.status !== 200 && reply.status !== 201) throw refusalFor(reply);
    const status = readStatus(reply, file.size, digests.blockSize);
    return status.complete ? [] : status.received;
  };
  return union(...replies.filter(({status}) => !inTheWay.includes(status)).flatMap(received));
}

/**
 * The listener of each of so many requests that go side by side. `tell` hears of all their bytes together; that of a single one is as it was.
 */
export function addingUp(tell: (bytes: number) => void, requests: number): (place: number) => (bytes: number) => void {
  if (requests === 1) return () => tell;
  const sent = Array.from({length: requests}, () => 0);
  return (place) => (bytes) => {
    sent[place] = bytes;
    tell(sent.reduce((sum, one) => sum + one, 0));
  };
}
