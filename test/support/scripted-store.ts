import type {Json, ResumeStore} from '../../src/core/ports.js';
import {MemoryStore} from '../../src/stores/memory.js';

/** What a store can be asked. */
export type StoreCall = 'load' | 'save' | 'forget' | 'all';

/** A store that works, or refuses some calls, as a full disk or a private window does. Counts what it was asked. */
export class ScriptedStore implements ResumeStore {
  readonly outlivesPage = true;
  readonly calls: {readonly call: StoreCall; readonly key: string}[] = [];
  readonly #memory = new MemoryStore();
  readonly #broken = new Set<StoreCall>();

  /** These calls fail from now on. */
  breaks(...calls: readonly StoreCall[]): void {
    for (const call of calls) this.#broken.add(call);
  }

  load(key: string, signal: AbortSignal): Promise<Json | undefined> {
    return this.#answer('load', key, () => this.#memory.load(key, signal));
  }

  save(key: string, record: Json, signal: AbortSignal): Promise<void> {
    return this.#answer('save', key, () => this.#memory.save(key, record, signal));
  }

  forget(key: string, signal: AbortSignal): Promise<void> {
    return this.#answer('forget', key, () => this.#memory.forget(key, signal));
  }

  all(signal: AbortSignal): Promise<readonly (readonly [key: string, record: Json])[]> {
    return this.#answer('all', '', () => this.#memory.all(signal));
  }

  async #answer<T>(call: StoreCall, key: string, work: () => Promise<T>): Promise<T> {
    this.calls.push({call, key});
    if (this.#broken.has(call)) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    return work();
  }
}
