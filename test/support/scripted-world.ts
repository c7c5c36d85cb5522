import assert from 'node:assert/strict';
import {mock} from 'node:test';
import {bytesIn, type Range} from '../../src/core/ranges.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {settle} from './fake-clock.js';
import {rootOf, md5} from './scripted-hasher.js';
import type {Behaviour, Call} from './scripted-exchange.js';
import {ScriptedScene, type ScriptedSceneOptions} from './scripted-scene.js';
import type {StoredUpload} from './scripted-server.js';

const running: readonly string[] = ['preparing', 'sending', 'finishing'];
const block = 4_194_304;

/** A scene in which DESIGN's promises P1 to P6 are looked after at every step. Files must have different sizes: that is how they are told apart. */
export class ScriptedWorld {
  readonly scene: ScriptedScene;
  readonly ids: string[] = [];
  /** What a person has paused and not resumed. */
  readonly #pausedByHand = new Set<string>();
  /** What was confirmed last, and how many losses had happened when that fell for the last time. */
  readonly #bars = new Map<string, {readonly confirmed: number; readonly losses: number}>();
  readonly #changed = new Set<number>();
  readonly #seenDone = new Set<string>();
  #losses = 0;
  /** The first promise that was broken while nobody was looking. */
  #violation: Error | undefined;

  constructor(options: ScriptedSceneOptions) {
    mock.method(Math, 'random', () => 0.5);
    this.scene = new ScriptedScene(options);
    this.scene.uploader.on('change', ({upload}) => this.#lookLater(upload));
  }

  add(size: number): void {
    this.ids.push(...this.scene.add(size));
    if (this.scene.uploader.paused) this.ids.slice(-1).forEach((id) => this.#pausedByHand.add(id));
  }

  /** Id of one of the uploads. */
  id(at: number): string {
    return this.ids[at % this.ids.length] ?? '';
  }

  pause(id?: string): void {
    this.scene.uploader.pause(id);
    this.#chosen(id).forEach((one) => this.scene.upload(one).status.name === 'paused' && this.#pausedByHand.add(one));
  }

  resume(id?: string): void {
    this.#chosen(id).forEach((one) => this.#pausedByHand.delete(one));
    this.scene.uploader.resume(id);
  }

  cancel(id: string): void {
    this.#pausedByHand.delete(id);
    this.scene.uploader.cancel(id);
  }

  /** The server forgets an upload that is not complete. */
  forget(at: number): void {
    const open = this.#openOnServer();
    const upload = open[at % Math.max(1, open.length)];
    if (!upload) return;
    this.#losses += 1;
    this.scene.protocol.server.forget(upload);
  }

  /** The server loses bytes of an upload that is not complete. */
  lose(at: number, span: Range): void {
    const open = this.#openOnServer();
    open[at % Math.max(1, open.length)]?.lose(span);
  }

  /** The browser says that there is no network, and is right. */
  cutOff(): void {
    this.scene.protocol.reachable = false;
    this.scene.network.goOffline();
  }

  /** There is a network again, and the browser says so. */
  reconnect(): void {
    this.scene.protocol.reachable = true;
    this.scene.network.goOnline();
  }

  change(at: number): void {
    this.#changed.add(at % this.scene.files.length);
    this.scene.file(at % this.scene.files.length).change();
  }

  on(call: Call, behaviour: Behaviour, times: number): void {
    this.scene.protocol.on(call, behaviour, {times});
  }

  /** Everything is well again, and a person asks for what is left until nothing moves any more. */
  async heal(): Promise<void> {
    this.scene.protocol.heal();
    this.scene.hasher.release();
    this.reconnect();
    for (let times = 0; times < 20 && !this.#over(); times += 1) {
      this.resume();
      this.scene.uploader.retry();
      await this.scene.clock.advance(120_000);
      await this.check();
    }
  }

  /** Looks at everything. */
  async check(): Promise<void> {
    await settle();
    if (this.#violation) throw this.#violation;
    this.scene.frames.draw();
    for (const upload of this.scene.uploader.uploads) this.#look(upload);
    const {held} = this.scene.uploader.progress;
    const live = this.scene.statuses.filter((name) => running.includes(name));
    if (held) assert.ok(live.length <= 1 && live.every((name) => name === 'preparing'), 'while the list is held one may ask, nobody sends');
    for (const id of this.#pausedByHand) assert.equal(this.scene.upload(id).status.name, 'paused', 'what a person paused stays paused');
    for (const upload of this.scene.protocol.server.everMade) assert.equal(upload.resent, 0, 'P2: nothing is sent again');
    for (const id of this.ids) {
      const count = this.scene.told.filter((event) => event.name === 'done' && event.upload.id === id).length;
      assert.equal(count, this.scene.upload(id).status.name === 'done' ? 1 : 0, 'P3: done is told exactly once');
    }
  }

  /** After {@link heal}: what must be true of every upload. */
  async checkTheEnd(): Promise<void> {
    await this.scene.clock.advance(60_000);
    for (const [at, id] of this.ids.entries()) this.#checkEndOf(at, this.scene.upload(id));
    const {signal} = new AbortController();
    await Promise.all(Array.from({length: this.scene.slots.count}, () => this.scene.slots.take(signal)));
    assert.deepEqual([this.scene.clock.sleepers, this.scene.network.listeners], [0, 0], 'P4: nothing is left behind');
  }

  close(): void {
    this.scene.uploader.close();
    mock.restoreAll();
  }

  #checkEndOf(at: number, {status}: UploadSnapshot): void {
    if (status.name === 'canceled' || status.name === 'done') return;
    assert.equal(status.name, 'failed', 'P4: everything comes to an end');
    assert.equal(status.error.code, 'file-changed');
    assert.ok(this.#changed.has(at), 'P4: what has not changed arrives');
  }

  #over(): boolean {
    return this.scene.uploader.uploads.every(
      ({status}) => ['done', 'canceled'].includes(status.name) || (status.name === 'failed' && status.error.code === 'file-changed'),
    );
  }

  #openOnServer(): StoredUpload[] {
    return this.scene.protocol.server.uploads.filter(({complete}) => !complete);
  }

  #chosen(id: string | undefined): readonly string[] {
    return id === undefined ? this.ids : [id];
  }

  #onServer(size: number): StoredUpload[] {
    return this.scene.protocol.server.everMade.filter((upload) => upload.size === size);
  }

