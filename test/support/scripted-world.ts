import assert from 'node:assert/strict';
import {mock} from 'node:test';
import type {Protocol} from '../../src/core/ports.js';
import type {Range} from '../../src/core/ranges.js';
import type {Settings} from '../../src/core/settings.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {settle} from './fake-clock.js';
import {Promises, type ServerView} from './scripted-promises.js';
import type {Scene} from './scripted-scene.js';
import type {StoredUpload} from './scripted-server.js';

/** A scene in which DESIGN's promises are looked after at every step. Files must have different sizes: that is how they are told apart. */
export abstract class World<S extends Scene<Protocol> = Scene<Protocol>> {
  readonly scene: S;
  readonly ids: string[] = [];
  protected readonly promises: Promises;
  readonly #changed = new Set<number>();

  constructor(scene: S, view: ServerView) {
    mock.method(Math, 'random', () => 0.5);
    this.scene = scene;
    this.promises = new Promises(scene, view);
  }

  /** What the server has and has not finished. */
  protected abstract get openOnServer(): readonly StoredUpload[];

  protected abstract forgetOnServer(upload: StoredUpload): void;

  /** Whether requests reach the server. */
  abstract setReachable(reachable: boolean): void;

  /** Nothing goes wrong any more on the way and at the server. */
  protected abstract healTheWay(): void;

  /** Whether an upload that failed for good may have done so. */
  protected abstract mayFail(upload: UploadSnapshot): boolean;

  add(size: number): void {
    this.ids.push(...this.scene.add(size));
    if (this.scene.uploader.paused) this.ids.slice(-1).forEach((id) => this.promises.pausedByHand.add(id));
  }

  /** Id of one of the uploads. */
  id(at: number): string {
    return this.ids[at % this.ids.length] ?? '';
  }

  pause(id?: string): void {
    this.scene.uploader.pause(id);
    for (const one of this.#chosen(id)) if (this.scene.upload(one).status.name === 'paused') this.promises.pausedByHand.add(one);
  }

  resume(id?: string): void {
    this.promises.goOn();
    this.#chosen(id).forEach((one) => this.promises.pausedByHand.delete(one));
    this.scene.uploader.resume(id);
  }

  retry(id?: string): void {
    this.promises.goOn();
    this.scene.uploader.retry(id);
  }

  start(id?: string): void {
    this.promises.goOn();
    this.scene.uploader.start(id);
  }

  cancel(id: string): void {
    this.promises.pausedByHand.delete(id);
    this.scene.uploader.cancel(id);
  }

  set(settings: Partial<Settings>): void {
    if (settings.resumeOnline !== undefined) this.promises.comesBack = settings.resumeOnline;
    this.scene.uploader.set(settings);
  }

  /** The server forgets an upload that is not complete. */
  forget(at: number): void {
    const upload = this.#open(at);
    if (upload) this.forgetOnServer(upload);
  }

  /** The server loses bytes of an upload that is not complete. */
  lose(at: number, span: Range): void {
    this.#open(at)?.lose(span);
  }

  /** The browser says that there is no network, and is right. */
  cutOff(): void {
    this.setReachable(false);
    this.scene.network.goOffline();
  }

  /** There is a network again, and the browser says so. */
  reconnect(): void {
    this.setReachable(true);
    this.scene.network.goOnline();
  }

  /** The machine sleeps: whoever should have woken meanwhile wakes late. */
  async sleepThrough(ms: number): Promise<void> {
    this.scene.clock.jump(ms);
    await this.scene.clock.advance(0);
  }

  change(at: number): void {
    this.#changed.add(at % this.scene.files.length);
    this.scene.file(at % this.scene.files.length).change();
  }

  /** Everything is well again, and a person asks for what is left until nothing moves any more. */
  async heal(): Promise<void> {
    this.healTheWay();
    this.scene.hasher.release();
    this.reconnect();
    this.set({manual: false});
    for (let times = 0; times < 20 && !this.#over(); times += 1) {
      this.start();
      this.resume();
      this.retry();
      await this.scene.clock.advance(120_000);
      await this.check();
    }
  }

  /** Looks at everything. */
  async check(): Promise<void> {
    await settle();
    this.scene.frames.draw();
    this.promises.check(this.ids);
  }

  /** After {@link heal}: what must be true of every upload. */
  async checkTheEnd(): Promise<void> {
    await this.scene.clock.advance(60_000);
    await this.check();
    for (const [at, id] of this.ids.entries()) this.#checkEndOf(at, this.scene.upload(id));
    const {signal} = new AbortController();
    await Promise.all(Array.from({length: this.scene.slots.count}, () => this.scene.slots.take(signal)));
    assert.deepEqual([this.scene.clock.sleepers, this.scene.network.listeners], [0, 0], 'P4: nothing is left behind');
  }

  /** What became of its uploads, and whatever else is worth counting. */
  get tally(): readonly string[] {
    return this.scene.uploader.uploads.map(({status}) => `ended ${status.name}${'error' in status ? ` as ${status.error?.code}` : ''}`);
  }

  close(): void {
    this.scene.uploader.close();
    mock.restoreAll();
  }

  #checkEndOf(at: number, upload: UploadSnapshot): void {
    const {status} = upload;
    if (status.name === 'canceled' || status.name === 'done') return;
    assert.equal(status.name, 'failed', 'P4: everything comes to an end');
    if (status.error.code === 'file-changed') assert.ok(this.#changed.has(at), 'only a file that has changed fails as file-changed');
    else assert.ok(this.mayFail(upload), `P4: what nobody has refused arrives: ${status.error.code} ${status.error.message}`);
  }

  #over(): boolean {
    return this.scene.uploader.uploads.every((upload) => {
      const {status} = upload;
      if (status.name === 'done' || status.name === 'canceled') return true;
      return status.name === 'failed' && (status.error.code === 'file-changed' || this.mayFail(upload));
    });
  }

  #open(at: number): StoredUpload | undefined {
    const open = this.openOnServer;
    return open[at % Math.max(1, open.length)];
  }

  #chosen(id: string | undefined): readonly string[] {
    return id === undefined ? this.ids : [id];
  }
}
