import {once} from 'node:events';
import {createServer} from 'node:net';
import type {AddressInfo, Server} from 'node:net';

import type {Fault} from './relay-faults.js';
import {RelayedConnection} from './relayed-connection.js';
import type {Line} from './relayed-connection.js';
import type {RequestHead} from './request-follower.js';
import {reset} from './reset.js';

export * from './relay-faults.js';
export type {RequestHead} from './request-follower.js';

interface Rule {
  readonly matches: (request: RequestHead) => boolean;
  readonly fault: Fault;
  /** Whether it goes on to apply when it has met a request. */
  readonly stays?: boolean;
}

/**
 * A TCP relay on 127.0.0.1 that can do to a connection what networks do. It reads eagerly, keeps what it read in its own memory, and
 * drops that when the client closes, so that nothing goes on arriving at the server after an abort but what the kernel already had.
 */
export class Relay {
  readonly #server: Server;
  readonly #connections = new Set<RelayedConnection>();
  readonly #rules: Rule[] = [];
  readonly #requests: RequestHead[] = [];
  #target: number;
  #port = 0;
  #refusing = false;
  #silent = false;
  #rate = Infinity;
  #latency = 0;
  #most = Infinity;
  #buffers = false;
  #bytes = 0;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
  }

  /** @param target The port on 127.0.0.1 where the server listens. */
  static async open(target: number): Promise<Relay> {
    const server = createServer({noDelay: true});
    const relay = new Relay(server, target);
    server.on('connection', (client) => {
      if (relay.#refusing) return void reset(client);
      const connection = new RelayedConnection(client, relay.#target, relay.#line());
      relay.#connections.add(connection);
      void connection.closed.then(() => relay.#connections.delete(connection));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    relay.#port = (server.address() as AddressInfo).port;
    return relay;
  }

  /** Where clients connect. */
  get port(): number {
    return this.#port;
  }

  /** The heads of all requests that came by, in the order they came. */
  get requests(): readonly RequestHead[] {
    return this.#requests;
  }

  /** Bytes of files given to the server's sockets so far. */
  get bodyBytes(): number {
    return this.#bytes;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Where connections made from now on lead to. */
  set target(port: number) {
    this.#target = port;
  }

  /** Lets everything through again; what silence kept goes out now. */
  pass(): void {
    this.#refusing = false;
    this.#silent = false;
    for (const connection of this.#connections) connection.wake();
  }

  /** Forwards nothing any more, in either direction, and closes nothing: a line that is dead and does not say so. */
  silence(): void {
    this.#silent = true;
  }

  /** As {@link silence}, but for those connections only that there are now: new ones pass. What an old address leaves behind. */
  strand(): void {
    for (const connection of this.#connections) connection.mute();
  }

  /** Resets every connection, and every new one. */
  refuse(): void {
    this.#refusing = true;
    void this.reset();
  }

  /** Resets every connection there is, and resolves when they are gone. New ones pass: the next request travels on a fresh one. */
  async reset(): Promise<void> {
    const all = [...this.#connections];
    for (const connection of all) connection.reset();
    await Promise.all(all.map(({closed}) => closed));
  }

  /** What all connections together bring to the server, in bytes per second. `Infinity` ends that. */
  slow(rate: number): void {
    this.#rate = rate;
  }

  /** When so many body bytes in all have passed, next to nothing follows: what is on its way stays so. `Infinity` ends that. */
  brake(most: number): void {
    this.#most = most;
  }

  /** How long anything takes from one end to the other, one way, in ms. */
  delay(latency: number): void {
    this.#latency = latency;
  }

  /** From now on a request is passed on only when all of it is there, as many proxies do. */
  buffer(): void {
    this.#buffers = true;
  }

  /** Stops listening, so that connecting is refused by the system, and resets every connection there is. */
  async shut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await this.reset();
    await closed;
  }

  /** Listens again where it did before {@link shut}. */
  async reopen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Does `fault` to every request that `matches`, until the function that comes back is called. */
  always(matches: (request: RequestHead) => boolean, fault: Fault): () => void {
    const rule = {matches, fault, stays: true};
    this.#rules.push(rule);
    return () => void this.#rules.splice(this.#rules.indexOf(rule), 1);
  }

  /** Does `fault` to the next request that `matches`, once. The promise is fulfilled when it has met one. */
  next(matches: (request: RequestHead) => boolean, fault: Fault): Promise<RequestHead> {
    return new Promise((resolve) => {
      this.#rules.push({
        matches,
        fault: (request) => {
          resolve(request);
          return fault(request);
        },
      });
    });
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.shut();
  }

  #line(): Line {
    return {
      silent: () => this.#silent,
      latency: () => this.#latency,
      buffers: () => this.#buffers,
      rate: () => (this.#bytes < this.#most ? this.#rate / Math.max(1, [...this.#connections].filter(({busy}) => busy).length) : 1),
      meets: (request) => {
        this.#requests.push(request);
        const at = this.#rules.findIndex((one) => one.matches(request));
        const rule = this.#rules[at];
        if (rule && !rule.stays) this.#rules.splice(at, 1);
        return rule?.fault(request);
      },
      passed: (bytes) => {
        this.#bytes += bytes;
      },
    };
  }
}
