import {isCount} from './upload-info.js';
import type {Settings} from './options.js';
import {PacedReader} from './paced-reader.js';
import {Refusal} from './problem.js';
import {requireJson} from './request-headers.js';
import type {Seen} from './status.js';

/** The longest body of a claim, in bytes. A proof of 20 SHA-256 digests has 1,500. */
const longest = 8_192;

/** What a claim says. */
export interface ClaimBody {
  /** Not known to be a digest. */
  readonly root: string;
  readonly size: number;
  readonly proof: Proof | undefined;
}

/** Digests of nonce + block, for each block of a challenge. */
export interface Proof {
  readonly nonce: string;
  readonly digests: readonly unknown[];
}

/**
 * Reads the body of a claim: `{root, size, proof?: {nonce, digests}}`.
 *
 * @throws Refusal `bad-request` when it is anything else, too long, or cut; `too-slow`.
 */
export async function readClaim({headers, body}: Request, settings: Settings, seen: Seen): Promise<ClaimBody> {
  requireJson(headers);
  const text = body ? await readText(new PacedReader(body, settings), seen) : '';
  const {root, size, proof} = parsed(text);
  if (typeof root !== 'string' || !isCount(size)) throw malformed('must be {"root", "size"}, and "proof" where one was asked for.');
  return {root, size, proof: proof === undefined ? undefined : readProof(proof)};
}

function readProof(value: unknown): Proof {
  const {nonce, digests} = members(value);
  if (typeof nonce !== 'string' || !Array.isArray(digests)) throw malformed('has a proof that is not {"nonce", "digests"}.');
  return {nonce, digests};
}

async function readText(reader: PacedReader, seen: Seen): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let length = 0; ;) {
    const chunk = await reader.next();
    if (chunk === undefined) return Buffer.concat(chunks).toString('utf8');
    if (chunk === 'slow') throw new Refusal('too-slow', 'The claim stopped coming, or came too slowly.');
    if (chunk === 'cut') throw malformed('did not arrive whole.');
    length += chunk.length;
    seen.bytes += chunk.length;
    if (length > longest) {
      reader.stop();
      throw malformed(`may have ${longest} bytes.`);
    }
    chunks.push(chunk);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return members(JSON.parse(text));
  } catch {
    throw malformed('is not JSON.');
  }
}

const members = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const malformed = (why: string): Refusal => new Refusal('bad-request', `The claim ${why}`);
