import type {Access} from '../../contracts/file-keeper-scene.js';

const calls = ['queryPermission', 'requestPermission'] as const;

/**
 * Says in the browser's place whether files may be read, also of handles that come out of a database. Firefox has handles to its
 * private files, and neither of the calls.
 */
export class ScriptedAccess implements Access {
  state: PermissionState = 'granted';
  answer: PermissionState | undefined = 'granted';
  asked = 0;
  readonly #before = calls.map((call) => Object.getOwnPropertyDescriptor(FileSystemHandle.prototype, call));

  constructor() {
    const said = {
      queryPermission: async () => this.state,
      requestPermission: () => this.#ask(),
    };
    for (const call of calls) {
      Object.defineProperty(FileSystemHandle.prototype, call, {value: said[call], configurable: true, writable: true});
    }
  }

  async #ask(): Promise<PermissionState> {
    this.asked += 1;
    if (this.state === 'granted') return this.state;
    if (this.answer === undefined) return new Promise(() => undefined);
    this.state = this.answer === 'denied' ? 'prompt' : this.answer;
    return this.answer;
  }

  /** Gives the calls back to the browser. */
  end(): void {
    for (const [at, call] of calls.entries()) {
      const before = this.#before[at];
      if (before) Object.defineProperty(FileSystemHandle.prototype, call, before);
      else Reflect.deleteProperty(FileSystemHandle.prototype, call);
    }
  }
}
