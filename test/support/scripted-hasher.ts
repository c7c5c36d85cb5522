import {createHash} from 'node:crypto';
import {UploadError} from '../../src/core/errors.js';
import type {Challenge, Deal, DigestAlgorithm, Hasher, ShortFile} from '../../src/core/hasher-ports.js';
import {unlessAborted} from '../../src/core/pool.js';
import type {Range} from '../../src/core/ranges.js';
import {scriptedFile, type ScriptedFile} from './scripted-file.js';

/** MD5 in hex, by Node. */
export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** MD5 of the binary digests in a row: the root. */
export const rootOf = (digests: readonly string[]): string => md5(Buffer.from(digests.join(''), 'hex'));

const known = new WeakMap<Uint8Array, Map<string, string>>();

/** Digest of `span` of a file. What was digested once is looked up. */
function digestOf(file: ScriptedFile, span: Range): string {
  const bytes = file.read(span);
  const name = `${span.start}-${span.end}`;
  const digests = known.get(file.content) ?? new Map<string, string>();
  known.set(file.content, digests);
  const digest = digests.get(name) ?? md5(bytes);
  digests.set(name, digest);
  return digest;
}

/** What a {@link ScriptedHasher} is like. */
export interface ScriptedHasherOptions {
  readonly algorithm?: DigestAlgorithm;
  /** Whether the browser refuses to read a changed file, as Chromium does. Default true. */
  readonly noticesChange?: boolean;
}

/** Really digests, with Node's MD5, but at once and as it is told: it can be held, fail, and forget that it was told to stop. */
export class ScriptedHasher implements Hasher {
  readonly algorithm: DigestAlgorithm;
  readonly noticesChange: boolean;
  /** Numbers of the blocks in the order they were digested. */
  readonly digested: number[] = [];
  /** Spans that were read only to see whether they can be. */
  readonly checked: Range[] = [];
  /** How many files were read as {@link short} ones. */
  shorts = 0;
  rate: number | undefined;
  closed = false;
  /** Calls that go before what is digested ahead. */
  readonly #urgent = new Set<Promise<void>>();
  #holdAt: number | undefined;
  #failures: Error[] = [];
  #gate: Promise<void> | undefined;
  #open: (() => void) | undefined;

  constructor({algorithm = 'md5', noticesChange = true}: ScriptedHasherOptions = {}) {
    this.algorithm = algorithm;
    this.noticesChange = noticesChange;
  }

  /** Whatever is asked from now on waits for {@link release}. What is aborted meanwhile stops waiting. */
  hold(): void {
    this.#gate ??= new Promise((resolve) => (this.#open = resolve));
  }

  /** As {@link hold}, once so many blocks have been digested. */
  holdAfter(blocks: number): void {
    this.#holdAt = blocks;
  }

  get held(): boolean {
    return this.#gate !== undefined;
  }

  release(): void {
    this.#gate = undefined;
    this.#open?.();
  }

  /** The next call fails with `error`. */
  failNext(error: Error = new UploadError('unexpected', 'The worker is dead.')): void {
    this.#failures.push(error);
  }

  async blocks(
    blob: Blob,
    range: Range,
    blockSize: number,
    onBlock: (index: number, digest: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const call = this.#inOrder(blob, range, blockSize, onBlock, signal);
    const over = call.catch(() => undefined);
    this.#urgent.add(over);
    await call.finally(() => this.#urgent.delete(over));
  }

  /** One block at a time, when no call for blocks waits. */
  async ahead(
    blob: Blob,
    deal: Deal,
    blockSize: number,
    onBlock: (index: number, digest: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const file = scriptedFile(blob);
    for (;;) {
      signal.throwIfAborted();
      while (this.#urgent.size > 0) await unlessAborted(Promise.all(this.#urgent), signal);
      const index = this.algorithm === 'none' ? undefined : deal.next();
      if (index === undefined) return;
      await this.#ready(signal);
      this.#digest(file, index, blockSize, onBlock);
    }
  }

  async #inOrder(
    blob: Blob,
    range: Range,
    blockSize: number,
    onBlock: (index: number, digest: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const file = scriptedFile(blob);
    const end = Math.min(range.end, file.size);
    await this.#ready(signal);
    if (this.algorithm === 'none' || range.start >= end) return;
    for (let index = Math.floor(range.start / blockSize); index * blockSize < end; index += 1) {
      await this.#ready(signal);
      this.#digest(file, index, blockSize, onBlock);
    }
  }

  #digest(file: ScriptedFile, index: number, blockSize: number, onBlock: (index: number, digest: string) => void): void {
    this.#refuseChanged(file);
    this.digested.push(index);
    if (this.digested.length === this.#holdAt) this.hold();
    onBlock(index, digestOf(file, {start: index * blockSize, end: Math.min(file.size, (index + 1) * blockSize)}));
  }

  async whole(blob: Blob, onHashed: (bytes: number) => void, signal: AbortSignal): Promise<string> {
    await this.#ready(signal);
    const file = scriptedFile(blob);
    this.#refuseChanged(file);
    onHashed(file.size);
    return this.algorithm === 'none' ? '' : md5(file.read({start: 0, end: file.size}));
  }

  async prove(blob: Blob, {nonce, blocks, blockSize}: Challenge, signal: AbortSignal): Promise<readonly string[]> {
    await this.#ready(signal);
    const file = scriptedFile(blob);
    this.#refuseChanged(file);
    if (this.algorithm === 'none') return [];
    return blocks.map((index) => {
      const bytes = file.read({start: index * blockSize, end: Math.min(file.size, (index + 1) * blockSize)});
      return md5(Buffer.concat([Buffer.from(nonce, 'hex'), bytes]));
    });
  }

  async short(blob: Blob, signal: AbortSignal): Promise<ShortFile> {
    await this.#ready(signal);
    const file = scriptedFile(blob);
    this.shorts += 1;
    let digest = '';
    this.#digest(file, 0, file.size, (_, made) => (digest = made));
    return {bytes: Uint8Array.from(file.read({start: 0, end: file.size})).buffer, digest, root: rootOf([digest])};
  }

  async root(digests: readonly string[], signal: AbortSignal): Promise<string> {
    await this.#ready(signal);
    return this.algorithm === 'none' ? '' : rootOf(digests);
  }

  async check(blob: Blob, range: Range, signal: AbortSignal): Promise<void> {
    this.checked.push(range);
    await this.#ready(signal);
    if (range.start >= range.end) return; // there is nothing to be read
    const file = scriptedFile(blob);
    file.read(range);
    this.#refuseChanged(file);
  }

  close(): void {
    this.closed = true;
  }

  #refuseChanged(file: ScriptedFile): void {
    if (this.noticesChange && !file.unchanged) throw new UploadError('file-changed', 'The file has changed since it was chosen.');
  }

  async #ready(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const failure = this.#failures.shift();
    if (failure) throw failure;
    while (this.#gate) await unlessAborted(this.#gate, signal);
    await Promise.resolve();
    signal.throwIfAborted();
  }
}
