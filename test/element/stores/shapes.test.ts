import {expect} from '@open-wc/testing';
import type {Json} from '../../../src/core/ports.js';
import {indexedStore, type IndexedStore} from '../../../src/stores/indexed.js';
import {eventually} from '../../contracts/clauses.js';
import {fileOf, freshName, never, openAs, removeDatabase} from './scene.js';

let name: string;
let store: IndexedStore;

beforeEach(async () => {
  name = freshName();
  store = indexedStore({name, room: () => 100});
  await indexedStore({name}).all(never());
});

afterEach(() => removeDatabase(name));

/** Does something to a part of the database, as other code of the origin may. */
async function meddle(part: string, work: (part: IDBObjectStore) => void): Promise<void> {
  const database = await openAs(name, 1);
  const transaction = database.transaction(part, 'readwrite');
  work(transaction.objectStore(part));
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
}

const put = (part: string, value: unknown, key: IDBValidKey = 'a'): Promise<void> => meddle(part, (there) => void there.put(value, key));

/** The keys of files that are kept. */
async function keptFiles(): Promise<IDBValidKey[]> {
  const database = await openAs(name, 1);
  const request = database.transaction('files').objectStore('files').getAllKeys();
  await new Promise((resolve) => (request.onsuccess = resolve));
  database.close();
  return request.result;
}

describe('a record that another version has left', () => {
  const left: readonly Json[] = [{key: 7, version: 99, remote: {list: []}}, 'text', 12, null, [1], {}];

  it('is given back as it is: whoever loads it looks at it', async () => {
    for (const record of left) {
      await put('uploads', record);
      expect(await store.load('a', never())).to.deep.equal(record);
      expect(await store.all(never())).to.deep.equal([['a', record]]);
    }
  });

  it('is written over', async () => {
    await put('uploads', {version: 99});
    await store.save('a', 1, never());
    expect(await store.load('a', never())).to.equal(1);
  });

  it('is given back even when it is no JSON', async () => {
    await put('uploads', new Date(5));
    expect(await store.load('a', never())).to.deep.equal(new Date(5));
  });

  it('is not listed when its key is no text', async () => {
    await put('uploads', 'odd', 5);
    await put('uploads', 'odd', [1, 'a']);
    await store.save('a', 1, never());
    expect(await store.all(never())).to.deep.equal([['a', 1]]);
  });
});

describe('something else in place of a kept file', () => {
  const left: readonly unknown[] = [
    'text',
    null,
    5,
    [],
    {},
    {copy: 'text', copySize: 4},
    {copy: new Blob(['text'])},
    {copy: new Blob(['text']), copySize: 3},
    {handle: {}},
    {handle: {getFile: 'text'}},
    {handle: null},
  ];

  for (const entry of left) {
    it(`is nothing: ${JSON.stringify(entry)}`, async () => {
      await store.save('a', 1, never());
      await put('files', entry);
      expect(await store.find('a', never())).to.deep.equal({kind: 'nothing'});
      expect(await store.ask('a', never())).to.deep.equal({kind: 'nothing'});
    });
  }

  it('is replaced', async () => {
    await store.save('a', 1, never());
    await put('files', {copy: 'text', copySize: 4});
    expect(await store.keep('a', fileOf('mine'), never())).to.equal('copy');
  });
});

describe('a kept file that no record stands for', () => {
  const kept = {copy: new Blob(['text']), copySize: 4, lastModified: 0};

  beforeEach(async () => {
    await put('uploads', 1, 'recorded');
    await put('files', kept, 'recorded');
    await put('files', kept, 'orphan');
    await put('files', kept, 12);
  });

  it('is removed when a page opens the database', async () => {
    await store.all(never());
    await eventually(async () => (await keptFiles()).length === 1);
    expect(await keptFiles()).to.deep.equal(['recorded']);
  });

  it('is removed by several pages at once, and nothing else is', async () => {
    const pages = Array.from({length: 4}, () => indexedStore({name, room: () => 100}));
    await Promise.all(
      pages.map(async (page, at) => {
        await page.save(`page-${at}`, at, never());
        expect(await page.keep(`page-${at}`, fileOf('text'), never())).to.equal('copy');
      }),
    );
    await eventually(async () => (await keptFiles()).length === 5);
    expect(await keptFiles()).to.deep.equal(['page-0', 'page-1', 'page-2', 'page-3', 'recorded']);
  });

  it('stays when its record is saved before it is looked at again', async () => {
    await put('uploads', 1, 'orphan');
    await store.all(never());
    await eventually(async () => (await keptFiles()).length === 2);
    expect(await keptFiles()).to.deep.equal(['orphan', 'recorded']);
  });
});
