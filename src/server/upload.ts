import type {Range, Ranges} from '../core/ranges.js';
import {covers, gaps} from '../core/ranges.js';
import {BlockTable} from './block-table.js';
import type {Entry, JournalText} from './entries.js';
import type {OpenFile} from './files.js';
import {Journal} from './journal.js';
import {Refusal} from './problem.js';
import {RunningParts} from './running.js';
import type {UploadFolder} from './upload-folder.js';
import type {UploadInfo} from './upload-info.js';
import {WhatHappened} from './what-happened.js';
import type {NewerRule, Writer} from './writers.js';
import {parseWriter, sameWriter, takesOver, writerText} from './writers.js';

/** One upload as the server knows it. What it says of itself is on disk already, so that forgetting the object loses nothing. */
export class Upload {
  readonly info: UploadInfo;
  readonly folder: UploadFolder;
  readonly blocks: BlockTable;
  readonly running = new RunningParts();
  readonly #journal: Journal;
  readonly #happened: WhatHappened;
  #writer: Writer | undefined;
  #touched: number;
  #completed = false;
  #canceled = false;
  #completing: Promise<void> | undefined;

  /** Use {@link Upload.load}: a new object knows nothing of what the journal says. */
  constructor(info: UploadInfo, folder: UploadFolder, journal: JournalText) {
    this.info = info;
    this.folder = folder;
    this.#journal = new Journal(folder.files, folder.journal, journal, (entry) => this.#onDurable(entry));
    this.#happened = new WhatHappened(info.size);
    this.blocks = new BlockTable(info, this.#journal, () => this.received);
    this.#touched = journal.touched;
  }

  /** Takes up an upload where the disk says it stands, and finishes what a crash has interrupted. */
  static async load(info: UploadInfo, folder: UploadFolder, journal: JournalText): Promise<Upload> {
    const upload = new Upload(info, folder, journal);
    for (const entry of journal.entries) upload.#replay(entry);
    if (upload.#happened.whole) await upload.#promote();
    else await upload.#recover();
    return upload;
  }

  /** Sorted; its ranges neither overlap nor touch. All of it is durable. */
  get received(): Ranges {
    return this.#happened.received;
  }

  /** When something was last written about it, ms since the epoch. */
  get touched(): number {
    return this.#touched;
  }

  /** The root digest of a complete upload, `null` with algorithm `none`; `undefined` while it is not complete. */
  get root(): string | null | undefined {
    return this.#completed ? this.#happened.whole?.root : undefined;
  }

  /** Whether a claim has completed it: its bytes are another upload's. */
  get isInstant(): boolean {
    return this.#completed && this.#happened.whole?.claimed === true;
  }

  get isComplete(): boolean {
    return this.#completed;
  }

  get isCanceled(): boolean {
    return this.#canceled;
  }

  /** What a request that has to give way is answered. */
  superseded(detail: string): Refusal {
    return new Refusal('superseded', detail, {received: this.received});
  }

  /** Whether a newer run has taken over from the one that `writer` names. */
  isOutdated(writer: Writer, isNewer: NewerRule): boolean {
    return this.#writer !== undefined && !isNewer(writer, this.#writer) && !sameWriter(writer, this.#writer);
  }

  /** Remembers the writer of a request that brings bytes, if it is the newest. */
  async adopt(writer: Writer, isNewer: NewerRule): Promise<void> {
    if (!isNewer(writer, this.#writer)) return;
    await this.#remember(writer);
  }

  /** A run begins: ends the requests of older writers and makes their bytes durable. Does nothing when `writer` is no newer. */
  async takeOver(writer: Writer): Promise<void> {
    if (this.#completed || !takesOver(writer, this.#writer)) return;
    const ended = this.running.end(
      (older) => !sameWriter(older.writer, writer),
      () => this.superseded('A newer writer has taken over.'),
    );
    await Promise.all([ended, this.#remember(writer)]);
  }

  /** How many entries its journal has. */
  get entries(): number {
    return this.#journal.lines;
  }

  /** What of `span` has not been received. */
  missing(span: Range): Ranges {
    return gaps(this.received, span);
  }

  /** Makes what was written durable, and counts it as received from then on. */
  async commit(written: Ranges, data: OpenFile): Promise<void> {
    if (written.length === 0) return;
    await this.#journal.record(
      written.map(({start, end}): Entry => ['received', start, end]),
      data,
    );
  }

  /** Completes the upload if nothing is missing. Cheap when something is, or when it is complete. */
  async tryComplete(): Promise<void> {
    if (this.#completed || this.#canceled || !covers(this.received, {start: 0, end: this.info.size})) return;
    await (this.#completing ??= this.#alone(this.#complete()));
  }

  /** Completes the upload with what a claim has linked into its folder, and takes over what its source knows of it. Does nothing when it is over. */
  async completeAs({root, blocks}: Upload): Promise<void> {
    while (this.#completing) await this.#completing.catch(() => undefined);
    if (this.#completed || this.#canceled) return;
    const verified = blocks.list.map((digest, index): Entry => ['verified', index, digest ?? '']);
    await (this.#completing = this.#alone(this.#completeBy(['claimed', root ?? ''], verified)));
  }

  /** Whether `onComplete` has yet to hear of it. */
  get isUntold(): boolean {
    return this.#completed && !this.#happened.told;
  }

  /** `onComplete` has heard of it, and is done. */
  async told(): Promise<void> {
    await this.#journal.record([['told']]);
  }

  /**
   * Ends all requests, for good.
   *
   * @throws Refusal `complete` when the upload is complete, or becomes so just now.
   */
  async cancel(): Promise<void> {
    this.#canceled = true;
    await this.running.endAll(() => new Refusal('gone', 'The upload was canceled.'));
    await this.#completing;
    if (!this.#completed) return;
    this.#canceled = false;
    throw new Refusal('complete', 'A complete upload is not removed.', {received: this.received});
  }

  /** The newest writer counts from now on, and is written down as soon as something can be. */
  #remember(writer: Writer): Promise<void> {
    this.#writer = writer;
    this.#journal.note(['writer', writerText(writer)]);
    return this.#journal.record([]);
  }

  #alone(work: Promise<void>): Promise<void> {
    return work.finally(() => (this.#completing = undefined));
  }

  /** A check or a rename that failed before is made up for here. */
  async #complete(): Promise<void> {
    if (!this.blocks.isVerified) await this.#checkReceived();
    if (!this.blocks.isVerified) return;
    if (this.#happened.whole) await this.#promote();
    else await this.#completeBy(['complete', this.blocks.root]);
  }

  /** `before`: entries that have to be on disk by then. */
  async #completeBy(last: Extract<Entry, readonly ['complete' | 'claimed', unknown]>, before: readonly Entry[] = []): Promise<void> {
    await this.folder.note(this.info, last[1]);
    await this.#journal.record([...before, last]);
    for (const entry of before) this.blocks.replay(entry);
    await this.#promote();
  }

  async #promote(): Promise<void> {
    await this.folder.promote(this.#happened.whole?.claimed ? 'claimed' : 'data');
    this.#completed = true;
  }

  /** After a crash: forgets what the disk does not have, checks blocks that became whole just before, completes what is all there. */
  async #recover(): Promise<void> {
    await this.folder.dropLink();
    const length = await this.folder.length();
    this.#happened.cutAt(length);
    this.blocks.distrust();
    if (this.received.length > 0) await this.#checkReceived();
    await this.tryComplete();
  }

  async #checkReceived(): Promise<void> {
    const data = await this.folder.openData();
    try {
      await this.blocks.verify(this.received, data);
    } finally {
      await data.close();
    }
  }

  #replay(entry: Entry): void {
    if (entry[0] === 'writer') this.#writer = parseWriter(entry[1]);
    this.blocks.replay(entry);
    this.#happened.apply(entry);
  }

  /** Writers and announced digests count from the moment they are seen; what follows, from the moment it is on disk. */
  #onDurable(entry: Entry): void {
    this.#touched = Date.now();
    this.#happened.apply(entry);
  }
}
