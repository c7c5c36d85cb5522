import {UploadError} from '../core/errors.js';
import type {Challenge} from '../core/hasher-ports.js';
import type {ClaimRequest, HttpReply, Json, ServerResult} from '../core/ports.js';
import type {ChunksRemote} from './chunks-remote.js';
import {readStatus, refusalFor} from './chunks-status.js';
import {isObject, jsonObject, problemType} from './reply.js';

/** Bytes in a block, and how many a server may ask to be proven: docs/protocol.md sections 1 and 2.7. */
const blockSize = 4_194_304;
const mostBlocks = 20;

/** ms that a server may take to read its blocks, and to copy a file where it cannot link it. */
const provingTimeout = 30_000;

/** Posts JSON to the upload. */
type Post = (body: string, timeout: number) => Promise<HttpReply>;

/**
 * Claims a file that the server may have: docs/protocol.md section 2.7. `undefined` when it has none for us, does not know what a claim
 * is, or takes too long over it: then the bytes are sent.
 *
 * @throws UploadError what any request may fail for.
 */
export async function claim(
  {root, size, prove}: ClaimRequest<ChunksRemote>,
  post: Post,
  askTimeout: number,
  signal: AbortSignal,
): Promise<ServerResult | undefined> {
  const first = await answered(post(JSON.stringify({root, size}), askTimeout));
  const challenge = first && readChallenge(jsonObject(first)?.['challenge'], size);
  if (!first || !challenge) return first && resultIn(first, size);
  const proof = {nonce: challenge.nonce, digests: await prove(challenge, signal)};
  const second = await answered(post(JSON.stringify({root, size, proof}), provingTimeout));
  return second && resultIn(second, size);
}

/** The answer, unless it is a no. */
async function answered(asked: Promise<HttpReply>): Promise<HttpReply | undefined> {
  const reply = await asked.catch((error: unknown) => {
    if (error instanceof UploadError && error.code === 'timeout') return undefined;
    throw error;
  });
  if (!reply || reply.status === 200) return reply;
  if (isNo(reply)) return undefined;
  throw refusalFor(reply);
}

/** A gone upload is no failure of the claim: whoever sends the next part finds out. */
function isNo(reply: HttpReply): boolean {
  if (reply.status === 403) return problemType(reply) === 'urn:chunks:proof-refused';
  return reply.status === 501 || (reply.status >= 400 && reply.status < 500 && ![401, 408, 429].includes(reply.status));
}

function resultIn(reply: HttpReply, size: number): ServerResult | undefined {
  const body = jsonObject(reply);
  if (body && 'challenge' in body) return undefined;
  const status = readStatus(reply, size, 1);
  return status.complete ? status.result : undefined;
}

/** A challenge that this side takes up: no more blocks than the file has, or than are worth it. */
function readChallenge(value: Json | undefined, size: number): Challenge | undefined {
  if (!isObject(value)) return undefined;
  const {nonce, blocks} = value;
  if (typeof nonce !== 'string' || !/^([0-9a-f]{2}){16,64}$/.test(nonce)) return undefined;
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > mostBlocks) return undefined;
  const count = Math.ceil(size / blockSize);
  const isBlock = (block: Json): block is number => Number.isSafeInteger(block) && Number(block) >= 0 && Number(block) < count;
  return blocks.every(isBlock) ? {nonce, blocks, blockSize} : undefined;
}
