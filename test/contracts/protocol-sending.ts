import {bytesIn, covers, gaps, union} from '../../src/core/ranges.js';
import {sha256} from '../support/bytes.js';
import {eventually, holds, never, rejection, rejectionCode, same, type Clauses} from './clauses.js';
import type {ProtocolScene} from './protocol-scene.js';
import {confirmedOf, MiB, openUpload, partsOf, randomFile, send, sendAll, sendWell} from './protocol-steps.js';

/** What `send` and `finish` do. */
export const sending = {
  async 'has a part for good when it is kept'(scene) {
    const {file} = randomFile(13 * MiB);
    const {remote} = await openUpload(scene, file);
    const part = {start: 2 * MiB, end: 5 * MiB};
    const confirmed = await sendWell(scene, file, remote, part);
    holds(covers(confirmed, part), 'the part is among what is confirmed');
    same(await confirmedOf(scene, remote), confirmed);
  },

  async 'takes parts in any order'(scene) {
    const {file, bytes} = randomFile(11 * MiB + 5);
    const opened = await openUpload(scene, file);
    for (const part of partsOf(opened.confirmed, file, 2 * MiB).reverse()) await sendWell(scene, file, opened.remote, part);
    const finished = await scene.protocol.finish(opened.remote, never());
    if (finished.kind !== 'done') throw new Error(finished.kind);
    same(await sha256((await scene.stored(finished.result)).bytes), await sha256(bytes));
  },

  async 'takes parts at the same time'(scene) {
    const {file, bytes} = randomFile(12 * MiB);
    const opened = await openUpload(scene, file);
    await Promise.all(partsOf(opened.confirmed, file, 3 * MiB).map((part) => sendWell(scene, file, opened.remote, part)));
    const finished = await scene.protocol.finish(opened.remote, never());
    if (finished.kind !== 'done') throw new Error(finished.kind);
    same(await sha256((await scene.stored(finished.result)).bytes), await sha256(bytes));
  },

  async 'takes parts of any length, one byte too'(scene) {
    const {file, bytes} = randomFile(MiB + 400_000);
    const opened = await openUpload(scene, file);
    const from = bytesIn(opened.confirmed);
    const borders = [from, from + 1, from + 65_537, file.size - 1, file.size];
    for (const [at, start] of borders.slice(0, -1).entries()) {
      await sendWell(scene, file, opened.remote, {start, end: borders[at + 1] ?? file.size});
    }
    const finished = await scene.protocol.finish(opened.remote, never());
    if (finished.kind !== 'done') throw new Error(finished.kind);
    same(await sha256((await scene.stored(finished.result)).bytes), await sha256(bytes));
  },

  async 'keeps a part once that comes twice'(scene) {
    const {file, bytes} = randomFile(6 * MiB);
    const opened = await openUpload(scene, file);
    const part = {start: MiB, end: 4 * MiB};
    const once = await sendWell(scene, file, opened.remote, part);
    same(await sendWell(scene, file, opened.remote, part), once);
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'confirms more and never less as parts come'(scene) {
    const {file} = randomFile(9 * MiB);
    const opened = await openUpload(scene, file);
    let before = bytesIn(opened.confirmed);
    for (const part of partsOf(opened.confirmed, file, 2 * MiB).slice(0, -1)) {
      const now = bytesIn(await sendWell(scene, file, opened.remote, part));
      holds(now > before && now <= file.size, `${now} is more than ${before}`);
      before = now;
    }
  },

  async 'tells of a part under way in bytes that only grow, and of no more than it has'(scene) {
    const {file} = randomFile(6 * MiB);
    const {remote} = await openUpload(scene, file);
    const sent: number[] = [];
    await send(scene, file, remote, {start: MiB, end: 5 * MiB}, {onSent: (bytes) => sent.push(bytes)});
    same(
      sent,
      [...sent].sort((a, b) => a - b),
    );
    holds(sent.length > 0 && (sent.at(-1) ?? 0) <= 4 * MiB, sent.join());
  },

  async 'keeps what arrived of a part that was cut'(scene) {
    const {file, bytes} = randomFile(9 * MiB);
    const opened = await openUpload(scene, file);
    const cut = scene.line.cutNext(1_500_000);
    same(await rejectionCode(send(scene, file, opened.remote, {start: MiB, end: 8 * MiB})), 'network');
    await cut;
    await eventually(() => scene.running() === 0);
    const again = await openUpload(scene, file, {saved: opened.remote, repeated: true});
    same(again.confirmed, union(...opened.confirmed, {start: MiB, end: MiB + 1_500_000}));
    for (const part of gaps(again.confirmed, {start: 0, end: file.size})) await sendWell(scene, file, again.remote, part);
    const finished = await scene.protocol.finish(again.remote, never());
    if (finished.kind !== 'done') throw new Error(finished.kind);
    same(await sha256((await scene.stored(finished.result)).bytes), await sha256(bytes));
  },

  async 'keeps a part whose answer was lost'(scene) {
    const {file} = randomFile(6 * MiB);
    const {remote} = await openUpload(scene, file);
    const lost = scene.line.loseNextAnswer();
    same(await rejectionCode(send(scene, file, remote, {start: MiB, end: 3 * MiB})), 'network');
    await lost;
    holds(covers(await confirmedOf(scene, remote), {start: MiB, end: 3 * MiB}), 'the part is confirmed');
  },

  async 'names a block that was damaged on its way, and takes it again'(scene) {
    const {file, bytes} = randomFile(9 * MiB);
    const opened = await openUpload(scene, file);
    const damaged = scene.line.damageNext(5 * MiB);
    const sent = await send(scene, file, opened.remote, {start: 4 * MiB, end: 8 * MiB});
    await damaged;
    same(sent.kind === 'dropped' && sent.blocks, [1]);
    same(await confirmedOf(scene, opened.remote), opened.confirmed);
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'says what is missing when it is to be put together too early'(scene) {
    const {file} = randomFile(6 * MiB);
    const {remote} = await openUpload(scene, file);
    const confirmed = await sendWell(scene, file, remote, {start: 2 * MiB, end: 3 * MiB});
    same(await scene.protocol.finish(remote, never()), {kind: 'missing', confirmed});
  },

  async 'may be told to put it together twice'(scene) {
    const {file} = randomFile(2 * MiB);
    const opened = await openUpload(scene, file);
    const result = await sendAll(scene, file, opened);
    same(await scene.protocol.finish(opened.remote, never()), {kind: 'done', result});
  },

  async 'answers with the result when a part comes after the end'(scene) {
    const {file} = randomFile(2 * MiB);
    const opened = await openUpload(scene, file);
    const result = await sendAll(scene, file, opened);
    same(await send(scene, file, opened.remote, {start: MiB, end: 2 * MiB}), {kind: 'done', result});
  },

  async 'fails as "network" while the line is down, and goes on when it is back'(scene) {
    const {file} = randomFile(2 * MiB);
    const opened = await openUpload(scene, file);
    scene.line.refuse();
    same(
      await Promise.all([
        rejectionCode(scene.protocol.ask(opened.remote, never())),
        rejectionCode(send(scene, file, opened.remote, {start: MiB, end: 2 * MiB})),
        rejectionCode(scene.protocol.finish(opened.remote, never())),
        rejectionCode(scene.protocol.discard(opened.remote, 'key', never())),
        rejectionCode(openUpload(scene, file)),
      ]),
      ['network', 'network', 'network', 'network', 'network'],
    );
    scene.line.pass();
    same(await confirmedOf(scene, opened.remote), opened.confirmed);
  },

  async 'does not say in an error where the upload is, but for its path'(scene) {
    const {file} = randomFile(2 * MiB);
    const {remote} = await openUpload(scene, file);
    scene.line.refuse();
    const reason = await rejection(scene.protocol.ask(remote, never()));
    holds(reason instanceof Error && !/[?#]/.test(reason.message), String(reason));
  },
} satisfies Clauses<ProtocolScene>;
