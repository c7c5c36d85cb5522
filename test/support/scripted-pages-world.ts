import assert from 'node:assert/strict';
import {mock} from 'node:test';
import type {Kept} from '../../src/core/ports.js';
import {bytesIn} from '../../src/core/ranges.js';
import type {Settings} from '../../src/core/settings.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {settle} from './fake-clock.js';
import type {Behaviour, Call} from './scripted-exchange.js';
import {ScriptedFile} from './scripted-file.js';
import {ScriptedKeeper} from './scripted-keeper.js';
import {ScriptedPages} from './scripted-pages.js';
import type {ScriptedScene} from './scripted-scene.js';

/** What a {@link PagesWorld} is like. */
export interface PagesWorldOptions {
  readonly size: number;
  readonly keeps: Kept;
  /** Requests with a body that an upload may have at a time. */
  readonly parallel: number;
  /** ms that a request takes. */
  readonly pace: number;
  /** Bytes that travel with a creation. */
  readonly head: number;
  /** A small file travels whole with its creation, so that it is saved only when that takes long, or stops. */
  readonly isBrief: boolean;
  readonly noticesChange: boolean;
  readonly settings: Partial<Settings>;
}

const name = 'file-0.bin';
const large = 1_000_000;
const inLargeParts = {min: large, preferred: large, max: 2 * large};

/** One file, which goes to its server over as many page loads as it takes. Looks after DESIGN's promises over all of them. */
export class PagesWorld {
  readonly pages: ScriptedPages;
  readonly #file: ScriptedFile;
  readonly #lookAlike: ScriptedFile;
  #page: ScriptedScene;
  #dones = 0;
  #loads = 0;
  /** How often the server has forgotten something. */
  #forgotten = 0;
  /** Whether a page was left before anything was saved: what the server may have got by then, nobody knows of. */
  #unsaved = false;
  /** Whether the file that only looks the same was ever offered. */
  #deceived = false;
  readonly #keeps: Kept;
  /** Whether the right file was given last, on this page. */
  #gaveRight = false;
  /** Whether nothing but that can be what arrives: the browser had nothing to go on with, and the server was not through with any. */
  #mustBeRight = false;
  #violation: string | undefined;

  constructor({size, keeps, parallel, pace, head, isBrief, noticesChange, settings}: PagesWorldOptions) {
    mock.method(Math, 'random', () => 0.5);
    this.#keeps = keeps;
    this.#file = new ScriptedFile(size);
    this.#lookAlike = this.#file.lookAlike();
    this.pages = new ScriptedPages(
      {
        parts: {...(size > large ? inLargeParts : {}), parallel},
        pace,
        head,
        noticesChange,
        settings,
        ...(isBrief ? {wholeUpTo: large} : {}),
      },
      new ScriptedKeeper(keeps),
    );
    this.#page = this.#load();
    if (isBrief) void this.#addWhenRestored(this.#page);
    else this.#page.uploader.add([this.#file.named(name)]);
  }

  get page(): ScriptedScene {
    return this.#page;
  }

  /** How it ended, and over how many pages. */
  get tally(): readonly string[] {
    const pages = this.#loads > 3 ? 'many' : String(this.#loads);
    return [`ended ${this.#upload?.status.name ?? 'nowhere'}`, `over ${pages} pages`];
  }

  on(call: Call, behaviour: Behaviour, times: number): void {
    this.#page.protocol.on(call, behaviour, {times});
  }

