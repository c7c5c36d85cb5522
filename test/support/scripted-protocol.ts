import {BLOCK_SIZE} from '../../src/core/digests.js';
import {UploadError} from '../../src/core/errors.js';
import type {
  Answer,
  ClaimRequest,
  Clock,
  Finished,
  Json,
  Opened,
  OpenRequest,
  PartRule,
  Protocol,
  SendRequest,
  Sent,
  ServerDigests,
  ServerResult,
  SourceFile,
} from '../../src/core/ports.js';
import type {Range, Ranges} from '../../src/core/ranges.js';
import {Script, servesAfter, type Behaviour, type Call, type Exchange} from './scripted-exchange.js';
import {ScriptedServer, type StoredUpload} from './scripted-server.js';
import {scriptedFile} from './scripted-file.js';

/** What a {@link ScriptedProtocol} is like. */
export interface ScriptedProtocolOptions {
  readonly clock: Clock;
  readonly server?: ScriptedServer;
  readonly parts?: Partial<PartRule>;
  /** Bytes that travel with a creation. Default 0. */
  readonly head?: number;
  /** Files of up to so many bytes travel whole with each `open`, and the protocol says so. Default: it says nothing of it. */
  readonly wholeUpTo?: number;
  /** What the server checks. Default `digest`. */
  readonly verified?: 'digest' | 'length';
  /** The result comes with `finish` only, never with the last part. */
  readonly finishes?: boolean;
  /** The browser refuses to send a changed file, as Chromium does; otherwise it sends the new bytes. Default true. */
  readonly noticesChange?: boolean;
  /** Default 3,000, as with `chunks`. */
  readonly askTimeout?: number;
  readonly lanes?: Ranges;
  /** The server tells the digests of whole blocks when it is asked. Default false. */
  readonly tellsDigests?: boolean;
  /** ms that a request takes when nothing else is told. Default 0. */
  readonly pace?: number;
}

/** Where an upload is. */
export interface ScriptedRemote {
  readonly [key: string]: Json;
  readonly id: string;
}

/** A whole protocol with a server behind it, of which any request can be told to be held, refused, cut, lost or damaged. */
export class ScriptedProtocol implements Protocol<ScriptedRemote> {
  readonly name = 'scripted';
  readonly askTimeout: number;
  readonly server: ScriptedServer;
  /** Every request in order. */
  readonly calls: {readonly call: Call; readonly body: Range; readonly signal: AbortSignal}[] = [];
  /** Keys that `open` came with, in order. */
  readonly keys: string[] = [];
  /** How many bytes might have travelled with each `open`. */
  readonly carries: number[] = [];
  /** How many requests might have shared them. */
  readonly spreads: number[] = [];
  readonly parts: PartRule;
  readonly wholeUpTo?: number;
  /** When false no request gets through, and no answer. */
  reachable = true;
  readonly digests?: (remote: ScriptedRemote, signal: AbortSignal) => Promise<ServerDigests>;
  /** Set by a story whose server has claims. */
  claim?: (request: ClaimRequest<ScriptedRemote>, signal: AbortSignal) => Promise<ServerResult | undefined>;
  /** Roots of which the server says, when an upload is created with one, that a claim would find something. */
  readonly knownRoots = new Set<string>();
  /** The root that each `open` came with. */
  readonly roots: (string | undefined)[] = [];
  readonly #options: ScriptedProtocolOptions;
  readonly #script = new Script();

  constructor(options: ScriptedProtocolOptions) {
    this.#options = options;
    this.server = options.server ?? new ScriptedServer();
    this.askTimeout = options.askTimeout ?? 3_000;
    if (options.wholeUpTo !== undefined) this.wholeUpTo = options.wholeUpTo;
    if (options.tellsDigests) this.digests = (remote, signal) => this.#tellDigests(remote, signal);
    this.parts = {min: 25, preferred: 100, max: 200, parallel: 2, ...options.parts};
  }

