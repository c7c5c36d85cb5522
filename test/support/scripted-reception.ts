import type {Clock} from '../../src/core/ports.js';
import {bytesIn, type Range} from '../../src/core/ranges.js';
import {pairs, Refusal} from '../../src/server/problem.js';
import {sameWriter, type Writer} from '../../src/server/writers.js';
import type {ChunksUpload} from './scripted-chunks-upload.js';

/** What a server answers. */
export interface ServerReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** How a refusal is answered, with `more` headers. */
export function refusalReply({status, type, message, members, headers}: Refusal, more: Record<string, string> = {}): ServerReply {
  const {received, blocks} = members;
  const body = {type, status, title: type, detail: message, received: received && pairs(received), blocks};
  return {status, headers: {...headers, ...more, 'Content-Type': 'application/problem+json'}, body};
}

/** What becomes of the bytes of one request. */
interface Sink {
  push(bytes: Uint8Array): void;
  /** All of the body has come. */
  end(): void;
  /** The connection is gone. */
  cut(): void;
  /** The machine is gone: nothing that was not synced is kept. */
  crash(): void;
}

/** One request as the server sees it: its headers have come, its body may still be on the way. */
export class Reception {
  /** Fulfilled with the answer. It may come before the body is over. */
  readonly answer: Promise<ServerReply>;
  #answered: ServerReply | undefined;
  #sink: Sink | undefined;
  #tell: (reply: ServerReply) => void = () => undefined;

  constructor() {
    this.answer = new Promise((resolve) => (this.#tell = resolve));
  }

  get answered(): ServerReply | undefined {
    return this.#answered;
  }

  take(sink: Sink): void {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    this.#sink?.push(bytes);
  }

  end(): void {
    this.#close()?.end();
  }

  cut(): void {
    this.#close()?.cut();
  }

  crash(): void {
    this.#close()?.crash();
  }

  /** The first answer counts. Nothing of the body is taken any more. */
  reply(reply: ServerReply): void {
    this.#sink = undefined;
    if (this.#answered) return;
    this.#answered = reply;
    this.#tell(reply);
  }

  #close(): Sink | undefined {
    const sink = this.#sink;
    this.#sink = undefined;
    return sink;
  }
}

/** What a part says of itself. */
export interface PartClaim {
  readonly span: Range;
  readonly writer: Writer | undefined;
  /** Whether these bytes came with a creation. */
  readonly creation: boolean;
}

/** How often what has arrived is synced, in ms. */
const syncEvery = 1_000;

/** The body of one part on its way to the disk: what has arrived counts as received once it is synced. */
export class ArrivingPart implements Sink {
  readonly claim: PartClaim;
  readonly #upload: ChunksUpload;
  readonly #clock: Clock;
  readonly #answer: (outcome: Refusal | undefined) => void;
  readonly #dropped: number[] = [];
  #unsynced: {readonly at: number; readonly bytes: Uint8Array}[] = [];
  #at: number;
  #syncedAt: number;

  /** `answer` is told how it ended: `undefined` when all is well. */
  constructor(upload: ChunksUpload, claim: PartClaim, clock: Clock, answer: (outcome: Refusal | undefined) => void) {
    this.claim = claim;
    this.#upload = upload;
    this.#clock = clock;
    this.#answer = answer;
    this.#at = claim.span.start;
    this.#syncedAt = clock.now();
  }

  push(bytes: Uint8Array): void {
    this.#unsynced.push({at: this.#at, bytes: Uint8Array.from(bytes)});
    this.#at += bytes.length;
    if (this.#clock.now() - this.#syncedAt >= syncEvery) this.#sync();
  }

  end(): void {
    this.#leave();
    const {received} = this.#upload;
    const whole = this.#at === this.claim.span.end;
    if (this.#dropped.length > 0) this.#answer(new Refusal('blocks-dropped', 'Blocks are damaged.', {received, blocks: this.#dropped}));
    else this.#answer(whole ? undefined : new Refusal('bad-request', 'The body is not as long as it should be.'));
  }

  cut(): void {
    this.#leave();
  }

  crash(): void {
    this.#unsynced = [];
    this.#leave();
  }

  /** Reads nothing further. What it brought is kept. */
  giveWay(kind: 'superseded' | 'gone' | 'unknown'): void {
    this.#leave();
    const {received} = this.#upload;
    this.#answer(new Refusal(kind, 'This request had to give way.', kind === 'superseded' ? {received} : {}));
  }

  /** Whether this older request has to end before `newer` may begin. */
  isInTheWayOf(newer: PartClaim): boolean {
    const {span, writer, creation} = this.claim;
    const overlaps = span.start < newer.span.end && newer.span.start < span.end;
    return !sameWriter(writer, newer.writer) || overlaps || (creation && newer.creation);
  }

  #leave(): void {
    this.#sync();
    this.#upload.arriving.delete(this);
  }

  #sync(): void {
    this.#syncedAt = this.#clock.now();
    const unsynced = this.#unsynced;
    this.#unsynced = [];
    const before = bytesIn(this.#upload.received);
    for (const {at, bytes} of unsynced) this.#upload.write(at, bytes);
    if (bytesIn(this.#upload.received) > before) this.#dropped.push(...this.#upload.verify());
    this.#upload.completeIfWhole();
  }
}
