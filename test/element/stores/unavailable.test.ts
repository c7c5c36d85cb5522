import {expect} from '@open-wc/testing';
import {UploadError} from '../../../src/core/errors.js';
import {indexedStore, type IndexedStore} from '../../../src/stores/indexed.js';
import {eventually} from '../../contracts/clauses.js';
import {calls, fileOf, duration, freshName, never, openAs, rejection, removeDatabase, replace, restoreBrowser} from './scene.js';

const limit = 400;

/** What a limit may be late by on a busy machine, in ms. */
const slack = 1_500;

let name: string;
let store: IndexedStore;
/** The same with all the time it needs, to prepare with. */
let patient: IndexedStore;

beforeEach(() => {
  name = freshName();
  patient = indexedStore({name, room: () => 100});
  store = indexedStore({name, room: () => 100, limit, keepLimit: limit});
});

afterEach(async () => {
  restoreBrowser();
  await removeDatabase(name);
});

/** Every call rejects with `storage-unavailable`, in time, and says something like `words`. */
function everyCallFails(words: RegExp): void {
  for (const [call, work] of Object.entries(calls)) {
    it(`rejects to ${call} as storage-unavailable, in time, and says why`, async () => {
      const began = performance.now();
      const error = await rejection(work(store, never()));
      expect(error).to.be.instanceOf(UploadError);
      expect([(error as UploadError).code, words.test(error.message)]).to.deep.equal(['storage-unavailable', true], error.message);
      // Keeping tries the copy first, and then the handle: each has its limit.
      expect(performance.now() - began).to.be.below(2 * limit + slack);
    });

    it(`rejects to ${call} with the reason of a signal that is aborted meanwhile, or before`, async () => {
      const [stopping, reason] = [new AbortController(), new Error('paused')];
      const stopped = rejection(work(store, stopping.signal));
      stopping.abort(reason);
      expect(await stopped).to.equal(reason);
      expect(await rejection(work(store, stopping.signal))).to.equal(reason);
    });
  }
}

/** Makes the browser answer nothing to requests of this kind. */
function silence(kind: {readonly prototype: object}): void {
  replace(kind.prototype, 'addEventListener', {value: () => undefined, writable: true});
}

describe('a browser without IndexedDB', () => {
  beforeEach(() => replace(globalThis, 'indexedDB', {value: undefined}));

  everyCallFails(/no IndexedDB/);
});

describe('a browser that throws when IndexedDB is touched', () => {
  beforeEach(() =>
    replace(globalThis, 'indexedDB', {
      get: () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    }),
  );

  everyCallFails(/SecurityError.* settings/);
});

describe('a browser that refuses to open a database', () => {
  beforeEach(() =>
    replace(IDBFactory.prototype, 'open', {
      value: () => {
        throw new DOMException('It is broken.', 'UnknownError');
      },
    }),
  );

  everyCallFails(/UnknownError: It is broken/);
});

describe('a database that never opens', () => {
  beforeEach(() => silence(IDBOpenDBRequest));

  everyCallFails(/no answer for 400 ms/);

  it('is waited for once: later calls fail at once', async () => {
    await rejection(store.load('a', never()));
    expect(await duration(rejection(store.save('a', 1, never())))).to.be.below(limit / 2);
  });
});

describe('a database whose requests are never answered', () => {
  beforeEach(async () => {
    await patient.save('b', 1, never());
    const add = EventTarget.prototype.addEventListener;
    replace(IDBRequest.prototype, 'addEventListener', {
      value(this: IDBRequest, ...args: Parameters<typeof add>) {
        if (this instanceof IDBOpenDBRequest) add.apply(this, args);
      },
    });
    silence(IDBTransaction);
  });

  everyCallFails(/no answer for 400 ms/);
});

describe('a database that another tab has upgraded', () => {
  beforeEach(async () => {
    const newer = await openAs(name, 2);
    newer.close();
  });

  everyCallFails(/VersionError.* reload the page/);
});

describe('a database of the same name that somebody else has made', () => {
  beforeEach(async () => {
    const other = await openAs(name, 1, (database) => void database.createObjectStore('something'));
    other.close();
  });

  everyCallFails(/NotFoundError/);
});

describe('an opening that waits for a tab which does not let go', () => {
  let old: IDBDatabase;
  let upgraded: Promise<IDBDatabase>;

  beforeEach(async () => {
    await patient.save('a', 'saved', never());
    // It listens to nothing, and so it does not close when it should.
    old = await openAs(name, 1);
    upgraded = openAs(name, 2);
  });

  afterEach(async () => {
    old.close();
    (await upgraded).close();
  });

  everyCallFails(/no answer for 400 ms.* Another tab/);

  it('is taken up again when that tab lets go', async () => {
    await rejection(store.load('a', never()));
    old.close();
    (await upgraded).close();
    await eventually(async () => (await rejection(store.load('a', never()))).message.includes('VersionError'));
  });
});

describe('a failure that passes', () => {
  it('is not remembered: the next call tries again', async () => {
    replace(globalThis, 'indexedDB', {value: undefined});
    await rejection(patient.save('a', 1, never()));
    restoreBrowser();
    await patient.save('a', 2, never());
    expect(await patient.load('a', never())).to.equal(2);
  });

  it('is over when a database opens after all, however late', async () => {
    const add = EventTarget.prototype.addEventListener;
    replace(IDBOpenDBRequest.prototype, 'addEventListener', {
      value(this: EventTarget, type: string, listener: EventListener) {
        add.call(this, type, (event) => {
          if (type === 'success') setTimeout(() => listener.call(this, event), 2 * limit);
          else listener.call(this, event);
        });
      },
    });
    expect((await rejection(store.load('a', never()))).message).to.match(/no answer/);
    const isSaved = (): Promise<boolean> =>
      store.save('a', 2, never()).then(
        () => true,
        () => false,
      );
    await eventually(isSaved);
    restoreBrowser();
    expect(await patient.load('a', never())).to.equal(2);
  });
});

describe('a record that has no room', () => {
  beforeEach(async () => {
    await patient.save('a', 'before', never());
    // As browsers do it: the request is fine, and the transaction is aborted in the end.
    const {put} = IDBObjectStore.prototype;
    replace(IDBObjectStore.prototype, 'put', {
      value(this: IDBObjectStore, ...args: Parameters<typeof put>) {
        const request = put.apply(this, args);
        replace(this.transaction, 'error', {value: new DOMException('The quota has been exceeded.', 'QuotaExceededError')});
        request.addEventListener('success', () => this.transaction.abort());
        return request;
      },
    });
  });

  it('is not saved, and the error names the quota', async () => {
    const error = await rejection(patient.save('a', 'after', never()));
    expect((error as UploadError).code).to.equal('storage-unavailable');
    expect(error.message).to.match(/QuotaExceededError.* quota/);
  });

  it('leaves the one that was saved before', async () => {
    await rejection(patient.save('a', 'after', never()));
    expect(await patient.load('a', never())).to.equal('before');
  });

  it('is no failure for a file: nothing is kept', async () => {
    expect(await patient.keep('a', fileOf('text'), never())).to.equal('nothing');
  });
});
