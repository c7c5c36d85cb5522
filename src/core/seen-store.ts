import type {Json, ResumeStore} from './ports.js';

/**
 * A store that knows which keys it has, once it was asked for all of them; one that ends with the page is asked when it is made. What
 * other tabs have saved since it does not know: that is for those to load who have to be certain.
 */
export class SeenStore implements ResumeStore {
  readonly #store: ResumeStore;
  readonly #saved = new Set<string>();
  #found: Set<string> | undefined;

  constructor(store: ResumeStore) {
    this.#store = store;
    if (!store.outlivesPage) this.all(new AbortController().signal).catch(() => undefined);
  }

  get outlivesPage(): boolean {
    return this.#store.outlivesPage;
  }

  prepare(): void {
    this.#store.prepare?.();
  }

  /** False where nothing was under this key when all were read, and nothing was saved here since. */
  mayHave(key: string): boolean {
    return this.#saved.has(key) || (this.#found?.has(key) ?? true);
  }

  load(key: string, signal: AbortSignal): Promise<Json | undefined> {
    return this.#store.load(key, signal);
  }

  save(key: string, record: Json, signal: AbortSignal): Promise<void> {
    this.#saved.add(key);
    return this.#store.save(key, record, signal);
  }

  async forget(key: string, signal: AbortSignal): Promise<void> {
    await this.#store.forget(key, signal);
    this.#saved.delete(key);
    this.#found?.delete(key);
  }

  async all(signal: AbortSignal): Promise<readonly (readonly [key: string, record: Json])[]> {
    const all = await this.#store.all(signal);
    this.#found = new Set(all.map(([key]) => key));
    return all;
  }
}
