import {expect} from '@open-wc/testing';
import type {FoundFile, SourceFile} from '../../../src/core/ports.js';
import {indexedStore, type IndexedStore} from '../../../src/stores/indexed.js';
import {eventually} from '../../contracts/clauses.js';
import {clearDisk, duration, fileOf, freshName, never, onDisk, rejection, removeDatabase, replace, restoreBrowser} from './scene.js';

const mebibyte = 1024 * 1024;

let name: string;
let store: IndexedStore;
let room: number;

beforeEach(async () => {
  name = freshName();
  room = Infinity;
  store = indexedStore({name, room: () => room});
  await store.save('a', 1, never());
});

afterEach(async () => {
  restoreBrowser();
  await removeDatabase(name);
  await clearDisk();
});

const blobIn = (found: FoundFile): Blob => (found.kind === 'file' ? found.blob : expect.fail(`found ${found.kind}`));

/** Stands in for `navigator.storage.estimate`. */
function estimated(estimate: () => Promise<StorageEstimate>): void {
  replace(navigator.storage, 'estimate', {value: estimate});
}

/** What becomes of a file of 100 bytes. */
const keep100 = (): Promise<string> => store.keep('a', fileOf(new Uint8Array(100)), never());

describe('a long file that is kept', () => {
  const length = 24 * mebibyte + 7;
  /** Every byte tells where it stands. */
  function bytes(seed: number): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(length);
    for (let at = 0; at < length; at++) all[at] = (at + (at >> 13) + seed) % 251;
    return all;
  }

  it('is found whole by a page that comes later, though the file has been written anew', async () => {
    const first = bytes(1);
    const {file, write} = await onDisk(first);
    expect(await store.keep('a', file, never())).to.equal('copy');
    await write(bytes(2));
    const blob = blobIn(await indexedStore({name}).find('a', never()));
    const found = new Uint8Array(await blob.arrayBuffer());
    expect(found.length).to.equal(length);
    expect(found.findIndex((byte, at) => byte !== first[at])).to.equal(-1);
  });

  it('rejects at once when it is aborted in between', async () => {
    const [stopping, reason] = [new AbortController(), new Error('canceled')];
    const keeping = rejection(store.keep('a', fileOf(bytes(1)), stopping.signal));
    setTimeout(() => stopping.abort(reason), 20);
    const error = await keeping;
    expect(error).to.equal(reason);
  });

  it('is gone when it is forgotten after it was aborted in between', async () => {
    const stopping = new AbortController();
    const keeping = store.keep('a', fileOf(bytes(1)), stopping.signal).catch(() => undefined);
    setTimeout(() => stopping.abort(), 20);
    await keeping;
    await store.forget('a', never());
    expect(await store.find('a', never())).to.deep.equal({kind: 'nothing'});
  });
});

describe('the room for copies', () => {
  it('is asked for each time', async () => {
    const told: string[] = [];
    for (const bytes of [0, 99, 100]) {
      room = bytes;
      told.push(await keep100());
    }
    expect(told).to.deep.equal(['nothing', 'nothing', 'copy']);
  });

  it('is none when nothing is said of it', async () => {
    expect(await indexedStore({name}).keep('a', fileOf('text'), never())).to.equal('nothing');
  });

  it('is none when it is no number', async () => {
    room = NaN;
    expect(await keep100()).to.equal('nothing');
  });

  it('is shared with copies of odd sizes that somebody else left', async () => {
    room = 100;
    await new Promise((resolve) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => {
        const transaction = request.result.transaction('files', 'readwrite');
        transaction.objectStore('files').put({copySize: 'long'}, 'odd');
        transaction.oncomplete = resolve;
        request.result.close();
      };
    });
    expect(await keep100()).to.equal('copy');
  });
});

describe("the site's quota", () => {
  it('lets a copy in that leaves a tenth of it free', async () => {
    estimated(async () => ({quota: 1_000, usage: 800}));
    expect(await keep100()).to.equal('copy');
  });

  it('keeps a copy out that would leave less', async () => {
    estimated(async () => ({quota: 1_000, usage: 801}));
    expect(await keep100()).to.equal('nothing');
  });

  it('may be taken all up already', async () => {
    estimated(async () => ({quota: 1_000, usage: 2_000}));
    expect(await keep100()).to.equal('nothing');
  });

  const unknown: Readonly<Record<string, () => Promise<StorageEstimate>>> = {
    'is not told': async () => ({}),
    'cannot be had': async () => {
      throw new TypeError('Internal error.');
    },
    'cannot even be asked for': () => {
      throw new TypeError('Not here.');
    },
  };

  for (const [how, estimate] of Object.entries(unknown)) {
    it(`does not count when it ${how}: the room does`, async () => {
      estimated(estimate);
      expect(await keep100()).to.equal('copy');
      room = 99;
      expect(await keep100()).to.equal('nothing');
    });
  }

  it('does not count where browsers have no such thing, as on plain http', async () => {
    replace(navigator, 'storage', {value: undefined});
    expect(await keep100()).to.equal('copy');
    restoreBrowser();
  });

  it('is not waited for longer than the limit', async () => {
    estimated(() => new Promise(() => undefined));
    const quick = indexedStore({name, room: () => room, limit: 1_000});
    const keeping = quick.keep('a', fileOf('text'), never());
    expect(await duration(keeping)).to.be.within(900, 4_000);
    expect(await keeping).to.equal('copy');
  });
});

