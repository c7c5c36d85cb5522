import assert from 'node:assert/strict';
import {UploadError, type UploadErrorCode} from '../../src/core/errors.js';
import type {Protocol} from '../../src/core/ports.js';
import {bytesIn} from '../../src/core/ranges.js';
import type {StatusSnapshot, UploadSnapshot} from '../../src/core/snapshot.js';
import {md5, rootOf} from './scripted-hasher.js';
import type {Scene} from './scripted-scene.js';
import type {StoredUpload} from './scripted-server.js';

const running: readonly string[] = ['preparing', 'sending', 'finishing'];
const block = 4_194_304;

export const isRunning = ({status}: UploadSnapshot): boolean => running.includes(status.name);

/** DESIGN section 4: these blame the surroundings. Written down once more, so that a slip in the engine's own table is found. */
const blamesSurroundings: readonly UploadErrorCode[] = ['offline', 'network', 'timeout', 'server', 'server-busy', 'unauthorized'];

const stops = (status: StatusSnapshot): boolean =>
  (status.name === 'failed' || status.name === 'waiting') && blamesSurroundings.includes(status.error.code);

/** What can be known of the server's side. Files are told apart by their sizes. */
export interface ServerView {
  /** All uploads that the server ever had of the file of this size. */
  everMade(size: number): readonly StoredUpload[];
  /** How many bytes of the file of this size the client may count by now. */
  countable(size: number): number;
  /** How often the client was told that the server has less of it than before. */
  losses(size: number): number;
}

/** Looks after DESIGN's promises P1 to P6, and after its law that the first failure stops everybody. */
export class Promises {
  readonly #scene: Scene<Protocol>;
  readonly #server: ServerView;
  /** What a person has paused and not resumed. */
  readonly pausedByHand = new Set<string>();
  /** Whether the list asks by itself whether the network is back. */
  comesBack = false;
  /** Uploads whose failure stops everybody until somebody asks. */
  readonly #stoppers = new Set<string>();
  /** Of them, those that try again by themselves. */
  readonly #waiting = new Set<string>();
  /** What was confirmed last, and how often that has fallen. */
  readonly #bars = new Map<string, {readonly confirmed: number; readonly falls: number}>();
  readonly #seenDone = new Set<string>();
  #violation: Error | undefined;

