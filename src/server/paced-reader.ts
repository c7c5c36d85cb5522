/** How slowly a body may come. */
export interface PaceLimits {
  /** How long no byte may come, and over which time the rate is taken, in ms. */
  readonly idleTimeout: number;
  /** Bytes per second, on average. */
  readonly minRate: number;
}

/** What comes next of a body: bytes, its end (`undefined`), the loss of the connection, or the verdict that it comes too slowly. */
export type Next = Uint8Array | 'cut' | 'slow' | undefined;

/**
 * Reads a body, and notices when it comes too slowly to be worth a place. Only the time in which nothing was there to be read counts:
 * that this server's disk is slow is not the client's fault.
 */
export class PacedReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #limits: PaceLimits;
  #waited = 0;
  #came = 0;
  #slow = false;

  constructor(body: ReadableStream<Uint8Array>, limits: PaceLimits) {
    this.#reader = body.getReader();
    this.#limits = limits;
  }

  /** Bytes that came before a verdict are given out first. */
  async next(): Promise<Next> {
    if (this.#slow) return 'slow';
    const began = performance.now();
    const next = await this.#nextInTime();
    this.#judge(performance.now() - began, next instanceof Uint8Array ? next.length : 0);
    return next;
  }

  /** Whoever waits for bytes hears that the body has ended. */
  stop(): void {
    this.#reader.cancel().catch(() => undefined);
  }

  #judge(waited: number, came: number): void {
    this.#waited += waited;
    this.#came += came;
    if (this.#waited < this.#limits.idleTimeout) return;
    this.#slow = this.#came < (this.#limits.minRate * this.#waited) / 1000;
    this.#waited = 0;
    this.#came = 0;
  }

  async #nextInTime(): Promise<Next> {
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<'slow'>((resolve) => (timer = setTimeout(() => resolve('slow'), this.#limits.idleTimeout)));
    try {
      return await Promise.race([this.#read(), idle]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(): Promise<Next> {
    try {
      return (await this.#reader.read()).value;
    } catch {
      return 'cut';
    }
  }
}
