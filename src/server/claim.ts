import {setTimeout as sleep} from 'node:timers/promises';
import type {BlockAlgorithm} from './blocks.js';
import {blockSpan, digestStored, isDigest} from './blocks.js';
import type {ClaimBody, Proof} from './claim-body.js';
import {readClaim} from './claim-body.js';
import type {Challenge} from './claims.js';
import {failedWith} from './files.js';
import type {HeldUpload} from './held-uploads.js';
import {anybody} from './options.js';
import {Refusal} from './problem.js';
import type {Context} from './status.js';
import {json, statusResponse} from './status.js';
import type {FileName} from './upload-store.js';
import type {Upload} from './upload.js';

/**
 * How long a proof that is refused takes at least where other owners' files count, in ms: no stopwatch is to tell a wrong proof of a file
 * that is here from one of a file that is not.
 */
const refusalTakes = 1_000;

/** `POST {upload}`: section 2.7 of the protocol. The file is here already; it need not be sent. */
export async function claim(request: Request, id: string, owner: string, context: Context): Promise<Response> {
  const body = await readClaim(request, context.settings, context.seen);
  const held = await context.store.hold(id, owner);
  const {upload} = held;
  try {
    await upload.tryComplete();
    const challenge = upload.isComplete ? undefined : await decideOr(upload, body, context);
    if (challenge) return json({challenge: {nonce: challenge.nonce, blocks: challenge.blocks}});
    await context.hook.tell(held);
    return statusResponse(upload, context);
  } finally {
    held.release();
  }
}

/** Whether a claim by this root would find a file of the same owner. What others have is never told. */
export async function isKnown({info}: Upload, root: string | undefined, {store, settings}: Context): Promise<boolean> {
  if (root === undefined || settings.claims === 'none') return false;
  const found = await store.find({...info, root}, info.owner);
  found?.release();
  return found !== undefined;
}

/** There is no such file, or none for whoever claims. */
class NothingToClaim extends Error {}

/** As {@link decide}. That there is nothing to claim is no failure of anybody: the status says that the upload is still to be sent. */
async function decideOr(upload: Upload, body: ClaimBody, context: Context): Promise<Challenge | undefined> {
  try {
    return await decide(upload, body, context);
  } catch (error) {
    if (error instanceof NothingToClaim) return undefined;
    throw error;
  }
}

/** Grants a claim, or answers with what has to be proven first. */
async function decide(upload: Upload, {root, size, proof}: ClaimBody, context: Context): Promise<Challenge | undefined> {
  const {info} = upload;
  if (size !== info.size) throw new Refusal('size-differs', `The upload has ${info.size} bytes.`, {received: upload.received});
  if (context.settings.claims === 'none' || info.algorithm === 'none') throw new NothingToClaim();
  if (!isDigest(root, info.algorithm)) throw new Refusal('bad-request', `The claim has a root that is no digest by ${info.algorithm}.`);
  const name = {...info, root};
  const own = await context.store.find(name, info.owner);
  try {
    if (proof) return await judge(upload, name, proof, own, context);
    if (own && isTrusted(upload, context)) return await grant(upload, own, context);
    // Where other owners' files count everybody gets a challenge: its mere existence would say that somebody has the file.
    if (!own && !mayBeOthers(upload, context)) throw new NothingToClaim();
    return context.claims.challenge(upload, root);
  } finally {
    own?.release();
  }
}

/** An owner's own file by a digest that nobody can forge. Without `authorize` an owner is many people. */
const isTrusted = ({info}: Upload, {settings}: Context): boolean => info.algorithm === 'sha-256' && settings.authorize !== anybody;

const mayBeOthers = ({info}: Upload, {settings}: Context): boolean => info.algorithm === 'sha-256' && settings.claims === 'anyone';

/** @throws Refusal `proof-refused`. */
async function judge(upload: Upload, name: FileName, proof: Proof, own: HeldUpload | undefined, context: Context): Promise<undefined> {
  const challenge = context.claims.take(upload, proof.nonce, name.root);
  const wait = mayBeOthers(upload, context) ? sleep(refusalTakes) : Promise.resolve();
  const source = own ?? (mayBeOthers(upload, context) ? await context.store.find(name) : undefined);
  try {
    if (challenge && source && (await isMet(challenge, proof, source.upload))) return await grant(upload, source, context);
  } finally {
    if (source !== own) source?.release();
  }
  await wait;
  throw new Refusal('proof-refused', 'The proof is wrong, or comes too late, or was used before. Send the file.');
}

/** Reads the blocks of the stored file. Stops at the first that is not met. */
async function isMet({nonce, blocks}: Challenge, {digests}: Proof, {info: {size, algorithm}, folder}: Upload): Promise<boolean> {
  if (digests.length !== blocks.length || algorithm === 'none') return false;
  const file = await folder.openContent();
  try {
    for (const [at, block] of blocks.entries()) {
      if (!file || digests[at] !== (await digestOf(file, block, size, algorithm, nonce))) return false;
    }
    return true;
  } finally {
    await file?.close();
  }
}

const digestOf = (
  file: Parameters<typeof digestStored>[0],
  block: number,
  size: number,
  algorithm: BlockAlgorithm,
  nonce: string,
): Promise<string> => digestStored(file, blockSpan(block, size), algorithm, Buffer.from(nonce, 'hex'));

async function grant(upload: Upload, {upload: source}: HeldUpload, {claims, refused}: Context): Promise<undefined> {
  try {
    await claims.grant(upload, source);
  } catch (error) {
    // Somebody has just taken the file away.
    throw failedWith(error, 'ENOENT') ? new NothingToClaim() : error;
  }
  refused.clear(upload.info.id);
}