  /** The page is left without a word, and the next one lists what is there. */
  async nextPage(): Promise<void> {
    const wasStopped = this.#isStopped;
    this.pages.leave(this.#page);
    this.#page = this.#load();
    const listed = this.#page.uploader.restore();
    // No longer than a file may be looked for.
    await this.pages.clock.advance(5_000);
    await listed;
    if (!this.#upload && this.#dones === 0) {
      assert.ok(!wasStopped, 'what had stopped is found by the next page, however soon that comes');
      this.#unsaved = true;
      this.#page.uploader.add([this.#file.again().named(name)]);
    }
    await settle();
  }

  /** A person chooses the file for the upload that waits for it: the right one, or one that only looks the same. */
  give(right: boolean): void {
    const {id} = this.#upload ?? {};
    if (id === undefined) return;
    if (this.#upload?.status.name === 'interrupted') {
      this.#deceived ||= !right;
      this.#gaveRight = right;
      this.#mustBeRight = right && this.#keeps === 'nothing' && !this.pages.server.everMade.some(({complete}) => complete);
    }
    this.#page.uploader.give(id, (right ? this.#file : this.#lookAlike).again().named(name));
  }

  /** A person asks for something, of this upload. */
  asks(what: 'pause' | 'resume' | 'retry'): void {
    const {id} = this.#upload ?? {};
    if (id !== undefined) this.#page.uploader[what](id);
  }

  /** The server forgets the upload, unless that is complete. */
  forget(): void {
    for (const upload of [...this.pages.server.uploads].filter(({complete}) => !complete)) {
      this.#forgotten += 1;
      this.pages.server.forget(upload);
    }
  }

  /** Looks at everything. */
  async check(): Promise<void> {
    await settle();
    assert.equal(this.#violation, undefined);
    const {everMade} = this.pages.server;
    for (const {resent} of everMade) assert.equal(resent, 0, 'P2: nothing that was acknowledged is sent again');
    assert.ok(this.#dones <= 1, 'P3: done is told once, whatever pages there are');
    const complete = everMade.filter((upload) => upload.complete);
    // What a look-alike had completed before anything was known of either is left there.
    assert.ok(complete.length <= 1 || this.#deceived || this.#unsaved, 'P3: one upload is completed');
    if (this.#forgotten === 0 && !this.#deceived && !this.#unsaved) {
      assert.ok(everMade.length <= 1, 'P2: every page goes on with the one upload that there is');
    }
    const upload = this.#upload;
    if (upload) this.#look(upload);
  }

  /** Everything is well again: the next page gets the right file wherever one is needed, and goes on. */
  async heal(): Promise<void> {
    this.pages.keeper.heal();
    this.pages.keeper.allows = true;
    await this.nextPage();
    let given = 0;
    for (let times = 0; times < 10 && this.#upload && this.#upload.status.name !== 'done'; times += 1) {
      const {status} = this.#upload;
      // Nothing of the right one had arrived when the look-alike was given: then that one is the file of this upload.
      if (status.name === 'interrupted' && status.needs === 'file') this.give(!this.#deceived || (given += 1) % 2 === 1);
      else this.asks(status.name === 'failed' ? 'retry' : 'resume');
      await this.pages.clock.advance(60_000);
      await this.check();
    }
  }

  /** After {@link heal}: what must be true. */
  async checkTheEnd(): Promise<void> {
    await this.pages.clock.advance(60_000);
    await this.check();
    assert.equal(this.#dones, 1, `P4: it is done in the end: ${JSON.stringify(this.#upload?.status)}`);
    assert.deepEqual(await this.pages.store.all(new AbortController().signal), [], 'no record is left');
    assert.equal(this.pages.clock.sleepers, 0, 'P4: nothing is left behind');
    assert.deepEqual(this.pages.tabs.held, [], 'no tab has it any more');
  }

  close(): void {
    this.pages.leave(this.#page);
    mock.restoreAll();
  }

  get #upload(): UploadSnapshot | undefined {
    return this.#page.uploader.uploads[0];
  }

  /** Whether it was under way, waits for a person or for its next try, and may still arrive. */
  get #isStopped(): boolean {
    const {status} = this.#upload ?? {};
    if (!status || this.#page.protocol.count('open') === 0) return false;
    return status.name === 'paused' || ((status.name === 'failed' || status.name === 'waiting') && status.error.retryable);
  }

  /** Only who has looked at what is saved knows that nothing is. */
  async #addWhenRestored(page: ScriptedScene): Promise<void> {
    await page.uploader.restore();
    if (page === this.#page) page.uploader.add([this.#file.named(name)]);
  }

  #load(): ScriptedScene {
    this.#loads += 1;
    this.#gaveRight = false;
    this.#mustBeRight = false;
    const page = this.pages.load({server: this.pages.server});
    page.uploader.on('done', () => {
      this.#dones += 1;
      this.#lookAtDone();
    });
    return page;
  }

  #look({status, progress: {confirmed, sent, hashed, size}}: UploadSnapshot): void {
    assert.ok(sent >= 0 && confirmed + sent <= size && hashed <= size, `counts make sense: ${[confirmed, sent, hashed, size].join()}`);
    const told = Math.max(0, ...this.pages.server.everMade.map(({everTold}) => bytesIn(everTold)));
    if (status.name !== 'done') assert.ok(confirmed <= told, `P6: the bar counts only what was confirmed: ${confirmed} of ${told}`);
    const isRefused = status.name === 'interrupted' && status.error?.code === 'other-file';
    if (isRefused && this.#gaveRight) assert.ok(this.#hasOtherBytes, 'the right file is not refused where the server has nothing else');
    const isBusy = status.name === 'preparing' || status.name === 'sending' || status.name === 'finishing';
    if (isBusy) assert.ok(this.pages.clock.sleepers > 1, 'P4: whoever runs waits for what comes or has a limit');
    else assert.equal(sent, 0, 'nothing is on the wire when nothing runs');
  }

  /** Whether the server has bytes that are not those of the right file. */
  get #hasOtherBytes(): boolean {
    const {bytes, received} = this.pages.server.everMade.at(-1) ?? {bytes: new Uint8Array(), received: []};
    const isOther = (start: number, end: number): boolean =>
      Buffer.compare(bytes.subarray(start, end), this.#file.content.subarray(start, end)) !== 0;
    return received.some(({start, end}) => isOther(start, end));
  }

  #lookAtDone(): void {
    const stored = this.pages.server.everMade.findLast(({complete}) => complete);
    const versions = this.#deceived && !this.#mustBeRight ? [this.#file, this.#lookAlike] : [this.#file];
    this.#violation ??= versions.some(({content}) => stored && Buffer.compare(content, stored.bytes) === 0)
      ? undefined
      : 'P1, P5: done with bytes of no file that may have been meant';
  }
}
