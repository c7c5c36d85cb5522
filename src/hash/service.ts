import {transfer} from 'comlink';
import {toUploadError, type UploadErrorCode} from '../core/errors.js';
import type {DigestAlgorithm, ShortFile} from '../core/hasher-ports.js';
import type {Range} from '../core/ranges.js';
import {Courses} from './courses.js';
import {addTo, digestNext, digestRoot, digestShort} from './digest.js';
import {sparkMd5, type Md5} from './md5.js';
import {wasmMd5} from './wasm-md5.js';
import {wireVersion} from './wire-version.js';

/** An answer that survives structured clone: error classes do not. */
export type Reply<T> = {readonly value: T} | {readonly failed: {readonly code: UploadErrorCode; readonly message: string}};

/**
 * What a worker does for a page. It reads the file itself: no bytes cross threads but those of short files. Every call has a number
 * given by the page, by which it can be cancelled. One block per call: the page asks for the next, so no answer can overtake another.
 */
export class HashService {
  readonly #running = new Map<number, AbortController>();
  readonly #courses = new Courses();
  /** Digests of whole files, in the making, by number. */
  readonly #wholes = new Map<number, Md5>();
  readonly #end: () => void;
  #md5 = sparkMd5;
  #compiled: Promise<void> | undefined;

  /** @param end Ends the thread this runs on. */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** The first sign of life, and every later one. Answered while a slow disk is waited for. */
  hello(): string {
    return wireVersion;
  }

  /**
   * Blocks that are asked for from now on are digested by WebAssembly.
   *
   * @throws whatever the browser throws where this thread may not compile `code`, or cannot. Then all stays as it is.
   */
  async wasm(code: BufferSource): Promise<void> {
    await (this.#compiled = wasmMd5(code).then((md5) => void (this.#md5 = md5)));
  }

  /** @param file Number of the file. @param nonce Bytes digested before those of `span`, in hex. */
  digest(id: number, algorithm: DigestAlgorithm, blob: Blob, span: Range, file = id, nonce = ''): Promise<Reply<string>> {
    const length = span.end - span.start;
    return this.#run(id, async (signal) => {
      await this.#compiled?.catch(() => undefined);
      const making = {algorithm, md5: this.#md5};
      const end = await this.#courses.read(file, blob, span, (pieces) => digestNext(making, pieces, length, nonce, signal), signal);
      return end();
    });
  }

  root(id: number, algorithm: DigestAlgorithm, digests: readonly string[]): Promise<Reply<string>> {
    return this.#run(id, () => digestRoot(algorithm, digests));
  }

  /** The bytes go back with what was made of them. */
  async short(id: number, algorithm: DigestAlgorithm, bytes: ArrayBuffer): Promise<Reply<ShortFile>> {
    return transfer(await this.#run(id, () => digestShort(algorithm, bytes)), [bytes]);
  }

  /** Adds `span` to the MD5 number `whole`, and begins that with the first. Spans are added in the order of the calls. */
  add(id: number, whole: number, blob: Blob, span: Range, file: number): Promise<Reply<void>> {
    const digest = this.#wholes.get(whole) ?? this.#md5();
    this.#wholes.set(whole, digest);
    const length = span.end - span.start;
    return this.#run(id, (signal) => this.#courses.read(file, blob, span, (pieces) => addTo(digest, pieces, length, signal), signal));
  }

  /** The MD5 number `whole`, which is forgotten: whether it was wanted or given up. That of nothing when nothing was added. */
  end(whole: number): string {
    const digest = this.#wholes.get(whole) ?? sparkMd5();
    this.#wholes.delete(whole);
    return digest.end();
  }

  /** Answers `ms` later: a worker's timers go on in time while its page is hidden and the page's own are slowed down. */
  alarm(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Stops a call within one read. Its answer, which nobody waits for, is a failure. */
  cancel(id: number): void {
    this.#running.get(id)?.abort();
  }

  /** Ends the thread, and with it every call that is running: they get no answer. */
  close(): void {
    this.#end();
  }

  async #run<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<Reply<T>> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      return {value: await work(controller.signal)};
    } catch (thrown) {
      const {code, message} = toUploadError(thrown);
      return {failed: {code, message}};
    } finally {
      this.#running.delete(id);
    }
  }
}
