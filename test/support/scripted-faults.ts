import {UploadError, type UploadErrorCode, type UploadErrorInit} from '../../src/core/errors.js';
import type {Behaviour} from './scripted-exchange.js';

const cut = (): UploadError => new UploadError('network', 'The connection was cut.');

/** The request fails before the server has done anything. */
export const fails =
  (code: UploadErrorCode, init: UploadErrorInit = {}): Behaviour =>
  async () => {
    throw new UploadError(code, `Scripted: ${code}.`, init);
  };

/** Something is thrown that no adapter should throw. */
export const breaks =
  (thrown: unknown): Behaviour =>
  async () => {
    throw thrown;
  };

/** The server answers something of its own and does nothing. */
export const answers =
  (answer: unknown): Behaviour =>
  async () =>
    answer;

/** The server does it all, but its answer is lost. */
export const losesAnswer: Behaviour = async ({body, sent, serve}) => {
  sent(body.end - body.start);
  serve();
  throw cut();
};

/** The connection is cut after `bytes` of the body, which the server keeps. */
export const cutsAfter =
  (bytes: number): Behaviour =>
  async ({sent, keep}) => {
    sent(bytes);
    keep(bytes);
    throw cut();
  };

/** One bit is flipped on its way. */
export const flipsBit: Behaviour = async ({body, sent, serve}) => {
  sent(body.end - body.start);
  return serve({flip: true});
};

/** `bytes` leave, nothing comes back, and the client gives up when its own limit runs out. */
export const silent =
  (bytes = 0): Behaviour =>
  async ({sent, clock, limit, signal}) => {
    sent(bytes);
    await clock.sleep(limit, signal);
    throw new UploadError('timeout', 'No answer came in time.');
  };

/** As {@link silent}, but the server keeps the `bytes` that left. */
export const silentlyKeeps =
  (bytes: number): Behaviour =>
  async (exchange) => {
    exchange.keep(bytes);
    return silent(bytes)(exchange);
  };

/** Never settles, not even when it is aborted. */
export const deaf: Behaviour = () => new Promise(() => undefined);

/** Everything goes well, after `ms`. */
export const slowly =
  (ms: number): Behaviour =>
  async ({body, sent, serve, clock, signal}) => {
    sent(body.end - body.start);
    await clock.sleep(ms, signal);
    return serve();
  };

/** A request that is held until it is let go. */
export class Held {
  #go: (() => void) | undefined;
  readonly #gate = new Promise<void>((resolve) => (this.#go = resolve));
  readonly #sent: number;

  /** `sent` bytes leave at once. */
  constructor(sent = 0) {
    this.#sent = sent;
  }

  readonly behaviour: Behaviour = async ({body, sent, serve, signal}) => {
    sent(this.#sent);
    await this.#gate;
    signal.throwIfAborted();
    sent(body.end - body.start);
    return serve();
  };

  /** Goes on, and everything goes well. */
  release(): void {
    this.#go?.();
  }
}
