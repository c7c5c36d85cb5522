import {UploadError} from '../../src/core/errors.js';
import type {Clock, HttpRequest} from '../../src/core/ports.js';
import type {Range, Ranges} from '../../src/core/ranges.js';
import type {ChunksServer} from './scripted-chunks-server.js';
import {scriptedSpan, type ScriptedFile} from './scripted-file.js';
import type {Reception, ServerReply} from './scripted-reception.js';

/** What reaches the client. */
export interface Delivered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Where it came from, if not from the URL that was asked. */
  readonly url?: string;
  /** The bytes that a client which reads it must take for received; `undefined` when it says nothing of that. */
  readonly claims?: Ranges | undefined;
  /** Whether those are not what the server has. */
  readonly lie?: boolean;
  /** It speaks of another file: a client that reads it leaves this upload, and begins anew. */
  readonly ofAnother?: boolean;
}

/** What becomes of a request on the line. Rejects when the client sees a broken connection. */
export type Behaviour = (passage: Passage) => Promise<Delivered>;

/** What a dead connection looks like from the server: it notices, it still gets what had left, or it notices nothing. */
export type Aftermath = 'notices' | 'arrives' | 'lingers';

export const broken = (why: string): UploadError => new UploadError('network', why);

/** What a passage goes through. */
export interface Way {
  readonly server: ChunksServer;
  readonly clock: Clock;
  /** ms for one way. */
  readonly latency: number;
  /** Bytes per ms. */
  readonly rate: number;
  readonly reachable: boolean;
  /** Largest body that a proxy on the way lets pass. */
  readonly proxyLimit: number;
  /** Whether the browser refuses to send a changed file. */
  readonly noticesChange: boolean;
  readonly aftermath: Aftermath;
  /** Connections of which the server has not noticed yet that they are dead. */
  readonly lingering: Reception[];
  /** Copies of requests that arrive before the next request does. */
  readonly copies: (() => void)[];
}

/** One request on its way to the server and back. */
export class Passage {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly headers: Headers;
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** The bytes of the file that it carries. */
  readonly body: Range;
  readonly file: ScriptedFile | undefined;
  readonly #way: Way;
  readonly #onSent: (bytes: number) => void;
  readonly #over = new AbortController();
  #reception: Reception | undefined;
  #carried = 0;
  #sent = 0;

  constructor(method: string, url: string, {headers, body, onSent, timeout}: HttpRequest, signal: AbortSignal, way: Way) {
    const {file, span} = body instanceof Blob ? scriptedSpan(body) : {file: undefined, span: {start: 0, end: 0}};
    this.method = method;
    this.url = url;
    this.path = new URL(url).pathname;
    this.headers = new Headers(headers);
    this.timeout = timeout;
    this.signal = signal;
    this.file = file;
    this.body = span;
    this.#way = way;
    this.#onSent = onSent ?? (() => undefined);
  }

  get length(): number {
    return this.body.end - this.body.start;
  }

  get way(): Way {
    return this.#way;
  }

  /** Whether the client has given it up, or has its answer. */
  get over(): boolean {
    return this.#over.signal.aborted;
  }

  /** Whether it is the beginning of a run. */
  get opens(): boolean {
    return this.method === 'POST' || (this.method === 'GET' && this.headers.has('Upload-Writer'));
  }

  sleep(ms: number): Promise<void> {
    return this.#way.clock.sleep(ms, this.#over.signal);
  }

  /** The client changes its mind before it is {@link over}. */
  whenAborted(act: () => void): void {
    this.signal.addEventListener('abort', act, {once: true, signal: this.#over.signal});
  }

  /** Until the client gives up. */
  forever(): Promise<never> {
    return new Promise((_, reject) => {
      this.#over.signal.addEventListener('abort', () => reject(broken('Given up.')), {once: true});
    });
  }

  /** The client hands so many bytes of the body to the network. */
  sent(bytes: number): void {
    if (this.over || bytes <= this.#sent) return;
    this.#sent = bytes;
    this.#onSent(bytes);
  }

  /** Its headers reach the server. */
  reach(): Reception {
    const {server, reachable, copies} = this.#way;
    if (!reachable) throw broken('The server cannot be reached.');
    for (const copy of copies.splice(0)) copy();
    const {method, path, headers, length} = this;
    this.#carried = 0;
    return (this.#reception = server.begin({method, path, headers, length}));
  }

  /** The body reaches the server up to `bytes`; `flipAt` is the position of a byte that is damaged on the way. */
  carry(bytes: number, flipAt?: number): void {
    if (!this.#way.reachable) throw broken('The server cannot be reached.');
    this.sent(bytes);
    this.#pass(bytes, flipAt);
  }

  /** All of it is there. The server's answer, unless it has none. */
  async finish(): Promise<ServerReply> {
    const reception = this.#reception ?? this.reach();
    if (!reception.answered) this.carry(this.length);
    reception.end();
    return reception.answer;
  }

  /** The connection dies while the client is still interested. */
  async cut(): Promise<never> {
    this.#die();
    await Promise.resolve();
    throw broken('The connection was cut.');
  }

  /** The client has its answer, or has given up. */
  close(): void {
    if (this.over) return;
    this.#over.abort(new DOMException('Over', 'AbortError'));
    if (this.#reception && !this.#reception.answered) this.#die();
  }

  /** Another request like this one, which nobody waits for: what a browser or a proxy repeats. */
  copy(): () => void {
    const {method, path, headers, length} = this;
    return () => {
      const reception = this.#way.server.begin({method, path, headers, length});
      if (this.file) reception.push(this.#read({start: 0, end: length}));
      reception.end();
    };
  }

  #die(): void {
    const reception = this.#reception;
    const {aftermath, lingering} = this.#way;
    if (!reception) return;
    if (aftermath === 'lingers') lingering.push(reception);
    else if (aftermath === 'arrives') {
      this.#pass(this.#sent);
      if (this.#sent >= this.length) reception.end();
      else reception.cut();
    } else reception.cut();
  }

  #pass(bytes: number, flipAt?: number): void {
    if (bytes <= this.#carried) return;
    const from = this.#carried;
    this.#carried = bytes;
    const piece = this.#read({start: from, end: bytes});
    if (flipAt === undefined || flipAt < from || flipAt >= bytes) return this.#reception?.push(piece);
    const damaged = Uint8Array.from(piece);
    damaged[flipAt - from] = (damaged[flipAt - from] ?? 0) ^ 1;
    this.#reception?.push(damaged);
  }

  #read({start, end}: Range): Uint8Array {
    const {file, body} = this;
    return file ? file.read({start: body.start + start, end: body.start + end}) : new Uint8Array();
  }
}
