import assert from 'node:assert/strict';
import type {DigestAlgorithm} from '../../src/core/hasher-ports.js';
import type {Range} from '../../src/core/ranges.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {chunks} from '../../src/protocols/chunks.js';
import {ChunksServer, type ServerParts} from './scripted-chunks-server.js';
import {ChunksUpload} from './scripted-chunks-upload.js';
import {isBeside, Ledger} from './scripted-ledger.js';
import {ScriptedLine, type LineOptions} from './scripted-line.js';
import type {Behaviour, Delivered, Passage} from './scripted-passage.js';
import {isRunning} from './scripted-promises.js';
import {Scene, type SceneOptions} from './scripted-scene.js';
import type {StoredUpload} from './scripted-server.js';
import {World} from './scripted-world.js';

/** What a {@link LineWorld} is like. */
export interface LineWorldOptions extends SceneOptions, LineOptions {
  readonly parts: ServerParts;
  readonly algorithm: DigestAlgorithm;
  readonly noticesChange: boolean;
}

/** The real `chunks` protocol over a line that is scripted. */
class LineScene extends Scene<ReturnType<typeof chunks>> {
  readonly line: ScriptedLine;

  constructor(options: LineWorldOptions) {
    let line: ScriptedLine | undefined;
    super(options, (clock) => {
      line = new ScriptedLine(new ChunksServer(clock, options.parts), clock, options);
      return chunks({endpoint: 'https://server.test/uploads'}, line);
    });
    assert.ok(line);
    this.line = line;
  }
}

/** The longest that a request may take, in ms. */
const longestLimit = 300_000;

/** How long it takes to repeat what was not answered, and to ask, until somebody gives up, in ms. */
const askingAgain = 60_000;

/** How long the engine gives a server to keep what came over a lost connection, before it asks a second time, in ms. */
const settling = 300;

/** A world in which the protocol is real: faults happen to requests and answers, the server is one of docs/protocol.md. */
export class LineWorld extends World<LineScene> {
  readonly ledger: Ledger;
  /** Words of faults that have really happened. */
  readonly happened = new Set<string>();
  #mostSlots: number;
  /** When the client heard of a request last. */
  #heardAt = 0;

