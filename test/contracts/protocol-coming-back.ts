import {sha256} from '../support/bytes.js';
import {never, same, type Clauses} from './clauses.js';
import type {ProtocolScene} from './protocol-scene.js';
import {confirmedOf, MiB, newKey, open, openUpload, randomFile, send, sendAll, sendWell, upload} from './protocol-steps.js';

/** What becomes of an upload that is asked about, opened again, forgotten, or thrown away. */
export const comingBack = {
  async 'asks without changing anything'(scene) {
    const {file} = randomFile(3 * MiB);
    const {remote} = await openUpload(scene, file);
    const first = await confirmedOf(scene, remote);
    same([await confirmedOf(scene, remote), await scene.uploads()], [first, 1]);
  },

  async 'asks while a part is under way, and lets that arrive'(scene) {
    const {file} = randomFile(10 * MiB);
    const {remote} = await openUpload(scene, file);
    const part = send(scene, file, remote, {start: MiB, end: 9 * MiB});
    await confirmedOf(scene, remote);
    same((await part).kind, 'kept');
  },

  async 'reports after reopening exactly the bytes that the server has'(scene) {
    const {file} = randomFile(9 * MiB);
    const {remote} = await openUpload(scene, file);
    const confirmed = await sendWell(scene, file, remote, {start: 3 * MiB, end: 5 * MiB});
    const again = await openUpload(scene, file, {saved: remote, repeated: true});
    same(again.confirmed, confirmed);
  },

  async 'sends nothing along when it is opened again'(scene) {
    const {file} = randomFile(3 * MiB);
    const {remote} = await openUpload(scene, file);
    const sent: number[] = [];
    await openUpload(scene, file, {saved: remote, repeated: true, onSent: (bytes) => sent.push(bytes)});
    same(sent, []);
  },

  async 'may be opened again and again'(scene) {
    const {file, bytes} = randomFile(3 * MiB);
    let opened = await openUpload(scene, file);
    for (let times = 0; times < 5; times += 1) opened = await openUpload(scene, file, {saved: opened.remote, repeated: true});
    same(await sha256((await scene.stored(await sendAll(scene, file, opened))).bytes), await sha256(bytes));
  },

  async 'knows a finished upload when it is opened again'(scene) {
    const {file} = randomFile(2 * MiB);
    const first = await openUpload(scene, file);
    const result = await sendAll(scene, file, first);
    same(await open(scene, file, {saved: first.remote, repeated: true}), {kind: 'known', how: 'already-finished', result});
  },

  async 'knows a finished upload by its key alone'(scene) {
    const {file} = randomFile(2 * MiB);
    const key = newKey();
    const result = await sendAll(scene, file, await openUpload(scene, file, {key}));
    same(await open(scene, file, {key, repeated: true}), {kind: 'known', how: 'already-finished', result});
  },

  async 'knows a finished upload when it is asked'(scene) {
    const {file} = randomFile(2 * MiB);
    const {remote, ...rest} = await openUpload(scene, file);
    const result = await sendAll(scene, file, {...rest, remote});
    same(await scene.protocol.ask(remote, never()), {kind: 'done', result});
  },

  async 'lets an older run send nothing any more'(scene) {
    const {file} = randomFile(5 * MiB);
    const older = await openUpload(scene, file);
    await openUpload(scene, file, {saved: older.remote, repeated: true});
    const sent = await send(scene, file, older.remote, {start: MiB, end: 2 * MiB}).catch((error: unknown) => error);
    same(sent instanceof Error && 'code' in sent && sent.code, 'elsewhere');
  },

  async 'is "gone" in every answer when the server has forgotten the upload'(scene) {
    const {file} = randomFile(3 * MiB);
    const {remote} = await openUpload(scene, file);
    await scene.forgetAll();
    const {protocol} = scene;
    const answers = [
      await protocol.ask(remote, never()),
      await send(scene, file, remote, {start: MiB, end: 2 * MiB}),
      await protocol.finish(remote, never()),
      await open(scene, file, {saved: remote, repeated: true}),
    ];
    same(
      answers.map(({kind}) => kind),
      ['gone', 'gone', 'gone', 'gone'],
    );
  },

  async 'creates nothing by itself when the server has forgotten the upload'(scene) {
    const {file} = randomFile(3 * MiB);
    const {remote} = await openUpload(scene, file);
    await scene.forgetAll();
    await open(scene, file, {saved: remote, repeated: true});
    same(await scene.uploads(), 0);
  },

  async 'has the server throw an upload away'(scene) {
    const {file} = randomFile(3 * MiB);
    const {remote} = await openUpload(scene, file);
    await scene.protocol.discard(remote, newKey(), never());
    same([(await scene.protocol.ask(remote, never())).kind, await scene.uploads()], ['gone', 0]);
  },

  async 'has the server throw an upload away by its key, when no answer ever came'(scene) {
    const {file} = randomFile(3 * MiB);
    const key = newKey();
    const {remote} = await openUpload(scene, file, {key});
    await scene.protocol.discard(undefined, key, never());
    same([(await scene.protocol.ask(remote, never())).kind, await scene.uploads()], ['gone', 0]);
  },

  async 'keeps a key that was thrown away from coming back'(scene) {
    const {file} = randomFile(3 * MiB);
    const key = newKey();
    await openUpload(scene, file, {key});
    await scene.protocol.discard(undefined, key, never());
    same((await open(scene, file, {key, repeated: true})).kind, 'gone');
  },

  async 'may throw away twice, and what never was'(scene) {
    const {remote} = await openUpload(scene, randomFile(3 * MiB).file);
    await scene.protocol.discard(remote, newKey(), never());
    await scene.protocol.discard(remote, newKey(), never());
    await scene.protocol.discard(undefined, newKey(), never());
    same(await scene.uploads(), 0);
  },

  async 'leaves a finished upload alone when it is thrown away too late'(scene) {
    const {file, bytes} = randomFile(2 * MiB);
    const {remote, ...rest} = await openUpload(scene, file);
    const result = await sendAll(scene, file, {...rest, remote});
    await scene.protocol.discard(remote, newKey(), never());
    same(await sha256((await scene.stored(result)).bytes), await sha256(bytes));
  },

  async 'throws away one upload and no other'(scene) {
    const kept = randomFile(3 * MiB);
    const other = await openUpload(scene, kept.file);
    const {remote} = await openUpload(scene, randomFile(3 * MiB).file);
    await scene.protocol.discard(remote, newKey(), never());
    same(await sha256((await scene.stored(await sendAll(scene, kept.file, other))).bytes), await sha256(kept.bytes));
  },

  async 'brings a file again that was brought before'(scene) {
    const {file, bytes} = randomFile(70_000);
    await upload(scene, file);
    same(await sha256((await scene.stored(await upload(scene, file))).bytes), await sha256(bytes));
  },
} satisfies Clauses<ProtocolScene>;
