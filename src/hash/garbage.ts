/** Bytes read between two signs: with four of them Chromium collects, once in about 128 MiB. */
const between = 32 * 1024 * 1024;

/** Bytes of a sign. Nobody touches them, so they are reserved and take no memory. */
const sign = 16 * 1024 * 1024;

/**
 * What reading a file leaves behind in a worker. Chromium's streams leave 14 to 20 KiB for each MiB, outside of JavaScript's heap, where
 * it does not count, so that nobody collects it before it is some 40 MiB in each worker. Buffers count, and so this makes some.
 */
export class Garbage {
  #read = 0;
  /** Kept until the next, so that making it is not optimized away. */
  #sign?: ArrayBuffer;

  /** So many bytes more have been read. */
  left(bytes: number): void {
    this.#read += bytes;
    if (this.#read < between) return;
    this.#read = 0;
    try {
      this.#sign = new ArrayBuffer(sign);
    } catch {
      // who is so short of memory collects anyway
    }
  }
}
