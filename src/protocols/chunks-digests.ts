import {UploadError} from '../core/errors.js';
import type {HttpReply, Json, ServerDigests} from '../core/ports.js';
import {errorFor, isGone, jsonObject} from './reply.js';

/** Asks for the digests of blocks: docs/protocol.md section 2.5. */
export const digestsType = 'application/vnd.chunks.digests+json';

/**
 * The digests of the blocks that a server has. A server that does not know the question, or answers it with something else, has none to
 * tell.
 *
 * @throws UploadError what the refusal means, when there is one.
 */
export function readDigests(reply: HttpReply): ServerDigests {
  if (isGone(reply)) throw new UploadError('not-found', 'The server has lost this upload.', {status: reply.status});
  if (reply.status >= 400 && reply.status !== 406) throw errorFor(reply);
  const {block, algorithm, digests} = jsonObject(reply) ?? {};
  const isKnown = (algorithm === 'md5' || algorithm === 'sha-256') && typeof block === 'number' && Array.isArray(digests);
  return isKnown ? {blockSize: block, algorithm, digests: digests.map(readDigest)} : {blockSize: 0, algorithm: 'none', digests: []};
}

const readDigest = (json: Json): string | undefined => (typeof json === 'string' && /^([0-9a-f]{2})+$/.test(json) ? json : undefined);