  constructor(options: LineWorldOptions) {
    const scene = new LineScene(options);
    const ledger = new Ledger(scene.line.server);
    super(scene, ledger);
    this.ledger = ledger;
    this.promises.comesBack = options.settings?.resumeOnline ?? false;
    this.#mostSlots = this.scene.slots.count;
    const looking = (look: (passage: Passage, answer: Delivered | undefined) => void) => (passage: Passage, answer?: Delivered) =>
      this.promises.whileNobodyLooks(() => look(passage, answer));
    this.line.witness = {
      leaves: looking((passage) => this.#leaves(passage)),
      arrives: looking((passage, answer) => answer && this.#hears(() => this.ledger.arrives(passage, answer))),
      fails: looking((passage) => this.#hears(() => this.ledger.fails(passage))),
    };
  }

  get line(): ScriptedLine {
    return this.scene.line;
  }

  /** The next requests that fit behave so. */
  on(fits: (passage: Passage) => boolean, words: string, behaviour: Behaviour, times: number): void {
    const noted: Behaviour = (passage) => {
      this.happened.add(words);
      return behaviour(passage);
    };
    this.line.on(fits, noted, times);
  }

  set slots(count: number) {
    this.#mostSlots = Math.max(this.#mostSlots, count);
    this.scene.slots.count = count;
  }

  setReachable(reachable: boolean): void {
    this.line.reachable = reachable;
  }

  override lose(at: number, span: Range): void {
    const {openOnServer} = this;
    const upload = openOnServer[at % Math.max(1, openOnServer.length)];
    super.lose(at, span);
    if (upload) this.ledger.lost(upload, span);
  }

  /** The server goes down and comes up again. */
  crash(): void {
    this.line.server.crash();
    this.line.lingering.length = 0;
    this.line.reset();
  }

  /** Nothing gets through any more, and nobody says so: whoever runs must find out within the limits of what is under way. */
  async goDeaf(): Promise<void> {
    this.line.deaf = true;
    const {clock, hasher, uploader} = this.scene;
    const running = uploader.uploads.filter(isRunning).map(({id}) => [id, this.promises.changes(id)] as const);
    const longest = Math.max(0, ...[...this.line.passages].map(({timeout}) => timeout));
    await clock.advance(longest + askingAgain);
    await this.check();
    const unmoved = running.filter(([id, changes]) => this.promises.changes(id) === changes);
    if (!hasher.held) assert.deepEqual(unmoved, [], 'P4: a server that is deaf is noticed');
    this.line.deaf = false;
  }

  override get tally(): readonly string[] {
    return [...super.tally, ...[...this.happened].map((words) => `a request ${words}`)];
  }

  override async check(): Promise<void> {
    await super.check();
    assert.deepEqual(this.line.server.malformed, [], 'only requests that docs/protocol.md allows');
    for (const passage of this.line.passages) this.#mayBeUnderWay(passage);
    const {uploads} = this.scene.uploader;
    const live = [...this.line.passages].filter(({signal}) => !signal.aborted);
    const bodies = live.filter(({length}) => length > 0).length;
    assert.ok(bodies <= this.#mostSlots, `${bodies} requests with a body at a time`);
    if (uploads.some(isRunning) && !this.scene.hasher.held)
      assert.ok(live.length > 0 || this.#isSettling, 'P4: whoever runs waits for an answer, or for others who do');
    for (const {size} of uploads) {
      const completed = this.ledger.everMade(size).reduce((sum, {completions}) => sum + completions, 0);
      assert.ok(completed <= 1 + this.ledger.goneOf(size), 'P3: no file is completed twice');
    }
  }

  protected get openOnServer(): readonly ChunksUpload[] {
    return this.line.server.open;
  }

  protected forgetOnServer(upload: StoredUpload): void {
    if (upload instanceof ChunksUpload) this.line.server.forget(upload);
  }

  protected healTheWay(): void {
    this.line.heal();
  }

  /** Only where somebody has refused the file, or a part of it, in words that leave no hope. */
  protected mayFail({status, size}: UploadSnapshot): boolean {
    if (status.name !== 'failed') return false;
    if (status.error.code === 'too-large') return this.ledger.wasTold(size, 413);
    return status.error.code === 'rejected' && [400, 405, 409, 422].some((one) => this.ledger.wasTold(size, one));
  }

  #hears(what: () => void): void {
    this.#heardAt = this.scene.clock.now();
    what();
  }

  /** Whether it has been heard of a request so lately that somebody may wait before asking again. */
  get #isSettling(): boolean {
    return this.scene.clock.now() - this.#heardAt <= settling;
  }

  #leaves(passage: Passage): void {
    const {method, signal} = passage;
    assert.ok(!signal.aborted, 'nothing that was stopped leaves');
    assert.ok(passage.timeout > 0 && passage.timeout <= longestLimit, `P4: ${passage.timeout} ms is no limit`);
    this.ledger.leaves(passage);
    if (isBeside(passage)) this.happened.add('brings bytes beside a creation');
    const upload = this.#owner(passage);
    if (method === 'PUT') assert.ok(!this.promises.stopped, 'nothing is sent after the first failure, until somebody asks');
    else if (passage.opens && upload) assert.ok(this.promises.mayAsk(upload.id), 'nobody asks after the first failure, but to try again');
    this.#mayBeUnderWay(passage);
  }

  /** The upload that makes a request; none where a wrong Location has led. */
  #owner(passage: Passage): UploadSnapshot | undefined {
    const size = this.ledger.sizeOf(passage);
    return this.scene.uploader.uploads.find((one) => one.size === size);
  }

  /** Only for an upload that runs is anything under way, but for cancels, and for quiet questions that a person has asked for. */
  #mayBeUnderWay(passage: Passage): void {
    if (passage.signal.aborted || passage.method === 'DELETE') return;
    const upload = this.#owner(passage);
    if (!upload || isRunning(upload)) return;
    const asksQuietly = passage.method === 'GET' && !passage.opens;
    assert.ok(asksQuietly && this.promises.comesBack, `${passage.method} for an upload that is ${upload.status.name}`);
  }
}
