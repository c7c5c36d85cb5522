/** Lets work on the same name happen one at a time, in the order it was asked for. Work on different names does not wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does `work` when all earlier work on `name` has settled. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => undefined);
    this.#last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }
}