  /** The next `times` requests of this kind, among those it is `where`, behave so. Earlier rules go first. */
  on(
    call: Call,
    behaviour: Behaviour,
    {times = 1, where = () => true}: {times?: number; where?: (exchange: Exchange) => boolean} = {},
  ): void {
    this.#script.add({call, behaviour, where, left: times});
  }

  /** The part that begins at byte `start` behaves so. */
  onPart(start: number, behaviour: Behaviour, times = 1): void {
    this.on('send', behaviour, {times, where: ({body}) => body.start === start});
  }

  /** Everything goes well from now on. */
  heal(): void {
    this.#script.clear();
  }

  /** How many requests of this kind were made. */
  count(call: Call): number {
    return this.calls.filter((one) => one.call === call).length;
  }

  /** The spans of all parts that were sent, in the order of their requests. */
  get sentParts(): readonly (readonly [start: number, end: number])[] {
    return this.calls.filter(({call}) => call === 'send').map(({body}) => [body.start, body.end]);
  }

  async open(
    {file, bytes, key, repeated, saved, carry, spread, patience, onSent, root}: OpenRequest,
    signal: AbortSignal,
  ): Promise<Opened<ScriptedRemote>> {
    this.keys.push(key);
    this.carries.push(carry);
    this.spreads.push(spread);
    this.roots.push(root);
    const known = saved === undefined ? this.server.byKey(key) : this.server.byId(idIn(saved));
    const head = file.size <= (this.wholeUpTo ?? 0) ? file.size : (this.#options.head ?? 0);
    const body = {start: 0, end: known || repeated ? 0 : Math.min(file.size, head)};
    const about = (): StoredUpload | undefined => known ?? this.server.byKey(key);
    const take = (end: number): StoredUpload => {
      const upload = about() ?? this.server.create(key, file.size);
      upload.write(0, bytes ? new Uint8Array(bytes, 0, end) : read(file, {start: 0, end}));
      return upload;
    };
    return this.#exchange('open', body, signal, {
      ...{about, onSent, limit: patience(body.end), keep: take},
      serve: () => (saved !== undefined && !known ? {kind: 'gone'} : this.#opened(take(body.end), root)),
    });
  }

  ask({id}: ScriptedRemote, signal: AbortSignal): Promise<Answer> {
    const about = (): StoredUpload | undefined => this.server.byId(id);
    const serve = (): Answer => {
      const upload = about();
      if (!upload) return {kind: 'gone'};
      return upload.complete ? this.#done(upload) : {kind: 'open', confirmed: upload.received};
    };
    return this.#exchange('ask', nothing, signal, {about, serve, limit: this.askTimeout});
  }

  async send({remote, file, part, digests, patience, onSent}: SendRequest<ScriptedRemote>, signal: AbortSignal): Promise<Sent> {
    const announced = await digests.of(part, signal);
    const limit = patience(part.end - part.start);
    await this.#leaves(file, part, limit, signal);
    const about = (): StoredUpload | undefined => this.server.byId(remote.id);
    const keep = (bytes: number, flip = false): readonly number[] => {
      const span = {start: part.start, end: part.start + bytes};
      about()?.announce(Math.floor(part.start / BLOCK_SIZE), announced);
      about()?.receive(span, flip ? flipped(read(file, span)) : read(file, span));
      return about()?.verify() ?? [];
    };
    const serve = (flip: boolean): Sent => {
      const upload = about();
      if (!upload) return {kind: 'gone'};
      if (upload.complete) return this.#done(upload);
      const blocks = keep(part.end - part.start, flip);
      if (blocks.length > 0) return {kind: 'dropped', blocks, error: new UploadError('corrupt', 'Damaged on its way.', {status: 422})};
      return upload.whole && !this.#options.finishes ? this.#done(upload) : {kind: 'kept', confirmed: upload.received};
    };
    return this.#exchange('send', part, signal, {about, onSent, serve, keep, limit});
  }

