import type {Line} from './line.js';
import type {Clock, Protocol} from './ports.js';

/** Connections that should be open: one for each part that travels at a time. */
const connections = 4;

/**
 * So many requests at once open them. Those that wait for a connection to be made are given one that has become free meanwhile, and then none
 * is made for them: where three are open already it takes seven to have a fourth.
 */
const greetings = 2 * connections - 1;

/** Servers keep a connection open for about so long, in ms. */
const kept = 60_000;

/** What a {@link Greeting} works with. */
export interface GreetingDeps {
  readonly protocol: Protocol;
  readonly clock: Clock;
  readonly line: Line;
}

/**
 * Has connections opened before they are needed: without it, parts that travel side by side wait a round trip, two with TLS, each for its
 * own. What comes back tells how long a round trip takes, and whether a creation may use them all.
 */
export class Greeting {
  readonly #deps: GreetingDeps;
  readonly #signal: AbortSignal;
  #greetedAt = -Infinity;

  constructor(deps: GreetingDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Greets the server, once a minute and not while files are sent. Nobody waits for it, and it may fail. */
  greet(): void {
    const {clock, line} = this.#deps;
    if (this.#signal.aborted || line.isBusy || clock.now() - this.#greetedAt < kept) return;
    this.#greetedAt = clock.now();
    for (let made = 0; made < greetings; made += 1) this.#greetOnce().catch(() => undefined);
  }

  async #greetOnce(): Promise<void> {
    const {protocol, clock, line} = this.#deps;
    if (!protocol.greet) return;
    const began = clock.now();
    const {spreads} = await protocol.greet(this.#signal);
    line.answered(clock.now() - began);
    if (await spreads) line.allowSpread();
  }
}
