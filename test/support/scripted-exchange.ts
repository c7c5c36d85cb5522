import type {Clock} from '../../src/core/ports.js';
import type {Range} from '../../src/core/ranges.js';

/** What a protocol is asked for. */
export type Call = 'open' | 'ask' | 'send' | 'finish' | 'discard' | 'digests';

/** One request on its way. */
export interface Exchange {
  readonly call: Call;
  /** The bytes of the file that it carries; empty where it carries none. */
  readonly body: Range;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** ms that the client waits. */
  readonly limit: number;
  /** The client hands so many bytes of the body to the network. */
  sent(bytes: number): void;
  /** All of it reaches the server, with one bit flipped where that is wished. Returns what the server answers. */
  serve(how?: {readonly flip?: boolean}): unknown;
  /** Only the beginning of the body reaches the server. */
  keep(bytes: number): void;
}

/** What becomes of a request. */
export type Behaviour = (exchange: Exchange) => Promise<unknown>;

/** Everything goes well, after `ms`. */
export const servesAfter =
  (ms: number): Behaviour =>
  async ({body, sent, serve, clock, signal}) => {
    sent(body.end - body.start);
    if (ms > 0) await clock.sleep(ms, signal);
    return serve();
  };

/** How the next requests of one kind behave. */
export interface Rule {
  readonly call: Call;
  readonly behaviour: Behaviour;
  readonly where: (exchange: Exchange) => boolean;
  /** For how many more requests. */
  left: number;
}

/** What stands in store for the requests to come. */
export class Script {
  #rules: Rule[] = [];

  add(rule: Rule): void {
    this.#rules.push(rule);
  }

  clear(): void {
    this.#rules = [];
  }

  /** What becomes of this request, or `undefined` when nothing is said of it. */
  next(exchange: Exchange): Behaviour | undefined {
    const rule = this.#rules.find(({call, left, where}) => call === exchange.call && left > 0 && where(exchange));
    if (rule) rule.left -= 1;
    return rule?.behaviour;
  }
}
