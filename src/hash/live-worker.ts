import {releaseProxy, transfer, wrap, type Endpoint, type Remote} from 'comlink';
import {toUploadError, UploadError} from '../core/errors.js';
import type {DigestAlgorithm, ShortFile} from '../core/hasher-ports.js';
import {unlessAborted} from '../core/pool.js';
import type {Range} from '../core/ranges.js';
import type {Engine, EngineName} from './engine.js';
import type {HashService, Reply} from './service.js';
import {wireVersion} from './wire-version.js';

/** Questions without an answer after which a worker is dead, not slow. */
const unanswered = 4;

/** Bytes added to the digest of a whole file at a time. */
const step = 4 * 1024 * 1024;

const files = new WeakMap<Blob, number>();
let lastFile = 0;

/** A number for `blob`, by which a worker knows it again: what it gets by message is a new object each time. */
function numberOf(blob: Blob): number {
  const known = files.get(blob) ?? (lastFile += 1);
  files.set(blob, known);
  return known;
}

const gone = (reason: string): UploadError => new UploadError('worker-unavailable', reason);

const wordsOf = (event: Event): string => {
  const said = 'message' in event && typeof event.message === 'string' ? event.message : '';
  return said || 'blocked, missing or not a script';
};

type Methods = Pick<Remote<HashService>, (typeof methods)[number]>;

const methods = ['hello', 'wasm', 'digest', 'root', 'short', 'add', 'end', 'alarm', 'cancel', 'close'] as const;

/**
 * Every method, looked up once. Comlink makes a proxy at each look, and has a finalizer run when it is collected: a page that the
 * browser had kept for its "back" button is thrown away by that, in the middle of an upload too.
 */
const methodsOf = (remote: Remote<HashService>): Methods => Object.fromEntries(methods.map((name) => [name, remote[name]])) as Methods;

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
  /** Rejects each call that waits for an answer. */
  readonly #pending = new Set<(reason: Error) => void>();
  #name: EngineName;
  #asked = 0;
  #lastId = 0;

  /** @param silence ms without a sign of life, while a call is pending, after which the worker counts as dead. */
  constructor(worker: Worker, algorithm: DigestAlgorithm, silence: number) {
    this.#worker = worker;
    this.#algorithm = algorithm;
    this.#silence = silence;
    this.#name = algorithm === 'sha-256' ? 'webcrypto' : 'spark-md5';
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

  get name(): EngineName {
    return this.#name;
  }

  digest(blob: Blob, span: Range, nonce: string, signal: AbortSignal): Promise<string> {
    return this.#call((id) => this.#service.digest(id, this.#algorithm, blob, span, numberOf(blob), nonce), signal);
  }

  root(digests: readonly string[], signal: AbortSignal): Promise<string> {
    return this.#call((id) => this.#service.root(id, this.#algorithm, digests), signal);
  }

  short(bytes: ArrayBuffer, signal: AbortSignal): Promise<ShortFile> {
    return this.#call((id) => this.#service.short(id, this.#algorithm, transfer(bytes, [bytes])), signal);
  }

  async check(blob: Blob, {start, end}: Range, signal: AbortSignal): Promise<void> {
    await this.#call((id) => this.#service.digest(id, 'none', blob.slice(start, end), {start: 0, end: end - start}), signal);
  }

  async whole(blob: Blob, size: number, onHashed: (bytes: number) => void, signal: AbortSignal): Promise<string> {
    const whole = (this.#lastId += 1);
    const add = (start: number): Promise<void> => {
      const span = {start, end: Math.min(size, start + step)};
      return this.#call((id) => this.#service.add(id, whole, blob, span, numberOf(blob)), signal);
    };
    try {
      let next = size > 0 ? add(0) : undefined;
      for (let end = step; next; end += step) {
        const now = next;
        next = end < size ? add(end) : undefined; // one is read while the one before it is digested
        next?.catch(() => undefined);
        await now;
        onHashed(Math.min(end, size));
      }
      return await this.#call(async () => ({value: await this.#service.end(whole)}), signal);
    } catch (thrown) {
      if (!this.#gone.signal.aborted) void this.#service.end(whole);
      throw thrown;
    }
  }

  /** As {@link Engine.alarm}. Never settles when the worker is gone, and is no work that a sign of life is asked for. */
  alarm(ms: number): Promise<void> {
    return this.#gone.signal.aborted ? new Promise(() => undefined) : this.#service.alarm(ms);
  }

  hasten(code: BufferSource): void {
    if (this.#gone.signal.aborted) return;
    this.#service.wasm(code).then(
      () => (this.#name = 'wasm'),
      () => undefined, // the policy forbids it, or there is no WebAssembly
    );
  }

  close(): void {
    this.#end(new DOMException('The worker was closed', 'AbortError'));
  }

  #call<T>(ask: (id: number) => Promise<Reply<T>>, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal.throwIfAborted();
      this.#gone.signal.throwIfAborted();
      const id = (this.#lastId += 1);
      const leave = (): void => {
        signal.removeEventListener('abort', stop);
        this.#forget(fail);
      };
      const fail = (reason: Error): void => {
        leave();
        reject(reason);
      };
      const stop = (): void => {
        void this.#service.cancel(id);
        fail(signal.reason as Error);
      };
      signal.addEventListener('abort', stop);
      this.#await(fail);
      const settle = (reply: Reply<T>): void => {
        this.#asked = 0;
        if ('failed' in reply) throw new UploadError(reply.failed.code, reply.failed.message);
        leave();
        resolve(reply.value);
      };
      ask(id)
        .then(settle)
        .catch((thrown: unknown) => fail(toUploadError(thrown)));
    });
  }

  /** There is a heartbeat while, and only while, somebody waits for an answer. */
  #await(fail: (reason: Error) => void): void {
    this.#pending.add(fail);
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#silence / unanswered);
  }

  #forget(fail: (reason: Error) => void): void {
    if (!this.#pending.delete(fail) || this.#pending.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#asked = 0;
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
    this.#gone.abort(reason);
    for (const fail of this.#pending) fail(reason);
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
