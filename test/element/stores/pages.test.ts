import {expect} from '@open-wc/testing';
import type {FoundFile} from '../../../src/core/ports.js';
import {indexedStore, type IndexedStore} from '../../../src/stores/indexed.js';
import {openPage, type OtherPage} from './page.js';
import {clearDisk, fileOf, freshName, never, onDisk, removeDatabase} from './scene.js';

let name: string;
let page: OtherPage;
let theirs: IndexedStore;
let ours: IndexedStore;

beforeEach(async () => {
  name = freshName();
  page = await openPage();
  theirs = page.indexedStore({name, room: () => Infinity});
  ours = indexedStore({name, room: () => Infinity});
});

afterEach(async () => {
  page.close();
  await removeDatabase(name);
  await clearDisk();
});

const text = async (found: FoundFile): Promise<string> => (found.kind === 'file' ? found.blob.text() : found.kind);

describe('two pages at once', () => {
  it('see what the other has saved', async () => {
    await Promise.all([theirs.save('theirs', 1, never()), ours.save('ours', 2, never())]);
    const both = [
      ['ours', 2],
      ['theirs', 1],
    ];
    expect(await theirs.all(never())).to.deep.equal(both);
    expect(await ours.all(never())).to.deep.equal(both);
  });

  it('find the file that the other has kept', async () => {
    await theirs.save('a', 1, never());
    await theirs.keep('a', fileOf('text'), never());
    expect(await text(await ours.find('a', never()))).to.equal('text');
  });

  it('find nothing that the other has forgotten', async () => {
    await theirs.save('a', 1, never());
    await theirs.keep('a', fileOf('text'), never());
    await ours.forget('a', never());
    expect(await theirs.load('a', never())).to.equal(undefined);
    expect(await text(await theirs.find('a', never()))).to.equal('nothing');
  });

  it('both go on without when a third one removes the database', async () => {
    await theirs.save('a', 1, never());
    await ours.save('b', 1, never());
    await removeDatabase(name);
    const saved = await Promise.allSettled([theirs.save('a', 2, never()), ours.save('b', 2, never())]);
    expect(saved.map(({status}) => status)).to.deep.equal(['rejected', 'rejected']);
    expect((await indexedDB.databases()).map((database) => database.name)).not.to.include(name);
  });

  it('do not open the database before they need it', async () => {
    expect((await indexedDB.databases()).map((database) => database.name)).not.to.include(name);
  });
});

describe('a page that has ended', () => {
  it('leaves what it saved, and the copy of a file that has been removed since', async () => {
    const {file, remove} = await onDisk('text');
    await theirs.save('a', {key: 'k'}, never());
    await theirs.keep('a', file, never());
    page.close();
    await remove();
    expect(await ours.all(never())).to.deep.equal([['a', {key: 'k'}]]);
    expect(await text(await ours.find('a', never()))).to.equal('text');
  });

  it('leaves the way to a file', async () => {
    const {file, write} = await onDisk('text');
    const poor = page.indexedStore({name});
    await poor.save('a', 1, never());
    expect(await poor.keep('a', file, never())).to.equal('handle');
    page.close();
    await write('later');
    expect(await text(await ours.find('a', never()))).to.equal('later');
  });

  it('is in nobody’s way when it ends while it keeps a file', async () => {
    await theirs.save('a', 1, never());
    void theirs.keep('a', fileOf(new Uint8Array(20_000_000)), never()).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 10));
    page.close();
    await ours.save('a', 2, never());
    expect(await ours.load('a', never())).to.equal(2);
    // Whole or not at all.
    const found = await ours.find('a', never());
    expect([0, 20_000_000]).to.include(found.kind === 'file' ? found.blob.size : 0);
  });
});