  /** In a listener nobody would hear of an error. */
  #lookLater(upload: UploadSnapshot): void {
    try {
      this.#look(upload);
    } catch (violation) {
      this.#violation ??= violation instanceof Error ? violation : new Error(String(violation));
    }
  }

  #look(upload: UploadSnapshot): void {
    const {confirmed, sent, hashed, size} = upload.progress;
    assert.ok(sent >= 0 && confirmed + sent <= size && hashed <= size, `counts make sense: ${JSON.stringify(upload.progress)}`);
    if (upload.status.name === 'done') this.#lookAtDone(upload);
    else this.#lookAtBar(upload.id, confirmed, size);
    if (!running.includes(upload.status.name)) assert.equal(sent, 0, 'nothing is on the wire when nothing runs');
  }

  #lookAtBar(id: string, confirmed: number, size: number): void {
    const known = this.#onServer(size);
    assert.ok(
      confirmed <= Math.max(0, ...known.map(({everTold}) => bytesIn(everTold))),
      'P6: the bar counts only what the server has confirmed',
    );
    const losses = this.#losses + known.reduce((sum, upload) => sum + upload.losses, 0);
    const before = this.#bars.get(id) ?? {confirmed: 0, losses: 0};
    if (confirmed < before.confirmed) assert.ok(losses > before.losses, 'P6: the bar goes back only when the server lost something');
    this.#bars.set(id, {confirmed, losses: confirmed < before.confirmed ? losses : before.losses});
  }

  /** Once: neither a finished upload nor what the server has of it changes any more. */
  #lookAtDone({id, status, size}: UploadSnapshot): void {
    assert.ok(status.name === 'done');
    if (this.#seenDone.has(id)) return;
    this.#seenDone.add(id);
    const stored = this.#onServer(size).find(({complete}) => complete);
    assert.ok(stored && bytesIn(stored.received) === size, 'P1: done only when the server has it all');
    const file = this.scene.files.find((one) => one.size === size);
    assert.ok(
      file?.versions.some((bytes) => Buffer.compare(bytes, stored.bytes) === 0),
      'P5: the bytes belong to one version of the file',
    );
    const digests = Array.from({length: Math.ceil(size / block)}, (_, at) => md5(stored.bytes.subarray(at * block, (at + 1) * block)));
    if (status.result.verified === 'digest')
      assert.equal(status.result.clientDigest, rootOf(digests), 'P1: the digest is that of what is stored');
  }
}
