import {releaseProxy, wrap, type Endpoint, type Remote} from 'comlink';
import {toUploadError, UploadError} from '../core/errors.js';
import {unlessAborted} from '../core/pool.js';
import type {DigestAlgorithm} from '../core/ports.js';
import type {Range} from '../core/ranges.js';
import type {Engine} from './engine.js';
import {wireVersion, type HashService, type Reply} from './service.js';

/** Questions without an answer after which a worker is dead, not slow. */
const unanswered = 4;

const gone = (reason: string): UploadError => new UploadError('worker-unavailable', reason);

const wordsOf = (event: Event): string => {
  const said = 'message' in event && typeof event.message === 'string' ? event.message : '';
  return said || 'blocked, missing or not a script';
};

type Methods = Pick<Remote<HashService>, 'hello' | 'digest' | 'root' | 'check' | 'alarm' | 'cancel' | 'close'>;

/**
 * Every method, looked up once. Comlink makes a proxy at each look, and has a finalizer run when it is collected: a page that the
 * browser had kept for its "back" button is thrown away by that, in the middle of an upload too.
 */
const methodsOf = ({hello, digest, root, check, alarm, cancel, close}: Remote<HashService>): Methods => ({
  hello,
  digest,
  root,
  check,
  alarm,
  cancel,
  close,
});

/**
 * One worker, from its first message to its end. Once it is gone, by itself or by `close()`, every pending and every later call
 * rejects: with `worker-unavailable` when it died, with an `AbortError` when it was closed.
 *
 * A worker that ends gives no event, and Comlink would wait for ever. So while a call is pending the worker is asked for a sign of
 * life. Reading is not what is timed: a worker that waits for a slow disk answers.
 */
export class LiveWorker implements Engine {
  readonly #worker: Worker;
  readonly #algorithm: DigestAlgorithm;
  readonly #silence: number;
  readonly #remote: Remote<HashService>;
  readonly #service: Methods;
  readonly #gone = new AbortController();
  readonly #listening = new AbortController();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #pending = 0;
  #asked = 0;
  #lastId = 0;

  /** @param silence ms without a sign of life, while a call is pending, after which the worker counts as dead. */
  constructor(worker: Worker, algorithm: DigestAlgorithm, silence: number) {
    this.#worker = worker;
    this.#algorithm = algorithm;
    this.#silence = silence;
    this.#remote = wrap<HashService>(this.#endpoint());
    this.#service = methodsOf(this.#remote);
    const {signal} = this.#listening;
    for (const type of ['error', 'messageerror']) {
      const fail = (event: Event): void => {
        event.preventDefault(); // it is dealt with here: the page's own error reports need not hear of it
        this.#end(gone(`${type} event: ${wordsOf(event)}`));
      };
      worker.addEventListener(type, fail, {signal});
    }
  }

  /** Waits for the first answer, without a limit of its own. @throws UploadError `worker-unavailable` */
  async greet(): Promise<void> {
    const version = await unlessAborted(this.#service.hello(), this.#gone.signal);
    if (version !== wireVersion) throw gone(`it is version ${String(version)}, this page needs ${wireVersion}`);
  }

  digest(blob: Blob, span: Range, signal: AbortSignal): Promise<string> {
    return this.#call((id) => this.#service.digest(id, this.#algorithm, blob, span), signal);
  }

  root(digests: readonly string[], signal: AbortSignal): Promise<string> {
    return this.#call((id) => this.#service.root(id, this.#algorithm, digests), signal);
  }

  check(blob: Blob, span: Range, signal: AbortSignal): Promise<void> {
    return this.#call((id) => this.#service.check(id, blob, span), signal);
  }

  /** As {@link Engine.alarm}. Never settles when the worker is gone, and is no work that a sign of life is asked for. */
  alarm(ms: number): Promise<void> {
    return this.#gone.signal.aborted ? new Promise(() => undefined) : this.#service.alarm(ms);
  }

  close(): void {
    this.#end(new DOMException('The worker was closed', 'AbortError'));
  }

  async #call<T>(ask: (id: number) => Promise<Reply<T>>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    this.#gone.signal.throwIfAborted();
    const id = (this.#lastId += 1);
    this.#count(1);
    try {
      const answer = ask(id).catch((thrown: unknown) => Promise.reject(toUploadError(thrown)));
      const reply = await unlessAborted(unlessAborted(answer, this.#gone.signal), signal);
      this.#asked = 0;
      if ('failed' in reply) throw new UploadError(reply.failed.code, reply.failed.message);
      return reply.value;
    } finally {
      if (signal.aborted && !this.#gone.signal.aborted) void this.#service.cancel(id);
      this.#count(-1);
    }
  }

  /** There is a heartbeat while, and only while, somebody waits for an answer. */
  #count(change: 1 | -1): void {
    this.#pending += change;
    if (this.#pending === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
      this.#asked = 0;
    } else if (!this.#gone.signal.aborted) this.#heartbeat ??= setInterval(() => this.#beat(), this.#silence / unanswered);
  }

  /** Counts beats and not time: after the page itself has slept, the worker has three more beats to answer. */
  #beat(): void {
    if (this.#asked >= unanswered) return this.#end(gone(`no sign of life for ${this.#silence} ms`));
    this.#asked += 1;
    if (this.#asked > 1) return;
    void this.#service.hello().then(() => {
      this.#asked = 0;
    });
  }

  #end(reason: Error): void {
    if (this.#gone.signal.aborted) return;
    clearInterval(this.#heartbeat);
    this.#gone.abort(reason);
    void this.#service.close();
    this.#remote[releaseProxy]();
    this.#listening.abort();
    this.#worker.terminate();
  }

  /** Comlink never takes its listener away again: this one goes with the rest. */
  #endpoint(): Endpoint {
    const worker = this.#worker;
    const {signal} = this.#listening;
    return {
      postMessage: (message, transfer) => worker.postMessage(message, transfer ?? []),
      addEventListener: (type, listener) => worker.addEventListener(type, listener, {signal}),
      removeEventListener: (type, listener) => worker.removeEventListener(type, listener),
    };
  }
}
