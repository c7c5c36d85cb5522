import {inTime} from './clock.js';
import {toUploadError, UploadError} from './errors.js';
import {unlessAborted} from './pool.js';
import type {Clock, Json, Network, Protocol} from './ports.js';

const offline = (cause?: unknown): UploadError =>
  new UploadError('offline', 'There is no network connection. What the server has is kept; retry when the connection is back.', {cause});

/** What {@link Reach} asks with. */
export interface ReachDeps {
  readonly protocol: Protocol;
  readonly network: Network;
  readonly clock: Clock;
  /** The upload's remote, as soon as there is one. */
  readonly remote: () => Json | undefined;
}

/**
 * Whether the server can be reached while the browser says that there is no network. The browser may be wrong, so the server is
 * asked once before the upload fails as `offline`. Only requests in flight or due are concerned.
 */
export class Reach {
  readonly #deps: ReachDeps;
  #requests = 0;
  #answered = false;

  constructor(deps: ReachDeps) {
    this.#deps = deps;
  }

  /**
   * Calls `fail` when the network goes while a request is in flight and the server does not answer a question. With a creation
   * in flight there is nothing to ask about. The function that comes back ends the watch.
   */
  watch(fail: (error: UploadError) => void, signal: AbortSignal): () => void {
    return this.#deps.network.subscribe((online) => {
      this.#answered = false;
      if (!online && this.#requests > 0) this.#ask(signal).catch(fail);
    });
  }

  /** Makes a request. Fails as `offline` where the network is to blame and is known to be gone. */
  async through<T>(request: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const limit = await this.#limit(signal);
    this.#requests += 1;
    try {
      return await (limit === undefined ? unlessAborted(request(signal), signal) : inTime(this.#deps.clock, limit, request, signal));
    } catch (thrown) {
      signal.throwIfAborted();
      throw this.#judge(thrown);
    } finally {
      this.#requests -= 1;
    }
  }

  /** While offline: one question first or, where there is nothing to ask about, a short limit for the request itself, in ms. */
  async #limit(signal: AbortSignal): Promise<number | undefined> {
    const {network, protocol, remote} = this.#deps;
    if (network.online || this.#answered) return undefined;
    if (remote() === undefined) return protocol.askTimeout;
    await this.#ask(signal);
    return undefined;
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const {protocol, remote, clock} = this.#deps;
    const known = remote();
    if (known === undefined) throw offline();
    try {
      await inTime(clock, protocol.askTimeout, (limited) => protocol.ask(known, limited), signal);
      this.#answered = true;
    } catch (thrown) {
      signal.throwIfAborted();
      throw offline(thrown);
    }
  }

  /** While offline the network is to blame. A limit of {@link #limit} that ran out after it came back is a timeout like any other. */
  #judge(thrown: unknown): unknown {
    const expired = thrown instanceof DOMException && thrown.name === 'TimeoutError';
    const {code} = toUploadError(thrown);
    const lost = expired || code === 'network' || code === 'timeout';
    if (lost && !this.#deps.network.online) return offline(thrown);
    return expired ? new UploadError('timeout', 'No answer came in time while the network came and went. Retry.', {cause: thrown}) : thrown;
  }
}