  finish({id}: ScriptedRemote, signal: AbortSignal): Promise<Finished> {
    const about = (): StoredUpload | undefined => this.server.byId(id);
    const serve = (): Finished => {
      const upload = about();
      if (!upload) return {kind: 'gone'};
      return upload.whole ? this.#done(upload) : {kind: 'missing', confirmed: upload.received};
    };
    return this.#exchange('finish', nothing, signal, {about, serve, limit: this.askTimeout});
  }

  discard(remote: ScriptedRemote | undefined, key: string, signal: AbortSignal): Promise<void> {
    const about = (): StoredUpload | undefined => (remote ? this.server.byId(remote.id) : this.server.byKey(key));
    const serve = (): void => {
      const upload = about();
      if (upload && !upload.complete) this.server.forget(upload);
    };
    return this.#exchange('discard', nothing, signal, {about, serve, limit: this.askTimeout});
  }

  #tellDigests({id}: ScriptedRemote, signal: AbortSignal): Promise<ServerDigests> {
    const about = (): StoredUpload | undefined => this.server.byId(id);
    const serve = (): ServerDigests => ({blockSize: BLOCK_SIZE, algorithm: 'md5', digests: about()?.wholeBlocks ?? []});
    return this.#exchange('digests', nothing, signal, {about, serve, limit: this.askTimeout});
  }

  #done(upload: StoredUpload): {kind: 'done'; result: ServerResult} {
    return {kind: 'done', result: upload.result(this.#options.verified ?? 'digest')};
  }

  #opened(upload: StoredUpload, root: string | undefined): Opened<ScriptedRemote> {
    if (upload.whole && !this.#options.finishes) return {...this.#done(upload), kind: 'known', how: 'already-finished'};
    const {lanes} = this.#options;
    const known = root !== undefined && this.knownRoots.has(root) ? ({known: true} as const) : {};
    return {kind: 'open', remote: {id: upload.id}, confirmed: upload.received, parts: this.parts, ...(lanes ? {lanes} : {}), ...known};
  }

  /** A browser and a file that is gone or has changed: no byte leaves. Chromium says "network", Firefox says nothing at all. */
  async #leaves(file: SourceFile, part: Range, limit: number, signal: AbortSignal): Promise<void> {
    const {there, unchanged} = scriptedFile(file.blob);
    const notices = this.#options.noticesChange ?? true;
    if (there && (unchanged || !notices)) return;
    this.calls.push({call: 'send', body: part, signal});
    if (!notices) await this.#options.clock.sleep(limit, signal);
    throw new UploadError(notices ? 'network' : 'timeout', 'No answer came.');
  }

  async #exchange<T>(call: Call, body: Range, signal: AbortSignal, {about, serve, keep, onSent, limit}: Request): Promise<T> {
    signal.throwIfAborted();
    this.calls.push({call, body, signal});
    const exchange: Exchange = {
      ...{call, body, signal, limit, clock: this.#options.clock},
      sent: (bytes) => onSent?.(bytes),
      serve: ({flip = false} = {}) => serve(flip),
      keep: (bytes) => keep?.(bytes),
    };
    const behaviour = this.#script.next(exchange) ?? servesAfter(this.#options.pace ?? 0);
    this.#needsTheLine();
    const answer = (await behaviour(exchange)) as T;
    signal.throwIfAborted();
    this.#needsTheLine();
    about()?.noteTold(answer);
    return answer;
  }

  #needsTheLine(): void {
    if (!this.reachable) throw new UploadError('network', 'The server cannot be reached.');
  }
}

interface Request {
  readonly about: () => StoredUpload | undefined;
  readonly serve: (flip: boolean) => unknown;
  readonly keep?: (bytes: number) => unknown;
  readonly onSent?: (bytes: number) => void;
  readonly limit: number;
}

const nothing = {start: 0, end: 0};

const read = (file: SourceFile, span: Range): Uint8Array => scriptedFile(file.blob).read(span);

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}

const idIn = (saved: Json): string => {
  const id = typeof saved === 'object' && saved !== null && 'id' in saved ? saved.id : '';
  return typeof id === 'string' ? id : '';
};
