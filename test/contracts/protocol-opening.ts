import type {Json} from '../../src/core/ports.js';
import {bytesIn, covers} from '../../src/core/ranges.js';
import {FileDigests} from '../../src/core/digests.js';
import {sha256} from '../support/bytes.js';
import {holds, never, same, type Clauses} from './clauses.js';
import type {ProtocolScene} from './protocol-scene.js';
import {confirmedOf, MiB, newKey, open, openUpload, randomFile, sendAll, upload} from './protocol-steps.js';

/** What cannot be a `remote` of any protocol, for nobody can be asked with it. */
const nonsense: readonly Json[] = [
  null,
  0,
  'text',
  [],
  {},
  {url: null},
  {url: 'javascript:alert(1)', size: 9, counter: 1, random: 'x'},
  {url: 'https://evil.test/uploads/1', size: 9, counter: 1, random: 'x'},
];

const requireSpreading = async ({protocol}: ProtocolScene): Promise<void> =>
  same(await (await protocol.greet?.(never()))?.spreads, true, 'whether the server takes it');

/** What `open` does, and that whole files arrive. */
export const opening = {
  async 'opens a new file with nothing confirmed but what it has just sent'(scene) {
    const {file} = randomFile(3 * MiB);
    const {confirmed} = await openUpload(scene, file);
    holds(confirmed.length <= 1 && (confirmed[0]?.start ?? 0) === 0, 'only first bytes are confirmed');
    holds(bytesIn(confirmed) < file.size, 'not everything is confirmed');
  },

  async 'says how it wants its parts, and the sizes fit together'(scene) {
    const {min, preferred, max, parallel} = (await openUpload(scene, randomFile(3 * MiB).file)).parts;
    holds(min >= 1 && min <= preferred && preferred <= max && parallel >= 1, JSON.stringify({min, preferred, max, parallel}));
  },

  async 'gives a remote that can be saved and read back'(scene) {
    const {file} = randomFile(3 * MiB);
    const {remote, confirmed} = await openUpload(scene, file);
    const readBack = JSON.parse(JSON.stringify(remote)) as Json;
    same(await confirmedOf(scene, readBack), confirmed);
  },

  async 'brings a file of no bytes'(scene) {
    const {file} = randomFile(0);
    const result = await upload(scene, file);
    same((await scene.stored(result)).bytes.length, 0);
  },

  async 'brings a file of one byte'(scene) {
    const {file, bytes} = randomFile(1);
    const result = await upload(scene, file);
    same([...(await scene.stored(result)).bytes], [...bytes]);
  },

  async 'brings a file of several parts and blocks'(scene) {
    const {file, bytes} = randomFile(13 * MiB + 7);
    const result = await upload(scene, file);
    same(await sha256((await scene.stored(result)).bytes), await sha256(bytes));
  },

  async 'brings a file of exactly two blocks'(scene) {
    const {file, bytes} = randomFile(8 * MiB);
    const result = await upload(scene, file);
    same(await sha256((await scene.stored(result)).bytes), await sha256(bytes));
  },

  async 'says the digest of what was stored, and it is the one of the file'(scene) {
    const {file} = randomFile(5 * MiB);
    const result = await upload(scene, file);
    const digests = scene.digestsOf(file);
    if (!(digests instanceof FileDigests)) throw new Error('the scene digests no files');
    same([result.verified, result.digest], ['digest', await digests.root(never())]);
  },

  async 'brings names as they are'(scene) {
    const names = ['ملف 文件 👩‍👩‍👧.txt', `"quotes", 'commas', and\nlines`, '../../etc/passwd', 'x'.repeat(255), '%00%2f', '\u202egpj.exe'];
    const stored: string[] = [];
    for (const name of names) stored.push((await scene.stored(await upload(scene, randomFile(10, name).file))).name);
    same(stored, names);
  },

  async 'does not find a file by its name alone: the same file is another upload with another key'(scene) {
    const {file} = randomFile(3 * MiB);
    await openUpload(scene, file);
    await openUpload(scene, file);
    same(await scene.uploads(), 2);
  },

  async 'makes one upload when the same creation comes twice'(scene) {
    const {file, bytes} = randomFile(3 * MiB);
    const key = newKey();
    const first = await openUpload(scene, file, {key});
    const again = await openUpload(scene, file, {key, repeated: true});
    same([await scene.uploads(), again.confirmed], [1, first.confirmed]);
    same(await sha256((await scene.stored(await sendAll(scene, file, again))).bytes), await sha256(bytes));
  },

  async 'makes one upload when the answer to a creation is lost'(scene) {
    const {file, bytes} = randomFile(3 * MiB);
    const lost = scene.line.loseNextAnswer();
    const opened = await openUpload(scene, file);
    await lost;
    same(await scene.uploads(), 1);
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'makes one upload when a creation is cut, and has no byte of it that did not arrive'(scene) {
    const {file, bytes} = randomFile(3 * MiB);
    const cut = scene.line.cutNext(100_000);
    const opened = await openUpload(scene, file);
    await cut;
    same(await scene.uploads(), 1);
    holds(covers([{start: 0, end: 100_000}], {start: 0, end: opened.confirmed.at(-1)?.end ?? 0}), JSON.stringify(opened.confirmed));
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'takes the bytes of a creation from several requests, and counts none twice'(scene) {
    const {file, bytes} = randomFile(3 * MiB);
    await requireSpreading(scene);
    const told: number[] = [];
    const opened = await openUpload(scene, file, {carry: 49_152, spread: 4, onSent: (sent) => void told.push(sent)});
    same(opened.confirmed, [{start: 0, end: 49_152}]);
    same([await scene.uploads(), Math.max(...told)], [1, 49_152]);
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'makes one upload when one of these requests is cut'(scene) {
    const {file, bytes} = randomFile(3 * MiB);
    await requireSpreading(scene);
    const cut = scene.line.cutNext(5_000);
    const opened = await openUpload(scene, file, {carry: 49_152, spread: 4});
    await cut;
    same(await scene.uploads(), 1);
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'makes one upload when the answer to one of these requests is lost'(scene) {
    const {file, bytes} = randomFile(3 * MiB);
    await requireSpreading(scene);
    const lost = scene.line.loseNextAnswer();
    const opened = await openUpload(scene, file, {carry: 49_152, spread: 4});
    await lost;
    same(await scene.uploads(), 1);
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'brings a small file whose bytes are damaged on their way'(scene) {
    const {file, bytes} = randomFile(50_000);
    const damaged = scene.line.damageNext(20_000);
    const result = await upload(scene, file);
    await damaged;
    same(await sha256((await scene.stored(result)).bytes), await sha256(bytes));
  },

  async 'ignores a saved remote that cannot be one'(scene) {
    const {file} = randomFile(3 * MiB);
    for (const saved of nonsense) {
      const opened = await open(scene, file, {saved});
      same(opened.kind, 'open', JSON.stringify(saved));
    }
  },

  async 'tells of sent bytes that only grow, and of no more than there are'(scene) {
    const sent: number[] = [];
    const {file} = randomFile(300_000);
    await open(scene, file, {onSent: (bytes) => sent.push(bytes)});
    same(
      sent,
      [...sent].sort((a, b) => a - b),
    );
    holds(
      sent.every((bytes) => bytes <= file.size),
      sent.join(),
    );
  },
} satisfies Clauses<ProtocolScene>;
