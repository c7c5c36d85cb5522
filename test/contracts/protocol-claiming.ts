import type {Challenge} from '../../src/core/hasher-ports.js';
import type {Json, Protocol, ServerResult, SourceFile} from '../../src/core/ports.js';
import {FileDigests} from '../../src/core/digests.js';
import {sparkMd5} from '../../src/hash/md5.js';
import {sha256} from '../support/bytes.js';
import {holds, never, rejection, same, type Clauses} from './clauses.js';
import type {ProtocolScene} from './protocol-scene.js';
import {confirmedOf, MiB, openUpload, randomFile, send, sendAll, upload} from './protocol-steps.js';

/** The root digest of a file. */
async function rootOf(scene: ProtocolScene, file: SourceFile): Promise<string> {
  const digests = scene.digestsOf(file);
  const root = digests instanceof FileDigests ? await digests.root(never()) : null;
  if (root === null) throw new Error('the scene digests no files');
  return root;
}

const bytesIn = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({length: hex.length / 2}, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));

function md5(bytes: ArrayBuffer): string {
  const digest = sparkMd5();
  digest.add(new Uint8Array(bytes));
  return digest.end();
}

/** What one who has `blob` says to a challenge, by MD5. */
const proving =
  (blob: Blob) =>
  ({nonce, blocks, blockSize}: Challenge): Promise<string[]> =>
    Promise.all(
      blocks.map(async (index) =>
        md5(await new Blob([bytesIn(nonce), blob.slice(index * blockSize, (index + 1) * blockSize)]).arrayBuffer()),
      ),
    );

/** What a claim is told beyond what follows from the file. */
interface Claiming {
  readonly root?: string;
  /** What the claimant has in fact. */
  readonly having?: Blob;
  readonly signal?: AbortSignal;
}

async function claim(
  scene: ProtocolScene,
  file: SourceFile,
  remote: Json,
  {root, having = file.blob, signal = never()}: Claiming = {},
): Promise<ServerResult | undefined> {
  const {protocol}: {protocol: Protocol} = scene;
  const request = {remote, root: root ?? (await rootOf(scene, file)), size: file.size, prove: proving(having)};
  return protocol.claim?.(request, signal);
}

/** What `claim` does, to a server that has the claimant's files and checks digests by MD5. */
export const claiming = {
  async 'gives the result of a file that was uploaded before, without a byte of it'(scene) {
    const {file, bytes} = randomFile(9 * MiB);
    const first = await upload(scene, file);
    const {remote} = await openUpload(scene, file, {carry: 0});
    const result = await claim(scene, file, remote);
    same([result?.instant, result?.verified, result?.digest, result?.url === first.url], [true, 'digest', first.digest, false]);
    if (result) same(await sha256((await scene.stored(result)).bytes), await sha256(bytes));
  },

  async 'finishes the upload: it is done for whoever asks, and instant'(scene) {
    const {file} = randomFile(3 * MiB);
    await upload(scene, file);
    const {remote} = await openUpload(scene, file, {carry: 0});
    const result = await claim(scene, file, remote);
    same(await scene.protocol.ask(remote, never()), {kind: 'done', result});
  },

  async 'keeps the name that this upload was opened with'(scene) {
    const {file} = randomFile(3 * MiB, 'first.bin');
    await upload(scene, file);
    const renamed = {...file, name: 'second.bin'};
    const {remote} = await openUpload(scene, renamed, {carry: 0});
    const result = await claim(scene, renamed, remote);
    same(result && (await scene.stored(result)).name, 'second.bin');
  },

  async 'finds nothing that was never uploaded, and the upload goes on'(scene) {
    const {file, bytes} = randomFile(5 * MiB);
    const opened = await openUpload(scene, file);
    same(await claim(scene, file, opened.remote), undefined);
    same(await confirmedOf(scene, opened.remote), opened.confirmed);
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'gives nothing to one who knows a root and has other bytes, and the upload goes on'(scene) {
    const theirs = randomFile(5 * MiB);
    await upload(scene, theirs.file);
    const mine = randomFile(5 * MiB);
    const opened = await openUpload(scene, mine.file);
    same(await claim(scene, mine.file, opened.remote, {root: await rootOf(scene, theirs.file)}), undefined);
    same(await sha256((await scene.stored(await sendAll(scene, mine.file, opened))).bytes), await sha256(mine.bytes));
  },

  async 'says when it is opened that a claim would find something'(scene) {
    const {file} = randomFile(3 * MiB);
    const root = await rootOf(scene, file);
    same((await openUpload(scene, file, {root, carry: 0})).known, undefined);
    await upload(scene, file);
    same((await openUpload(scene, file, {root, carry: 0})).known, true);
  },

  async 'ends parts that are under way, with the result'(scene) {
    const {file} = randomFile(17 * MiB);
    await upload(scene, file);
    const {remote, confirmed} = await openUpload(scene, file, {carry: 0});
    same(confirmed, []);
    const part = send(scene, file, remote, {start: 0, end: 8 * MiB});
    const result = await claim(scene, file, remote);
    const sent = await part;
    holds(sent.kind === 'kept' || sent.kind === 'done', sent.kind);
    if (sent.kind === 'done') same(sent.result, result);
    same(await scene.protocol.ask(remote, never()), {kind: 'done', result});
  },

  async 'is not for an upload that is gone, and does not fail for it'(scene) {
    const {file} = randomFile(3 * MiB);
    await upload(scene, file);
    const {remote} = await openUpload(scene, file, {carry: 0});
    await scene.forgetAll();
    same(await claim(scene, file, remote), undefined);
  },

  async 'rejects with the reason of its signal while the server is silent'(scene) {
    const {file} = randomFile(3 * MiB);
    const {remote} = await openUpload(scene, file);
    scene.stall();
    const stop = new AbortController();
    const pending = rejection(claim(scene, file, remote, {signal: stop.signal}));
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), 100);
    same(await pending, reason);
  },
} satisfies Clauses<ProtocolScene>;
