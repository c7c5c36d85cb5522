import {UploadError, type UploadErrorCode} from '../../../src/core/errors.js';
import type {Json, Opened, PartRule, Protocol, Sent, SendRequest, ServerResult} from '../../../src/core/ports.js';
import {bytesIn, union, type Range, type Ranges} from '../../../src/core/ranges.js';

/** A part that has left the page and waits for what the test makes of it. */
export interface Part {
  readonly name: string;
  readonly range: Range;
  readonly signal: AbortSignal;
  /** The server has it. */
  confirm(): void;
  fail(code: UploadErrorCode, status?: number): void;
}

interface Stored {
  readonly name: string;
  readonly size: number;
  confirmed: Ranges;
}

/**
 * A server inside the page with a protocol of its own: it stores nothing but which bytes came, and does what a test tells it. Parts have
 * `partSize` bytes and travel one at a time per file. While `holding`, every part waits in `parts` for the test.
 */
export class Backend {
  readonly parts: Part[] = [];
  /** What was asked of the server, in order: `open a.txt`, `send a.txt 0-10`, `discard`. */
  readonly log: string[] = [];
  /** Fails every `open` with this code. */
  refuses: {code: UploadErrorCode; status?: number} | undefined;
  holding: boolean;
  readonly #partSize: number;
  readonly #stored = new Map<string, Stored>();

  constructor({holding = false, partSize = 10}: {holding?: boolean; partSize?: number} = {}) {
    this.holding = holding;
    this.#partSize = partSize;
  }

  /** Bytes that the server has of the file with this name. */
  received(name: string): number {
    return [...this.#stored.values()].filter((stored) => stored.name === name).reduce((sum, {confirmed}) => sum + bytesIn(confirmed), 0);
  }

  /** Lets waiting parts and all later ones through. */
  letGo(): void {
    this.holding = false;
    for (const part of this.parts.splice(0)) part.confirm();
  }

  readonly protocol: Protocol = {
    // What is saved of one server's uploads does not come back to another's, as with servers at different addresses.
    name: `backend ${crypto.randomUUID()}`,
    askTimeout: 1_000,
    open: async ({file, key}) => {
      this.log.push(`open ${file.name}`);
      await Promise.resolve();
      if (this.refuses) throw errorOf(this.refuses.code, this.refuses.status);
      const stored = this.#stored.get(key) ?? {name: file.name, size: file.size, confirmed: []};
      this.#stored.set(key, stored);
      return this.#opened(key, stored);
    },
    ask: (remote) => Promise.resolve({kind: 'open', confirmed: this.#stored.get(keyOf(remote))?.confirmed ?? []}),
    send: (request, signal) => this.#send(request, signal),
    finish: (remote) => Promise.resolve({kind: 'done', result: resultOf(this.#stored.get(keyOf(remote))?.name ?? '')}),
    discard: () => {
      this.log.push('discard');
      return Promise.resolve();
    },
  };

  #opened(key: string, {confirmed}: Stored): Opened<string> {
    const parts: PartRule = {min: this.#partSize, preferred: this.#partSize, max: this.#partSize, fixed: true, parallel: 1};
    return {kind: 'open', remote: key, confirmed, parts};
  }

  #send({remote, file, part, onSent}: SendRequest<Json>, signal: AbortSignal): Promise<Sent> {
    this.log.push(`send ${file.name} ${part.start}-${part.end}`);
    return new Promise((resolve, reject) => {
      const confirm = (): void => resolve(this.#keep(keyOf(remote), part));
      const fail = (code: UploadErrorCode, status?: number): void => reject(errorOf(code, status));
      signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true});
      onSent(part.end - part.start);
      if (this.holding) this.parts.push({name: file.name, range: part, signal, confirm, fail});
      else confirm();
    });
  }

  #keep(key: string, part: Range): Sent {
    const stored = this.#stored.get(key);
    if (!stored) return {kind: 'gone'};
    stored.confirmed = union(...stored.confirmed, part);
    if (bytesIn(stored.confirmed) < stored.size) return {kind: 'kept', confirmed: stored.confirmed};
    return {kind: 'done', result: resultOf(stored.name)};
  }
}

/** What `open` gave out is the upload's key. */
const keyOf = (remote: Json): string => (typeof remote === 'string' ? remote : '');

const errorOf = (code: UploadErrorCode, status: number | undefined): UploadError =>
  new UploadError(code, `told to fail with ${code}`, {status});

const resultOf = (name: string): ServerResult => ({
  url: `https://files.test/${encodeURIComponent(name)}`,
  instant: false,
  verified: 'length',
  digest: null,
  server: null,
});
