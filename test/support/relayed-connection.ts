import {connect, type Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

import type {Harm} from './relay-faults.js';
import {RelayedAnswers, type Ending} from './relayed-answers.js';
import {isOfFile, RequestFollower, type Piece, type RequestHead} from './request-follower.js';
import {reset} from './reset.js';

/** What a connection has to know of the line it is part of. */
export interface Line {
  readonly silent: () => boolean;
  /** Bytes per second that this connection may bring to the server now. */
  readonly rate: () => number;
  /** How long anything takes from one end to the other, one way, in ms. */
  readonly latency: () => number;
  /** Whether a request is passed on only when all of it is there. */
  readonly buffers: () => boolean;
  /** Called with each request's head; answers what is to become of it. */
  readonly meets: (request: RequestHead) => Harm | undefined;
  /** Called with the number of body bytes that were given to the server's socket. */
  readonly passed: (bytes: number) => void;
}

/** How much goes out at a time at most: what the line brings in so many ms. */
const TICK = 20;

/** How late a timer may be, in ms, so that the line is still as fast as it was said to be. */
const LATE = 100;

/** A piece on the line, and when it gets to its end (`performance.now()`). */
type Travelling = Piece & {readonly due: number};

/** One client's connection and the one to the server that belongs to it. */
export class RelayedConnection {
  /** Fulfilled when both sides are gone. */
  readonly closed: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #line: Line;
  readonly #follower = new RequestFollower();
  readonly #upward: Travelling[] = [];
  readonly #answers: RelayedAnswers;
  #harm: Harm | undefined;
  #muted = false;
  #struck = false;
  #clientGone = false;
  #serverGone = false;
  #pumping = false;
  /** When all that was written has gone through the line, in ms of `performance.now()`. */
  #clear = 0;

  constructor(client: Socket, target: number, line: Line) {
    this.#client = client;
    this.#line = line;
    this.#server = connect({port: target, host: '127.0.0.1', noDelay: true});
    this.#answers = new RelayedAnswers(client, {still: () => this.#still, latency: line.latency});
    client.on('data', (bytes) => this.#fromClient(bytes));
    this.#server.on('data', (bytes) => this.#fromServer(bytes));
    this.closed = Promise.all([gone(client), gone(this.#server)]).then(() => undefined);
    void gone(client).then(() => {
      this.#clientGone = true;
      this.#upward.length = 0;
      this.wake();
    });
    void gone(this.#server).then((how) => {
      this.#serverGone = true;
      this.#answers.close(how);
    });
  }

  /** Whether there are bytes for the server that have not passed yet. */
  get busy(): boolean {
    return this.#upward.length > 0;
  }

  /** From now on nothing passes any more, and nothing is closed. */
  mute(): void {
    this.#muted = true;
  }

  /** Goes on after a silence. */
  wake(): void {
    this.#answers.wake();
    if (this.#pumping) return;
    this.#pumping = true;
    this.#clear = performance.now();
    void this.#pump().finally(() => {
      this.#pumping = false;
    });
  }

  /** Ends both sides with a reset; what was kept is lost. */
  reset(): void {
    this.#upward.length = 0;
    this.#answers.drop();
    reset(this.#client);
    reset(this.#server);
  }

  #fromClient(bytes: Buffer): void {
    // What follows harm is read and dropped.
    if (this.#struck) return;
    const due = performance.now() + this.#line.latency();
    this.#upward.push(...this.#follower.feed(bytes).map((piece) => ({...piece, due})));
    this.wake();
  }

  #fromServer(bytes: Buffer): void {
    if (this.#harm?.answer?.lose) return this.reset();
    this.#answers.feed(bytes);
  }

  get #still(): boolean {
    return this.#muted || this.#line.silent();
  }

  async #pump(): Promise<void> {
    while (!this.#still) {
      if (this.#clientGone) return void (this.#struck || reset(this.#server));
      if (this.#serverGone) this.#upward.length = 0;
      const piece = this.#upward[0];
      if (!piece || (this.#line.buffers() && !this.#isWhole)) return;
      const early = piece.due - performance.now();
      if (early > 0) {
        await sleep(early);
        continue;
      }
      this.#upward.shift();
      await this.#pass(piece);
    }
  }

  /** Whether the request that comes next is there to its end. */
  get #isWhole(): boolean {
    return this.#upward.some(({last}) => last);
  }

  async #pass(piece: Travelling): Promise<void> {
    if (piece.bodyOffset === undefined) return this.#begin(piece);
    const {harm, now, later} = this.#share(piece, piece.bodyOffset);
    if (later) this.#upward.unshift(later);
    if (isOfFile(piece.head)) this.#line.passed(now.length);
    await this.#write(now);
    if (harm) this.#strike(harm);
  }

  /** A request's head passes, and it turns out what is to become of the request. */
  #begin({head, bytes}: Piece): void {
    this.#harm = this.#line.meets(head);
    this.#answers.harm = this.#harm?.answer;
    const {after, then, answer} = this.#harm ?? {};
    if (answer?.instead !== undefined) return this.#answer(answer.instead);
    this.#server.write(bytes);
    if (then && after === 0) this.#strike(then);
  }

  #answer(text: string): void {
    this.#struck = true;
    this.#upward.length = 0;
    this.#client.end(text, () => this.#client.destroySoon());
    this.#server.end();
  }

  /** How much of a piece goes out now: not past the place where harm happens, and not faster than the line. */
  #share(piece: Travelling, from: number): {now: Buffer; later: Travelling | undefined; harm: Harm['then']} {
    const {after = Infinity, then, flip = -1} = this.#harm ?? {};
    const allowed = Math.max(1, Math.floor((this.#line.rate() * TICK) / 1000));
    const length = Math.min(piece.bytes.length, allowed, after - from);
    const now = Buffer.from(piece.bytes.subarray(0, length));
    if (flip >= from && flip < from + length) now.writeUInt8(now.readUInt8(flip - from) ^ 1, flip - from);
    const rest = piece.bytes.subarray(length);
    const later = rest.length > 0 ? {...piece, bytes: rest, bodyOffset: from + length} : undefined;
    return {now, later, harm: from + length >= after ? then : undefined};
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#pace(bytes.length);
    if (this.#server.destroyed || this.#server.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#server.off('drain', go).off('close', go);
        this.#client.off('close', go);
        resolve();
      };
      this.#server.on('drain', go).on('close', go);
      this.#client.on('close', go);
    });
  }

  /** Waits until so many bytes have gone through the line. What late timers cost is made up for as long as there is something to bring. */
  async #pace(length: number): Promise<void> {
    const rate = this.#line.rate();
    if (rate === Infinity) return;
    const now = performance.now();
    this.#clear = Math.max(this.#clear, now - LATE) + Math.min(TICK, (length / rate) * 1000);
    if (this.#clear > now) await sleep(this.#clear - now);
  }

  #strike(harm: 'reset' | 'end' | 'silence'): void {
    if (harm === 'silence') {
      this.#muted = true;
      return;
    }
    // The server is left to read what has passed: only then "after n bytes" means n bytes.
    this.#struck = true;
    this.#upward.length = 0;
    if (harm === 'reset') reset(this.#client);
    else this.#client.end();
    this.#server.end();
  }
}

/** Fulfilled when a socket is closed or its other side has ended. Resets are part of the game here and no errors. */
function gone(socket: Socket): Promise<Ending> {
  return new Promise((resolve) => {
    socket.on('error', () => resolve('reset'));
    socket.on('end', () => resolve('ended'));
    socket.on('close', () => resolve('ended'));
  });
}
