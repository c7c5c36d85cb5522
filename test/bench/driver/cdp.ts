import type {Readable, Writable} from 'node:stream';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: {readonly message: string};
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Chromium's DevTools protocol over a pipe, and nothing else: no domain is enabled that was not asked for. A driver that enables the
 * `Network` domain has the browser copy the bodies of requests to it, and then measures that.
 */
export class Cdp {
  readonly #out: Writable;
  readonly #waiting = new Map<number, Waiting>();
  #id = 0;
  #rest = '';

  constructor(out: Writable, from: Readable) {
    this.#out = out;
    from.setEncoding('utf8');
    from.on('data', (text: string) => this.#read(text));
    from.on('close', () => this.#end());
    out.on('error', () => this.#end());
  }

  /** @param sessionId Of an attached page; without it the browser itself is meant. @throws Error in the browser's words. */
  send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    this.#id += 1;
    this.#out.write(`${JSON.stringify({id: this.#id, method, params, sessionId})}\0`);
    return new Promise<unknown>((resolve, reject) => this.#waiting.set(this.#id, {resolve, reject})) as Promise<T>;
  }

  #read(text: string): void {
    const pieces = (this.#rest + text).split('\0');
    this.#rest = pieces.pop() ?? '';
    for (const piece of pieces) this.#take(JSON.parse(piece) as Answer);
  }

  /** Events have no `id`: nobody waits for them. */
  #take({id, result, error}: Answer): void {
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  #end(): void {
    for (const {reject} of this.#waiting.values()) reject(new Error('Chromium has ended'));
    this.#waiting.clear();
  }
}
