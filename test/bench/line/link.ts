import {once} from 'node:events';
import type {AddressInfo, Server, Socket} from 'node:net';
import {createServer} from 'node:net';

import {LinkConnection} from './link-connection.js';

/** What a line is like. */
export interface LinkOptions {
  /** Bytes per second towards the server, all connections together. Answers are small and take no time but {@link rtt}. */
  readonly rate: number;
  /** How long it takes from one end to the other and back, in ms. */
  readonly rtt: number;
  /** Probability that a connection is cut, for each MiB that all of them bring. */
  readonly drops?: number;
  /** Where the drops fall. The same seed cuts after the same bytes. */
  readonly seed?: number;
}

/** How late the timers of a busy machine may be, in ms, so that the line is still as fast as it was said to be. */
const late = 25;

const MiB = 2 ** 20;

/**
 * A line between the browser and a server, on 127.0.0.1. Every connection waits one round trip until it is open, then may have 14,600
 * bytes on the way, and as many more as have been acknowledged (slow start); all share one rate, piece by piece in turn. What the browser
 * has handed over and the line has not taken yet is dropped when the browser closes the connection. Nothing is lost on the way, except
 * by {@link LinkOptions.drops}. Times are of `performance.now()`.
 */
export class Link {
  readonly #server: Server;
  readonly #options: LinkOptions;
  readonly #connections = new Set<LinkConnection>();
  readonly #random: () => number;
  /** When the line has brought on its way all that it was given. */
  #free = 0;
  #timer: NodeJS.Timeout | undefined;
  #bytes = 0;
  /** Bytes that were taken, whether they arrived or not. */
  #carried = 0;
  #dropped = 0;
  #lastArrival = 0;

  private constructor(server: Server, target: number, options: LinkOptions) {
    this.#server = server;
    this.#options = options;
    this.#random = randomFrom(options.seed ?? 1);
    server.on('connection', (client: Socket) => {
      const connection = new LinkConnection(client, target, options.rtt, () => this.#wake());
      this.#connections.add(connection);
      void connection.closed.then(() => this.#connections.delete(connection));
    });
  }

  /** @param target Port of the server. */
  static async open(target: number, options: LinkOptions): Promise<Link> {
    const server = createServer({noDelay: true});
    const link = new Link(server, target, options);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Bytes brought to the server, heads of requests included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many connections were cut. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When the last byte came to the server, in ms since the epoch. */
  get lastArrival(): number {
    return performance.timeOrigin + this.#lastArrival;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections) connection.cut();
    clearTimeout(this.#timer);
    await closed;
  }

  #wake(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#turn();
    }, 1);
  }

  /** Everything that is due by now. */
  #turn(): void {
    const now = performance.now();
    for (const connection of this.#connections) {
      const arrived = connection.deliver(now);
      this.#bytes += arrived;
      if (arrived > 0) this.#lastArrival = now;
    }
    this.#send(now);
    if ([...this.#connections].some((connection) => connection.isBusy)) this.#wake();
  }

  /** Takes pieces of all connections in turn, as long as the line is free. What late timers cost is made up for. */
  #send(now: number): void {
    this.#free = Math.max(this.#free, now - late);
    for (;;) {
      const ready = [...this.#connections].filter(({readyAt}) => readyAt <= now);
      if (ready.length === 0 || this.#free > now) return;
      // A line that had nothing to bring cannot make up for it.
      this.#free = Math.max(this.#free, Math.min(...ready.map(({readyAt}) => readyAt)));
      for (const connection of ready.filter(({readyAt}) => readyAt <= this.#free)) this.#bring(connection);
    }
  }

  #bring(connection: LinkConnection): void {
    const {bytes, depart} = connection.take();
    this.#free += (bytes / this.#options.rate) * 1000;
    depart(this.#free);
    this.#perhapsCut(connection, bytes);
  }

  #perhapsCut(connection: LinkConnection, bytes: number): void {
    const before = Math.floor(this.#carried / MiB);
    this.#carried += bytes;
    if (Math.floor(this.#carried / MiB) === before || !(this.#random() < (this.#options.drops ?? 0))) return;
    this.#dropped += 1;
    connection.cut();
  }
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
