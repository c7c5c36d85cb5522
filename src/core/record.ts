import {toUploadError, UploadError} from './errors.js';
import type {Json, ResumeStore} from './ports.js';

/** 128 random bits in hex. `crypto.randomUUID` is absent on plain http, `getRandomValues` is not. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What a store gives back may be from anywhere, and the key goes into a header: nothing but {@link newKey}'s own form counts. */
const isKey = (saved: Json | undefined): boolean => typeof saved === 'string' && /^[0-9a-f]{32}$/.test(saved);

const isRecord = (saved: Json | undefined): saved is {readonly key: string; readonly remote: Json} =>
  typeof saved === 'object' && saved !== null && 'key' in saved && isKey(saved.key) && 'remote' in saved;

/**
 * What is remembered of an upload so that the next run goes on where this one stopped. A store that fails never fails the
 * upload: it goes on without, and `warn` is told once.
 */
export class UploadRecord {
  readonly #store: ResumeStore;
  readonly #name: string;
  readonly #warn: (error: UploadError) => void;
  #key = newKey();
  #remote: Json | undefined;
  #repeated = false;
  #inherited = false;
  #loaded = false;
  #warned = false;

  /** `name` is the key in the store. */
  constructor(store: ResumeStore, name: string, warn: (error: UploadError) => void) {
    this.#store = store;
    this.#name = name;
    this.#warn = warn;
  }

  /** The upload's own key: see `OpenRequest.key`. */
  get key(): string {
    return this.#key;
  }

  /** What the last `open` returned. */
  get remote(): Json | undefined {
    return this.#remote;
  }

  /** Whether the server may have heard of the key. */
  get repeated(): boolean {
    return this.#repeated;
  }

  /** Whether an earlier upload left this record. It had the same identity, which proves nothing of the content. */
  get inherited(): boolean {
    return this.#inherited;
  }

  /** Reads what an earlier run saved, and saves the key before it is used for the first time. */
  async prepare(signal: AbortSignal): Promise<void> {
    if (this.#loaded) return;
    const saved = await this.#attempt(() => this.#store.load(this.#name, signal), signal);
    this.#loaded = true;
    if (isRecord(saved)) {
      this.#key = saved.key;
      this.#remote = saved.remote ?? undefined;
      this.#repeated = true;
      this.#inherited = true;
    } else {
      await this.#save(signal);
    }
  }

  /** An `open` is about to carry the key to the server. */
  used(): void {
    this.#repeated = true;
  }

  /** Remembers what `open` returned. */
  async opened(remote: Json, signal: AbortSignal): Promise<void> {
    this.#remote = remote;
    await this.#save(signal);
  }

  /** The server has lost the upload: the next `open` makes a new one. */
  async renew(signal: AbortSignal): Promise<void> {
    this.#key = newKey();
    this.#remote = undefined;
    this.#repeated = false;
    this.#inherited = false;
    await this.#save(signal);
  }

  /** Done or canceled. */
  async forget(signal: AbortSignal): Promise<void> {
    await this.#attempt(() => this.#store.forget(this.#name, signal), signal);
  }

  async #save(signal: AbortSignal): Promise<void> {
    await this.#attempt(() => this.#store.save(this.#name, {key: this.#key, remote: this.#remote ?? null}, signal), signal);
  }

  async #attempt<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      this.#warnOnce(error);
      return undefined;
    }
  }

  #warnOnce(cause: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const {message} = toUploadError(cause);
    this.#warn(new UploadError('storage-unavailable', `This upload cannot be remembered across page loads. ${message}`, {cause}));
  }
}
