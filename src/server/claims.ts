import {randomBytes, randomInt} from 'node:crypto';
import {blockCount} from './blocks.js';
import {Refusal} from './problem.js';
import type {Upload} from './upload.js';

/** How long a challenge can be met, in ms. */
const challengeLasts = 60_000;

/** How many challenges an upload gets in an hour. A healthy client needs one. */
const mostChallenges = 5;
const countsLast = 3_600_000;

const mostBlocks = 20;

/** What a client has to prove: that it has these blocks of the file with this root. */
export interface Challenge {
  /** 128 random bits, in hex. */
  readonly nonce: string;
  /** In ascending order. */
  readonly blocks: readonly number[];
  readonly root: string;
}

interface Claimant {
  given: number;
  open?: (Challenge & {readonly until: number}) | undefined;
}

/** The claims of all uploads: what has to be proven, how often was asked, and which are being granted. In memory only. */
export class Claims {
  readonly #claimants = new Map<string, Claimant>();
  readonly #granting = new Map<string, Promise<void>>();

  /**
   * A new challenge for a claim of `upload`: random blocks, or all when there are few. It takes the place of an earlier one.
   *
   * @throws Refusal `proof-refused` when there were too many.
   */
  challenge({info: {id, size}}: Upload, root: string): Challenge {
    const claimant = this.#claimants.get(id) ?? this.#begin(id);
    if (claimant.given >= mostChallenges) throw new Refusal('proof-refused', 'There were too many claims. Send the file.');
    const challenge = {nonce: randomBytes(16).toString('hex'), blocks: someOf(blockCount(size)), root};
    claimant.given++;
    claimant.open = {...challenge, until: Date.now() + challengeLasts};
    return challenge;
  }

  /** The challenge that a proof answers. It is used up, whatever comes of it; `undefined` when there is none that it could meet. */
  take({info: {id}}: Upload, nonce: string, root: string): Challenge | undefined {
    const claimant = this.#claimants.get(id);
    const open = claimant?.open;
    if (claimant) claimant.open = undefined;
    return open && open.nonce === nonce && open.root === root && Date.now() < open.until ? open : undefined;
  }

  /**
   * Completes an upload with the content of a complete one, and ends its parts. What comes first wins: the claim, or the last part.
   *
   * @throws Refusal `gone` when it is canceled meanwhile. What linking, copying or writing throws: then the upload goes on.
   */
  async grant(upload: Upload, source: Upload): Promise<void> {
    const {id} = upload.info;
    const granting = this.#granting.get(id) ?? grant(upload, source).finally(() => this.#granting.delete(id));
    this.#granting.set(id, granting);
    await granting;
    this.#claimants.delete(id);
  }

  /** Resolves when no claim of this upload is being granted any more. Never rejects. */
  async outcome({info: {id}}: Upload): Promise<void> {
    await this.#granting.get(id)?.catch(() => undefined);
  }

  #begin(id: string): Claimant {
    const claimant: Claimant = {given: 0};
    this.#claimants.set(id, claimant);
    setTimeout(() => this.#claimants.delete(id), countsLast).unref();
    return claimant;
  }
}

async function grant(upload: Upload, source: Upload): Promise<void> {
  // What can fail comes first: nothing is disturbed by then.
  await upload.folder.linkContent(source.folder);
  const endParts = (): Promise<void> =>
    upload.running.endAll(() => new Refusal('claimed', 'A claim has ended this part.', {received: upload.received}));
  await endParts();
  await upload.completeAs(source);
  await upload.folder.dropLink();
  if (upload.isCanceled) throw new Refusal('gone', 'The upload was canceled.');
  // Those that came meanwhile: nothing that they still bring is wanted.
  await endParts();
}

/** Numbers below `count`, in ascending order: all of them, or as many different ones as a challenge has. */
function someOf(count: number): readonly number[] {
  if (count <= mostBlocks) return Array.from({length: count}, (_, index) => index);
  const chosen = new Set<number>();
  while (chosen.size < mostBlocks) chosen.add(randomInt(count));
  return [...chosen].sort((a, b) => a - b);
}
