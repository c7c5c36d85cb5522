import {connect} from 'node:net';
import type {Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

import {RequestFollower} from './request-follower.js';
import type {Piece, RequestHead} from './request-follower.js';

/** What becomes of one request. Made by {@link cut}, {@link end}, {@link flipBit}, {@link loseAnswer}, {@link silence}. */
export type Fault = (request: RequestHead) => Harm;

interface Harm {
  /** Body bytes that still pass before `then` happens. */
  readonly after?: number;
  readonly then?: 'reset' | 'end' | 'silence';
  /** Where in the body one bit is turned over. */
  readonly flip?: number;
  readonly loseAnswer?: true;
}

/** Resets the connection when `after` bytes of the request's body have passed. */
export const cut =
  (after: number): Fault =>
  () => ({after, then: 'reset'});

/** Ends the connection in good order, without an answer, when `after` bytes of the body have passed: what a server that exits does. */
export const end =
  (after: number): Fault =>
  () => ({after, then: 'end'});

/** Turns one bit over, of the byte at `fileOffset`, which the body has to hold. With `silentAfter` nothing passes after so many bytes of it. */
export const flipBit =
  (fileOffset: number, {silentAfter}: {silentAfter?: number} = {}): Fault =>
  (request) => ({
    flip: fileOffset - request.fileOffset,
    ...(silentAfter === undefined ? {} : {after: silentAfter, then: 'silence' as const}),
  });

/** Lets the request through and resets the connection when the answer comes. */
export const loseAnswer = (): Fault => () => ({loseAnswer: true});

/** Lets nothing of this connection through any more when `after` bytes of the body have passed, and closes nothing. */
export const silence =
  (after: number): Fault =>
  () => ({after, then: 'silence'});

/** What a connection has to know of the line it is part of. */
export interface Line {
  readonly silent: () => boolean;
  /** Bytes per second that this connection may bring to the server now. */
  readonly rate: () => number;
  /** Called with each request's head; answers what is to become of it. */
  readonly meets: (request: RequestHead) => Harm | undefined;
  /** Called with the number of body bytes that were given to the server's socket. */
  readonly passed: (bytes: number) => void;
}

const TICK = 20;

/** One client's connection and the one to the server that belongs to it. */
export class RelayedConnection {
  /** Fulfilled when both sides are gone. */
  readonly closed: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #line: Line;
  readonly #follower = new RequestFollower();
  readonly #upward: Piece[] = [];
  readonly #downward: Buffer[] = [];
  #harm: Harm | undefined;
  #muted = false;
  #struck = false;
  #clientGone = false;
  #serverGone: Ending | undefined;
  #pumping = false;

  constructor(client: Socket, target: number, line: Line) {
    this.#client = client;
    this.#line = line;
    this.#server = connect({port: target, host: '127.0.0.1', noDelay: true});
    client.on('data', (bytes) => this.#fromClient(bytes));
    this.#server.on('data', (bytes) => this.#fromServer(bytes));
    this.closed = Promise.all([gone(client), gone(this.#server)]).then(() => undefined);
    void gone(client).then(() => {
      this.#clientGone = true;
      this.#upward.length = 0;
      this.wake();
    });
    void gone(this.#server).then((how) => {
      this.#serverGone = how;
      this.wake();
    });
  }

  /** Whether there are bytes for the server that have not passed yet. */
  get busy(): boolean {
    return this.#upward.length > 0;
  }

  /** Goes on after a silence. */
  wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump().finally(() => {
      this.#pumping = false;
    });
  }

  /** Ends both sides with a reset; what was kept is lost. */
  reset(): void {
    this.#upward.length = 0;
    this.#downward.length = 0;
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #fromClient(bytes: Buffer): void {
    this.#upward.push(...this.#follower.feed(bytes));
    this.wake();
  }

  #fromServer(bytes: Buffer): void {
    if (this.#harm?.loseAnswer) return this.reset();
    this.#downward.push(bytes);
    this.wake();
  }

  get #still(): boolean {
    return this.#muted || this.#line.silent();
  }

  async #pump(): Promise<void> {
    while (!this.#still) {
      for (const bytes of this.#downward.splice(0)) this.#client.write(bytes);
      if (this.#clientGone) return void (this.#struck || this.#server.resetAndDestroy());
      if (this.#serverGone === 'reset') return void this.#client.resetAndDestroy();
      if (this.#serverGone === 'ended') return void this.#client.end(() => this.#client.destroy());
      const piece = this.#upward.shift();
      if (!piece) return;
      await this.#pass(piece);
    }
  }

  async #pass(piece: Piece): Promise<void> {
    if (piece.bodyOffset === undefined) {
      this.#harm = this.#line.meets(piece.head);
      this.#server.write(piece.bytes);
      if (this.#harm?.then && this.#harm.after === 0) this.#strike(this.#harm.then);
      return;
    }
    const {harm, now, later} = this.#share(piece, piece.bodyOffset);
    if (later) this.#upward.unshift(later);
    this.#line.passed(now.length);
    await this.#write(now);
    if (harm) this.#strike(harm);
  }

  /** How much of a piece goes out now: not past the place where harm happens, and not faster than the line. */
  #share(piece: Piece, from: number): {now: Buffer; later: Piece | undefined; harm: Harm['then']} {
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
    if (this.#line.rate() !== Infinity) await sleep(TICK);
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

  #strike(harm: 'reset' | 'end' | 'silence'): void {
    if (harm === 'silence') {
      this.#muted = true;
      return;
    }
    // The server is left to read what has passed: only then "after n bytes" means n bytes.
    this.#struck = true;
    this.#upward.length = 0;
    if (harm === 'reset') this.#client.resetAndDestroy();
    else this.#client.end();
    this.#server.end();
  }
}

/** How a side went: in good order, or by a reset (also when there was no connection at all). */
type Ending = 'ended' | 'reset';

/** Fulfilled when a socket is closed or its other side has ended. Resets are part of the game here and no errors. */
function gone(socket: Socket): Promise<Ending> {
  return new Promise((resolve) => {
    socket.on('error', () => resolve('reset'));
    socket.on('end', () => resolve('ended'));
    socket.on('close', () => resolve('ended'));
  });
}