describe('a copy that takes longer than its limit', () => {
  /** Transactions with a file in them that are never seen to end. */
  function neverDone(): void {
    const add = EventTarget.prototype.addEventListener;
    replace(IDBTransaction.prototype, 'addEventListener', {
      value(this: IDBTransaction, ...args: Parameters<typeof add>) {
        if (args[0] !== 'complete' || !busy.has(this)) add.apply(this, args);
      },
    });
    const {put} = IDBObjectStore.prototype;
    replace(IDBObjectStore.prototype, 'put', {
      value(this: IDBObjectStore, ...args: Parameters<typeof put>) {
        const request = put.apply(this, args);
        if ((args[0] as {copy?: Blob}).copy) keepBusy(this);
        return request;
      },
    });
  }

  const busy = new Set<IDBTransaction>();
  const aborted = new Set<IDBTransaction>();

  /** One request after the other: the transaction does not end by itself. */
  function keepBusy(files: IDBObjectStore): void {
    busy.add(files.transaction);
    files.transaction.addEventListener('abort', () => aborted.add(files.transaction));
    const next = (): void => {
      if (!aborted.has(files.transaction)) files.count().onsuccess = next;
    };
    next();
  }

  beforeEach(() => {
    busy.clear();
    aborted.clear();
    neverDone();
  });

  const keepLimit = 300;

  it('is given up, and taken back', async () => {
    const quick = indexedStore({name, room: () => room, keepLimit});
    expect(await quick.keep('a', fileOf('text'), never())).to.equal('nothing');
    expect(aborted.size).to.equal(1);
    expect(await quick.find('a', never())).to.deep.equal({kind: 'nothing'});
  });

  it('is replaced by the way to the file', async () => {
    const quick = indexedStore({name, room: () => room, keepLimit});
    expect(await quick.keep('a', (await onDisk('text')).file, never())).to.equal('handle');
    expect(await blobIn(await quick.find('a', never())).text()).to.equal('text');
  });

  /** Firefox lets one transaction write to a database at a time, whatever stores it is for: there a record waits for a copy. */
  const withSeveralWriters = navigator.userAgent.includes('Firefox') ? it.skip : it;

  withSeveralWriters('holds up no record, though another upload is forgotten meanwhile', async () => {
    await store.save('b', 1, never());
    const slowly = indexedStore({name, room: () => room, keepLimit: 2_500});
    const keeping = slowly.keep('a', fileOf('text'), never());
    await eventually(() => busy.size === 1);
    const forgetting = store.forget('b', never());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await duration(store.save('a', 2, never()))).to.be.below(1_200);
    await Promise.all([keeping, forgetting]);
    expect(await store.all(never())).to.deep.equal([['a', 2]]);
  });

  it('is given up when it is aborted, and taken back', async () => {
    const stopping = new AbortController();
    const keeping = rejection(store.keep('a', fileOf('text'), stopping.signal));
    setTimeout(() => stopping.abort(), 200);
    await keeping;
    expect(await store.find('a', never())).to.deep.equal({kind: 'nothing'});
    expect(aborted.size).to.equal(1);
  });

  it('is given up when somebody removes the database, who does not have to wait', async () => {
    const keeping = store.keep('a', fileOf('text'), never());
    await new Promise((resolve) => setTimeout(resolve, 200));
    await removeDatabase(name);
    expect([await keeping, aborted.size]).to.deep.equal(['nothing', 1]);
  });
});

describe('a handle that cannot be stored', () => {
  const file = (handle: SourceFile['handle']): SourceFile => ({...fileOf('text'), ...(handle && {handle})});

  class LooksLikeOne {
    async getFile(): Promise<File> {
      return new File(['text'], 'a.txt');
    }
  }

  for (const [what, handle] of Object.entries({
    'because it has functions of its own': {getFile: async () => new File([], 'a')},
    'because it would lose its methods': new LooksLikeOne(),
  })) {
    it(`is left out, ${what}`, async () => {
      room = 0;
      expect(await store.keep('a', file(handle), never())).to.equal('nothing');
      expect(await store.find('a', never())).to.deep.equal({kind: 'nothing'});
    });

    it(`leaves the copy as it is, ${what}`, async () => {
      expect(await store.keep('a', file(handle), never())).to.equal('copy');
      expect(await blobIn(await store.find('a', never())).text()).to.equal('text');
    });
  }
});

describe('a copy that is shorter than the file was', () => {
  it('is none, whoever left it', async () => {
    const file = fileOf('text');
    expect(await store.keep('a', {...file, size: 5}, never())).to.equal('nothing');
    expect(await store.find('a', never())).to.deep.equal({kind: 'nothing'});
  });
});
