import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {ClaimRequest, ServerResult} from '../../../src/core/ports.js';
import {settle} from '../../support/fake-clock.js';
import {deaf, Held} from '../../support/scripted-faults.js';
import {rootOf, md5} from '../../support/scripted-hasher.js';
import {ScriptedRun, type ScriptedRunOptions} from '../../support/scripted-run.js';

const MiB = 2 ** 20;
const BLOCK = 4 * MiB;
const limit = {timeout: 60_000};

let scene: ScriptedRun;
/** What each claim came with. */
let claims: ClaimRequest<{readonly id: string}>[] = [];

/** The root of the scene's file, by Node. */
function root(): string {
  const {content} = scene.file;
  const count = Math.ceil(content.length / BLOCK);
  return rootOf(Array.from({length: count}, (_, index) => md5(content.subarray(index * BLOCK, (index + 1) * BLOCK))));
}

const result = (): ServerResult => ({url: '/uploads/1/content', instant: true, verified: 'digest', digest: root(), server: null});

/** A server with claims, to which parts of 1 MiB are sent; it answers every claim with `answer`. */
function set(answer: () => Promise<ServerResult | undefined>, options: ScriptedRunOptions = {}): void {
  claims = [];
  scene = new ScriptedRun({size: 4 * BLOCK, parts: {min: 1, preferred: MiB, max: 64 * MiB}, chunkSize: MiB, ...options});
  scene.protocol.claim = (request) => {
    claims.push(request);
    return answer();
  };
}

async function go(): Promise<void> {
  scene.start();
  await settle();
}

const has = (): Promise<ServerResult> => Promise.resolve(result());
const hasNot = (): Promise<undefined> => Promise.resolve(undefined);

describe('a file that the server has already', limit, () => {
  const held = new Held();

  beforeEach(() => {
    set(has);
    scene.protocol.on('send', held.behaviour, {times: Infinity}); // the line is slower than the digests
  });

  it('is done as soon as the server has said so, whatever is under way', async () => {
    await go();
    assert.deepEqual(scene.result, {...result(), clientDigest: root()});
  });
  it('is asked for once, by its root and its size', async () => {
    await go();
    assert.deepEqual(
      claims.map(({root, size}) => [root, size]),
      [[root(), 4 * BLOCK]],
    );
  });
  it('has its requests under way aborted', async () => {
    await go();
    const sends = scene.protocol.calls.filter(({call}) => call === 'send');
    assert.ok(sends.length > 0 && sends.every(({signal}) => signal.aborted));
  });
  it('is asked for only when all of it is digested', async () => {
    scene.hasher.hold();
    await go();
    assert.equal(claims.length, 0);
    scene.hasher.release();
    await settle();
    assert.equal(claims.length, 1);
  });
  it('is proven with the blocks that the server asks for', async () => {
    await go();
    const challenge = {nonce: '00ff'.repeat(8), blocks: [2, 0], blockSize: BLOCK};
    const nonce = Buffer.from(challenge.nonce, 'hex');
    const block = (at: number): Buffer => Buffer.concat([nonce, scene.file.content.subarray(at * BLOCK, (at + 1) * BLOCK)]);
    const proof = await claims[0]?.prove(challenge, new AbortController().signal);
    assert.deepEqual(proof, [md5(block(2)), md5(block(0))]);
  });
  it('is not taken for done when the server names another digest', async () => {
    set(() => Promise.resolve({...result(), digest: '0'.repeat(32)}));
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.equal(scene.code, 'corrupt');
  });
});

describe('a file that the server does not have', limit, () => {
  it('is sent, each byte once', async () => {
    set(hasNot);
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.server.only.resent], [true, 0]);
  });
  it('is asked for once', async () => {
    const held = new Held();
    set(hasNot);
    scene.protocol.on('send', held.behaviour, {times: 1});
    await go();
    held.release();
    await settle();
    assert.deepEqual([claims.length, scene.arrived], [1, true]);
  });
});

describe('a claim that fails', limit, () => {
  for (const code of ['network', 'server', 'timeout', 'unauthorized', 'protocol', 'unexpected'] as const) {
    it(`with "${code}" is no failure of the upload: the bytes are sent`, async () => {
      set(() => Promise.reject(new UploadError(code, 'No.')));
      await go();
      assert.deepEqual([scene.failure, scene.arrived], [undefined, true]);
    });
  }
  it('because nothing is answered is no failure either: the last part brings the result', async () => {
    set(() => new Promise(() => undefined));
    await go();
    assert.ok(scene.arrived);
  });
  it('ends with the run', async () => {
    set(() => new Promise(() => undefined));
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    scene.stop(new Error('paused'));
    await settle();
    assert.match(String(scene.failure), /paused/);
  });
});

describe('nothing is claimed', limit, () => {
  const never = async (): Promise<void> => {
    await go();
    assert.deepEqual([claims.length, scene.arrived], [0, true]);
  };

  it('for a file of one block', async () => {
    set(has, {size: BLOCK});
    await never();
  });
  it('when no more than a block is left to send', async () => {
    set(has, {size: 2 * BLOCK, head: BLOCK + 1, parts: {preferred: BLOCK, max: BLOCK}, chunkSize: BLOCK});
    await never();
  });
  it('without digests', async () => {
    set(has, {algorithm: 'none', verified: 'length'});
    await never();
  });
  it('from a server that has no claims', async () => {
    set(has);
    delete scene.protocol.claim;
    await never();
  });
  it('for an upload that was created before: it was asked for then', async () => {
    set(has);
    scene.run.record.used();
    await never();
  });
});

describe('a file that is digested within 100 ms', limit, () => {
  const quick = (answer: () => Promise<ServerResult | undefined>, options: ScriptedRunOptions = {}): void => {
    set(answer, options);
    scene.hasher.rate = 10 * 4 * BLOCK; // bytes per second: 16 MiB take 100 ms
  };

  it('is created with its root', async () => {
    quick(hasNot);
    await go();
    assert.deepEqual(scene.protocol.roots, [root()]);
  });
  it('is claimed before anything else is sent, when the server says that it has it', async () => {
    quick(has);
    scene.protocol.knownRoots.add(root());
    await go();
    assert.deepEqual([scene.result?.instant, scene.protocol.count('send'), claims.length], [true, 0, 1]);
  });
  it('is sent when the claim fails after all', async () => {
    quick(hasNot);
    scene.protocol.knownRoots.add(root());
    await go();
    assert.deepEqual([scene.arrived, claims.length], [true, 1]);
  });
  it('is not claimed when the server says nothing', async () => {
    quick(has);
    await go();
    assert.deepEqual([scene.arrived, claims.length], [true, 0]);
  });
  it('waits no longer than that: a slower machine sends at once', async () => {
    quick(hasNot);
    scene.hasher.rate = 10 * 4 * BLOCK - 1;
    await go();
    assert.deepEqual(scene.protocol.roots, [undefined]);
  });
  it('is not known as long as nothing was digested', async () => {
    quick(hasNot);
    scene.hasher.rate = undefined;
    await go();
    assert.deepEqual(scene.protocol.roots, [undefined]);
  });
  it('has no root with a creation that is repeated', async () => {
    quick(hasNot);
    scene.run.record.used();
    await go();
    assert.deepEqual(scene.protocol.roots, [undefined]);
  });
});
