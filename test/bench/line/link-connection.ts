import {connect, type Socket} from 'node:net';

interface Piece {
  readonly bytes: Buffer;
  /** When it is at the other end. */
  readonly due: number;
}

/** The longest piece that the line takes at a time, in bytes, before it is another connection's turn. */
const longest = 16_384;

/** Bytes on the way before anything was acknowledged: ten segments, as systems do it. */
const firstWindow = 14_600;

/** Bytes that are read from the browser ahead of the line. More wait in the browser. */
const readAhead = 64 * 2 ** 20;

/** One connection over a line, and the one to the server that belongs to it. */
export class LinkConnection {
  /** Fulfilled when both sides are gone. */
  readonly closed: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #rtt: number;
  readonly #wake: () => void;
  /** Not before the connection is open, nor before there is something to send and room for it. */
  #readyAt: number;
  readonly #queue: Buffer[] = [];
  #queued = 0;
  #window = firstWindow;
  /** Bytes that have departed and are not acknowledged. */
  #unacknowledged = 0;
  readonly #acknowledgements: {readonly bytes: number; readonly due: number}[] = [];
  readonly #up: Piece[] = [];
  readonly #down: Piece[] = [];
  #clientGone = false;
  #serverGone = false;

  /** @param rtt In ms. @param wake Called when there is something to do that was not known before. */
  constructor(client: Socket, target: number, rtt: number, wake: () => void) {
    this.#client = client;
    this.#rtt = rtt;
    this.#wake = wake;
    this.#readyAt = performance.now() + rtt;
    this.#server = connect({port: target, host: '127.0.0.1', noDelay: true});
    client.on('data', (bytes: Buffer) => this.#read(bytes));
    this.#server.on('data', (bytes: Buffer) => {
      this.#down.push({bytes, due: performance.now() + rtt / 2});
      wake();
    });
    const clientGone = gone(client).then(() => this.#leave());
    const serverGone = gone(this.#server).then(() => {
      this.#serverGone = true;
      wake();
    });
    this.closed = Promise.all([clientGone, serverGone]).then(() => undefined);
  }

  /** Whether anything is on its way or waits for it. */
  get isBusy(): boolean {
    const ending = (this.#clientGone && !this.#server.destroyed) || (this.#serverGone && !this.#client.destroyed);
    return ending || this.#queued + this.#up.length + this.#down.length + this.#acknowledgements.length > 0;
  }

  /** Since when, or from when on, the next piece can go: it is there, and the window has room. Never, where there is none. */
  get readyAt(): number {
    return this.#queued > 0 && this.#unacknowledged < this.#window ? this.#readyAt : Infinity;
  }

  /** Takes the next piece, that is there. `depart` says when the last byte of it has left. */
  take(): {readonly bytes: number; readonly depart: (at: number) => void} {
    const [first = Buffer.alloc(0)] = this.#queue;
    const length = Math.min(first.length, longest, this.#window - this.#unacknowledged);
    const bytes = first.subarray(0, length);
    if (length === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(length);
    this.#queued -= length;
    this.#unacknowledged += length;
    if (this.#queued < readAhead) this.#client.resume();
    const depart = (at: number): void => {
      this.#up.push({bytes, due: at + this.#rtt / 2});
      this.#acknowledgements.push({bytes: length, due: at + this.#rtt});
    };
    return {bytes: length, depart};
  }

  /** Hands over what has arrived by `now`, in both directions. Gives the bytes that came to the server. */
  deliver(now: number): number {
    for (const {bytes, due} of dueBy(now, this.#acknowledgements)) {
      if (this.#unacknowledged >= this.#window) this.#readyAt = due;
      this.#unacknowledged -= bytes;
      this.#window += bytes;
    }
    let arrived = 0;
    for (const {bytes} of dueBy(now, this.#up)) {
      arrived += bytes.length;
      if (!this.#server.destroyed) this.#server.write(bytes);
    }
    for (const {bytes} of dueBy(now, this.#down)) if (!this.#client.destroyed) this.#client.write(bytes);
    if (this.#clientGone && this.#up.length === 0) this.#server.resetAndDestroy();
    if (this.#serverGone && this.#down.length === 0) this.#client.end();
    return arrived;
  }

  /** Ends both sides with a reset. What is under way is lost. */
  cut(): void {
    this.#queue.length = this.#up.length = this.#down.length = this.#queued = 0;
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #read(bytes: Buffer): void {
    if (this.#queued === 0) this.#readyAt = Math.max(this.#readyAt, performance.now());
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    if (this.#queued > readAhead) this.#client.pause();
    this.#wake();
  }

  #leave(): void {
    this.#clientGone = true;
    this.#queue.length = this.#queued = 0;
    this.#wake();
  }
}

function dueBy<T extends {readonly due: number}>(now: number, pieces: T[]): readonly T[] {
  const after = pieces.findIndex(({due}) => due > now);
  return pieces.splice(0, after < 0 ? pieces.length : after);
}

/** Fulfilled when a socket has ended. Resets are what happens on a line, and no errors. */
function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => resolve());
    socket.on('end', () => resolve());
    socket.on('close', () => resolve());
  });
}
