import type {Network} from '../../src/core/ports.js';

/** What a browser says of its network, right or wrong. */
export class ScriptedNetwork implements Network {
  online = true;
  readonly #listeners = new Set<(online: boolean) => void>();

  /** How many are listening. */
  get listeners(): number {
    return this.#listeners.size;
  }

  subscribe(listener: (online: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  goOffline(): void {
    this.#say(false);
  }

  goOnline(): void {
    this.#say(true);
  }

  #say(online: boolean): void {
    this.online = online;
    for (const listener of [...this.#listeners]) listener(online);
  }
}
