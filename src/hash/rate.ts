/** Bytes that count: older ones are forgotten little by little. */
const memory = 64 * 1024 * 1024;

/** How fast digests are made: bytes per second, of lately. */
export class Rate {
  #bytes = 0;
  #ms = 0;
  #since = 0;
  #running = 0;

  /** `undefined` before anything was digested. */
  get value(): number | undefined {
    return this.#ms > 0 ? (this.#bytes / this.#ms) * 1000 : undefined;
  }

  /** A block is begun. The time in which none is does not count. */
  begin(): void {
    if (this.#running === 0) this.#since = performance.now();
    this.#running += 1;
  }

  /** A block is through, of which `bytes` were digested. */
  end(bytes: number): void {
    const now = performance.now();
    const kept = Math.max(0, 1 - bytes / memory);
    this.#running -= 1;
    this.#bytes = this.#bytes * kept + bytes;
    this.#ms = this.#ms * kept + (now - this.#since);
    this.#since = now;
  }
}