  constructor(scene: Scene<Protocol>, server: ServerView) {
    this.#scene = scene;
    this.#server = server;
    scene.uploader.on('change', ({upload}) => this.whileNobodyLooks(() => this.#changed(upload)));
  }

  /** How often the status of this upload has changed. */
  changes(id: string): number {
    return this.#scene.told.filter((event) => event.name === 'change' && event.upload.id === id).length;
  }

  /** Whether a failure has stopped everybody, and nobody has asked since. */
  get stopped(): boolean {
    return this.#stoppers.size > 0;
  }

  /** Whether the upload may ask what the server has, though everybody is stopped: it tries again by itself. */
  mayAsk(id: string): boolean {
    return !this.stopped || this.#waiting.has(id);
  }

  /** A person has asked for something that lets all go on. */
  goOn(): void {
    this.#stoppers.clear();
  }

  /** In a listener nobody would hear of an error: the first one is kept until {@link check}. */
  whileNobodyLooks(look: () => void): void {
    try {
      look();
    } catch (violation) {
      this.#violation ??= violation instanceof Error ? violation : new UploadError('unexpected', String(violation));
    }
  }

  /** Looks at everything. */
  check(ids: readonly string[]): void {
    if (this.#violation) throw this.#violation;
    const {uploader, clock, hasher} = this.#scene;
    const {uploads} = uploader;
    uploads.forEach((upload) => this.#look(upload, true));
    const busy = uploads.filter(isRunning).map(({id}) => id);
    if (uploader.progress.held || this.stopped) this.#checkStopped(uploads.filter(isRunning));
    // Each of them sleeps once to notice when the machine has slept; that is not yet a limit of anything.
    if (busy.length > 0 && !hasher.held) assert.ok(clock.sleepers > busy.length, 'P4: whoever runs waits for what comes or has a limit');
    for (const id of this.pausedByHand) assert.equal(this.#scene.upload(id).status.name, 'paused', 'what a person paused stays paused');
    for (const {size} of uploads) {
      for (const {resent} of this.#server.everMade(size)) assert.equal(resent, 0, 'P2: nothing that was acknowledged is sent again');
    }
    for (const id of ids) this.#checkDoneOnce(id);
  }

  #changed(upload: UploadSnapshot): void {
    const {id, status} = upload;
    const triesAgain = this.#waiting.has(id) && (status.name === 'queued' || status.name === 'preparing');
    // A try that gets through shows that the surroundings are well again: so all go on.
    if (status.name === 'sending' && this.#waiting.has(id)) this.#stoppers.clear();
    if (status.name === 'waiting') this.#waiting.add(id);
    else if (!triesAgain) this.#waiting.delete(id);
    if (stops(status)) this.#stoppers.add(id);
    else if (!triesAgain || this.comesBack) this.#stoppers.delete(id);
    this.#look(upload, false);
  }

  /** Of those that try again by themselves one may ask; nobody else runs before that was answered. */
  #checkStopped(busy: readonly UploadSnapshot[]): void {
    const words = busy.map(({id, status}) => `${id} ${status.name}`).join();
    const asks = busy.every(({id, status}) => status.name === 'preparing' && (!this.stopped || this.#waiting.has(id)));
    assert.ok(busy.length <= 1 && asks, `nobody sends after the first failure, until somebody asks or one try goes well: ${words}`);
  }

  #checkDoneOnce(id: string): void {
    const count = this.#scene.told.filter((event) => event.name === 'done' && event.upload.id === id).length;
    assert.equal(count, this.#scene.upload(id).status.name === 'done' ? 1 : 0, 'P3: done is told exactly once');
  }

  /** `still`: nothing is under way in this task, so that the numbers must fit what the client was told. */
  #look(upload: UploadSnapshot, still: boolean): void {
    const {confirmed, sent, hashed, size} = upload.progress;
    assert.ok(sent >= 0 && confirmed + sent <= size && hashed <= size, `counts make sense: ${JSON.stringify(upload.progress)}`);
    if (upload.status.name === 'done') this.#lookAtDone(upload);
    else if (still) this.#lookAtBar(upload.id, confirmed, size);
    if (!isRunning(upload)) assert.equal(sent, 0, 'nothing is on the wire when nothing runs');
  }

  #lookAtBar(id: string, confirmed: number, size: number): void {
    const countable = this.#server.countable(size);
    assert.ok(confirmed <= countable, `P6: the bar counts only what the server has confirmed: ${confirmed} of ${countable}`);
    const before = this.#bars.get(id) ?? {confirmed: 0, falls: 0};
    const falls = before.falls + (confirmed < before.confirmed ? 1 : 0);
    // What turned out to be another file than this one is nothing that the server has of it.
    const reasons = this.#server.losses(size) + this.#corruptions(id);
    assert.ok(falls <= reasons, `P6: the bar goes back only when the server lost something: ${before.confirmed} to ${confirmed}`);
    this.#bars.set(id, {confirmed, falls});
  }

  /** How often the server was found to have another file than this one. */
  #corruptions(id: string): number {
    const isCorrupt = ({status}: UploadSnapshot): boolean => 'error' in status && status.error?.code === 'corrupt';
    return this.#scene.told.filter((event) => event.name === 'change' && event.upload.id === id && isCorrupt(event.upload)).length;
  }

  /** Once: neither a finished upload nor what the server has of it changes any more. */
  #lookAtDone({id, status, size}: UploadSnapshot): void {
    assert.ok(status.name === 'done');
    if (this.#seenDone.has(id)) return;
    this.#seenDone.add(id);
    // An earlier one may have been found to be of another version, and was left.
    const stored = this.#server.everMade(size).findLast(({complete}) => complete);
    assert.ok(stored && bytesIn(stored.received) === size, 'P1: done only when the server has it all');
    const file = this.#scene.files.find((one) => one.size === size);
    assert.ok(
      file?.versions.some((bytes) => Buffer.compare(bytes, stored.bytes) === 0),
      'P5: the bytes belong to one version of the file',
    );
    if (status.result.verified !== 'digest') return;
    const digests = Array.from({length: Math.ceil(size / block)}, (_, at) => md5(stored.bytes.subarray(at * block, (at + 1) * block)));
    assert.equal(status.result.clientDigest, rootOf(digests), 'P1: the digest is that of what is stored');
  }
}
