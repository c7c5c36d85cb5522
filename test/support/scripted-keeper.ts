import {UploadError} from '../../src/core/errors.js';
import type {FileKeeper, FoundFile, Kept, SourceFile} from '../../src/core/ports.js';
import {scriptedFile, type ScriptedFile} from './scripted-file.js';

/** What a keeper can be asked. */
export type KeeperCall = 'keep' | 'find' | 'ask';

/** What it does instead of what it should: throw what nobody expects, never answer, or say that the file is gone. */
export type KeeperFault = 'fails' | 'silent' | 'gone';

interface KeptFile {
  readonly file: ScriptedFile;
  readonly kept: Exclude<Kept, 'nothing'>;
}

/**
 * Keeps files for as long as the test lives: copies, which stay as they are, or handles, which lead to the file as it is by then. Outlives
 * every page.
 */
export class ScriptedKeeper implements FileKeeper {
  readonly calls: {readonly call: KeeperCall; readonly key: string}[] = [];
  /** What it manages to keep. `nothing`: it has no room and no way. Default `copy`. */
  keeps: Kept;
  /** Whether a person has to allow access before the file behind a handle can be read. */
  locked = false;
  /** What the person says who is asked for access. */
  allows = true;
  readonly #files = new Map<string, KeptFile>();
  readonly #copies: ScriptedFile[] = [];
  readonly #faults = new Map<KeeperCall, KeeperFault>();

  constructor(keeps: Kept = 'copy') {
    this.keeps = keeps;
  }

  /** Every such call goes wrong from now on, until {@link heal}. */
  on(call: KeeperCall, fault: KeeperFault): void {
    this.#faults.set(call, fault);
  }

  heal(): void {
    this.#faults.clear();
  }

  /** How often it was asked this. */
  count(call: KeeperCall): number {
    return this.calls.filter((one) => one.call === call).length;
  }

  /** Keys under which something is kept. */
  get keys(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** Somebody puts another file where the one of this key, or every one, was. */
  replace(file: ScriptedFile, key?: string): void {
    for (const [one, {kept}] of this.#files) if (key === undefined || one === key) this.#files.set(one, {file, kept});
  }

  /** The browser throws away what it keeps, as it does when the disk is full. */
  lose(key?: string): void {
    if (key === undefined) this.#files.clear();
    else this.#files.delete(key);
  }

  /** The browser throws away the bytes of all copies, also of those that pages read from, and says so only when they are read. */
  spoil(): void {
    const stored = [...this.#files.values()].filter(({kept}) => kept === 'copy').map(({file}) => file);
    for (const copy of [...stored, ...this.#copies]) copy.remove();
  }

  keep(key: string, {blob}: SourceFile, signal: AbortSignal): Promise<Kept> {
    return this.#answer('keep', key, signal, () => {
      this.#files.delete(key);
      const file = scriptedFile(blob);
      if (this.keeps !== 'nothing') this.#files.set(key, {file: this.keeps === 'copy' ? file.again() : file, kept: this.keeps});
      return this.keeps;
    });
  }

  find(key: string, signal: AbortSignal): Promise<FoundFile> {
    return this.#answer('find', key, signal, () => this.#found(key, this.locked));
  }

  ask(key: string, signal: AbortSignal): Promise<FoundFile> {
    return this.#answer('ask', key, signal, () => {
      if (this.allows) this.locked = false;
      return this.#found(key, this.locked);
    });
  }

  #found(key: string, locked: boolean): FoundFile {
    const one = this.#files.get(key);
    if (!one) return {kind: 'nothing'};
    const isCopy = one.kept === 'copy';
    if (!isCopy && locked) return {kind: 'locked'};
    const blob = one.file.again();
    if (isCopy) this.#copies.push(blob);
    return {kind: 'file', blob, lastModified: one.file.lastModified, isCopy};
  }

  async #answer<T>(call: KeeperCall, key: string, signal: AbortSignal, work: () => T): Promise<T> {
    this.calls.push({call, key});
    signal.throwIfAborted();
    await Promise.resolve();
    signal.throwIfAborted();
    const fault = this.#faults.get(call);
    if (fault === 'silent') return new Promise(() => undefined);
    if (fault === 'gone') throw new UploadError('file-unreadable', 'The file behind the handle is gone.');
    if (fault === 'fails') throw new DOMException('Scripted: the storage fails.', 'UnknownError');
    return work();
  }
}
