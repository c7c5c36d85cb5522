import type {Json, ResumeStore} from '../core/ports.js';

/** Remembers for as long as the page lives. Records are copied, so nobody can change them afterwards. */
export class MemoryStore implements ResumeStore {
  readonly outlivesPage = false;
  readonly #records = new Map<string, string>();

  async load(key: string, signal: AbortSignal): Promise<Json | undefined> {
    await settled(signal);
    const record = this.#records.get(key);
    return record === undefined ? undefined : parse(record);
  }

  async save(key: string, record: Json, signal: AbortSignal): Promise<void> {
    await settled(signal);
    this.#records.set(key, JSON.stringify(record));
  }

  async forget(key: string, signal: AbortSignal): Promise<void> {
    await settled(signal);
    this.#records.delete(key);
  }

  async all(signal: AbortSignal): Promise<readonly (readonly [key: string, record: Json])[]> {
    await settled(signal);
    return [...this.#records].map(([key, record]) => [key, parse(record)]);
  }
}

const parse = (record: string): Json => JSON.parse(record) as Json;

/** Other stores take their time: this one does not let anybody rely on an answer in the same task. */
async function settled(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await Promise.resolve();
}
