import {inTime, systemClock} from '../core/clock.js';
import {UploadError} from '../core/errors.js';
import {keepsNothing} from '../core/keeps-nothing.js';
import {oneTab} from '../core/one-tab.js';
import type {ResumeStore} from '../core/ports.js';
import type {IndexedStoreOptions} from './indexed.js';
import type {Lasting} from './lasting.js';

/** How long the code may take to be loaded, in ms. Uploads wait for it, and then go on without. */
const loadLimit = 10_000;

/**
 * What outlives a page, loaded when it is needed: by the first upload or shortly before it, or because there is a database in which an earlier
 * page may have left something. Where it cannot be loaded, nothing is kept, and that is a `storage-unavailable`.
 */
export function lastingLater(options: IndexedStoreOptions & {readonly name: string}): Lasting {
  const later = new Later(options);
  return {
    store: {
      outlivesPage: true,
      prepare: () => later.prepare(),
      load: async (...args) => (await later.loaded()).store.load(...args),
      save: async (...args) => (await later.loaded()).store.save(...args),
      forget: async (...args) => (await later.loaded()).store.forget(...args),
      all: async (...args) => ((await mayExist(options.name)) ? (await later.loaded()).store.all(...args) : []),
    },
    keeper: {
      keep: async (...args) => (await later.loaded()).keeper.keep(...args),
      find: async (...args) => (await later.loaded()).keeper.find(...args),
      // In the same task: the browser asks a person only shortly after their click. Whatever is locked was found by this code.
      ask: (...args) => later.ready?.keeper.ask(...args) ?? Promise.resolve({kind: 'locked'}),
    },
    tabs: {
      claim: async (...args) => {
        const {store, tabs} = await later.loaded();
        store.prepare?.(); // an upload that is claimed is looked up next
        return tabs.claim(...args);
      },
      wait: async (...args) => (await later.loaded()).tabs.wait(...args),
      takeOver: (key) => later.ready?.tabs.takeOver(key),
    },
  };
}

const importLasting = () => import('./lasting.js');

class Later {
  ready: Lasting | undefined;
  readonly #options: IndexedStoreOptions;
  #loading: Promise<Lasting> | undefined;

  constructor(options: IndexedStoreOptions) {
    this.#options = options;
  }

  /** Whoever needs it then need not wait for a task of its own. Should it fail now, the first upload tries again. */
  prepare(): void {
    importLasting().then(
      (module) => void this.#have(module),
      () => undefined,
    );
  }

  /** Never rejects. */
  loaded(): Promise<Lasting> {
    return (this.#loading ??= this.ready ? Promise.resolve(this.ready) : this.#load());
  }

  async #load(): Promise<Lasting> {
    try {
      return this.#have(await inTime(systemClock, loadLimit, importLasting, new AbortController().signal));
    } catch (cause) {
      return (this.ready ??= {store: missing(cause), keeper: keepsNothing, tabs: oneTab});
    }
  }

  #have({lasting}: Awaited<ReturnType<typeof importLasting>>): Lasting {
    return (this.ready ??= lasting(this.#options));
  }
}

/** False only where the browser says that there is no such database. */
async function mayExist(name: string): Promise<boolean> {
  try {
    const databases = await inTime(systemClock, loadLimit, () => indexedDB.databases(), new AbortController().signal);
    return databases.some((database) => database.name === name);
  } catch {
    return true;
  }
}

function missing(cause: unknown): ResumeStore {
  const fail = (): Promise<never> =>
    Promise.reject(
      new UploadError('storage-unavailable', `The code that remembers uploads could not be loaded (${String(cause)}).`, {cause}),
    );
  return {outlivesPage: false, load: fail, save: fail, forget: fail, all: fail};
}
