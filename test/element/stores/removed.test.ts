import {expect} from '@open-wc/testing';
import {UploadError} from '../../../src/core/errors.js';
import {indexedStore, type IndexedStore} from '../../../src/stores/indexed.js';
import {calls, clearDisk, fileOf, freshName, never, onDisk, openAs, rejection, removeDatabase, replace, restoreBrowser} from './scene.js';

let name: string;
let store: IndexedStore;

/** Removes the database as any page of the origin can. Fails when a connection is in the way. */
function removeByOther(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onblocked = () => reject(new Error('a connection is in the way'));
  });
}

const isThere = async (): Promise<boolean> => (await indexedDB.databases()).some((database) => database.name === name);

/** What every call says: what it gives, or the code of its error. */
async function answers(): Promise<Record<string, unknown>> {
  const told: Record<string, unknown> = {};
  for (const [call, work] of Object.entries(calls)) {
    told[call] = await work(store, never()).catch((error: unknown) => (error instanceof UploadError ? error.code : error));
  }
  return told;
}

const nothingIsThere = {
  load: undefined,
  save: 'storage-unavailable',
  forget: undefined,
  all: [],
  keep: 'nothing',
  find: {kind: 'nothing'},
  ask: {kind: 'nothing'},
};

beforeEach(() => {
  name = freshName();
  store = indexedStore({name, room: () => 1_000_000_000});
});

afterEach(async () => {
  restoreBrowser();
  await removeDatabase(name);
});

describe('a database that is removed while an upload is saved in it', () => {
  beforeEach(async () => {
    await store.save('a', 'saved', never());
    await store.keep('a', fileOf('text'), never());
    await removeByOther();
  });

  it('rejects to save from then on, and answers everything else as if nothing had been saved', async () => {
    expect(await answers()).to.deep.equal(nothingIsThere);
  });

  it('is not made again', async () => {
    await answers();
    expect(await isThere()).to.equal(false);
  });

  it('says what happened', async () => {
    expect((await rejection(store.save('a', 1, never()))).message).to.match(/removed .* Reload the page/);
  });

  it('can be made again by another page, and is still none for this one', async () => {
    const next = indexedStore({name});
    await next.save('b', 'new', never());
    expect(await next.all(never())).to.deep.equal([['b', 'new']]);
    expect(await answers()).to.deep.equal(nothingIsThere);
    expect(await next.all(never())).to.deep.equal([['b', 'new']]);
  });

  it('is aborted as usual', async () => {
    const reason = new Error('paused');
    for (const work of Object.values(calls)) expect(await rejection(work(store, AbortSignal.abort(reason)))).to.equal(reason);
  });
});

describe('a handle that was found before the database was removed', () => {
  afterEach(clearDisk);

  it('leads nowhere any more', async () => {
    await store.save('a', 1, never());
    await indexedStore({name}).keep('a', (await onDisk('text')).file, never());
    await store.find('a', never());
    await removeByOther();
    expect(await store.ask('a', never())).to.deep.equal({kind: 'nothing'});
  });
});

describe('a database that is removed while nobody is connected', () => {
  it('is found to be gone, and is not made again', async () => {
    await store.save('a', 'saved', never());
    const newer = await openAs(name, 2);
    newer.close();
    await removeByOther();
    expect(await answers()).to.deep.equal(nothingIsThere);
    expect(await isThere()).to.equal(false);
  });
});

describe('a database that is removed while a file is copied into it', () => {
  it('is removed, and nothing is kept', async () => {
    await store.save('a', 1, never());
    const keeping = store.keep('a', fileOf(new Uint8Array(30_000_000)), never());
    await new Promise((resolve) => setTimeout(resolve, 20));
    await removeDatabase(name);
    // The copy may have been done before the removal began: either way there is nothing afterwards.
    expect(['copy', 'nothing']).to.include(await keeping);
    expect(await store.find('a', never())).to.deep.equal({kind: 'nothing'});
  });
});

describe('a tab that upgrades the database', () => {
  it('does not have to wait for this one', async () => {
    await store.save('a', 1, never());
    const request = indexedDB.open(name, 2);
    const told = await new Promise((resolve) => {
      request.onblocked = () => resolve('blocked');
      request.onsuccess = () => resolve('upgraded');
    });
    request.result.close();
    expect(told).to.equal('upgraded');
  });
});

describe('a connection that the browser ends', () => {
  let connection: IDBDatabase;

  /** As it does when the disk fails, or when a person clears the data of a site. */
  function endConnection(): void {
    connection.close();
    connection.dispatchEvent(new Event('close'));
  }

  beforeEach(async () => {
    const {open} = IDBFactory.prototype;
    replace(IDBFactory.prototype, 'open', {
      value(this: IDBFactory, ...args: Parameters<typeof open>) {
        const request = open.apply(this, args);
        request.addEventListener('success', () => (connection = request.result));
        return request;
      },
    });
    await store.save('a', 'saved', never());
  });

  it('is made again when the database is still there', async () => {
    endConnection();
    expect(await store.load('a', never())).to.equal('saved');
  });

  it('is not made again when the database is gone', async () => {
    // A connection is really closed when its last transaction is complete.
    await store.load('a', never());
    endConnection();
    await removeByOther();
    expect(await answers()).to.deep.equal(nothingIsThere);
    expect(await isThere()).to.equal(false);
  });

  it('fails one call where the browser does not tell', async () => {
    connection.close();
    expect(((await rejection(store.load('a', never()))) as UploadError).code).to.equal('storage-unavailable');
    expect(await store.load('a', never())).to.equal('saved');
  });
});
