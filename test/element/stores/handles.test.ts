import {expect} from '@open-wc/testing';
import type {UploadError} from '../../../src/core/errors.js';
import {indexedStore, type IndexedStore} from '../../../src/stores/indexed.js';
import type {FileOnDisk} from '../../contracts/file-keeper-scene.js';
import {ScriptedAccess} from './access.js';
import {clearDisk, duration, freshName, never, onDisk, rejection, removeDatabase, replace, restoreBrowser} from './scene.js';

const limit = 1_000;

let name: string;
let store: IndexedStore;
let access: ScriptedAccess;
let disk: FileOnDisk;

beforeEach(async () => {
  name = freshName();
  store = indexedStore({name, limit});
  access = new ScriptedAccess();
  disk = await onDisk('text');
  await indexedStore({name}).save('a', 1, never());
  await indexedStore({name}).keep('a', disk.file, never());
});

afterEach(async () => {
  restoreBrowser();
  access.end();
  await removeDatabase(name);
  await clearDisk();
});

const code = async (promise: Promise<unknown>): Promise<string> => ((await rejection(promise)) as UploadError).code;

/** Makes a call on every handle come out so. */
const handlesDo = (call: string, outcome: () => unknown, owner: object = FileSystemHandle.prototype): void =>
  replace(owner, call, {value: outcome});

const fails = (error: string) => async () => {
  throw new DOMException('It cannot be.', error);
};

describe('a person who clicks to allow access', () => {
  beforeEach(() => {
    access.state = 'prompt';
  });

  it('is asked in the same task, when the file was looked for before: browsers ask only shortly after a click', async () => {
    await store.find('a', never());
    const asking = store.ask('a', never());
    expect(access.asked).to.equal(1);
    expect((await asking).kind).to.equal('file');
  });

  it('is asked as well when nobody looked before', async () => {
    expect([(await store.ask('a', never())).kind, access.asked]).to.deep.equal(['file', 1]);
  });

  it('is asked once, though other files are there', async () => {
    await store.save('b', 1, never());
    await store.keep('b', (await onDisk('other')).file, never());
    await store.find('a', never());
    await store.find('b', never());
    await store.ask('b', never());
    expect(access.asked).to.equal(1);
  });

  it('may take longer than the limit', async () => {
    access.answer = undefined;
    const stopping = new AbortController();
    const asking = duration(rejection(store.ask('a', stopping.signal)));
    setTimeout(() => stopping.abort(), 2 * limit);
    expect(await asking).to.be.above(1.5 * limit);
  });

  it('gets the next file that was kept, and not the one before', async () => {
    await store.find('a', never());
    await store.keep('a', (await onDisk('next')).file, never());
    const found = await store.ask('a', never());
    expect(found.kind === 'file' && (await found.blob.text())).to.equal('next');
  });

  it('can be asked by the handle that comes with the file', async () => {
    const found = await store.ask('a', never());
    expect(found.kind === 'file' && found.handle && 'getFile' in found.handle).to.equal(true);
  });

  for (const error of ['SecurityError', 'NotAllowedError']) {
    it(`finds the file locked when the browser does not ask (${error})`, async () => {
      handlesDo('requestPermission', fails(error));
      expect(await store.ask('a', never())).to.deep.equal({kind: 'locked'});
    });
  }
});

describe('a browser that has handles and no permissions', () => {
  beforeEach(() => {
    handlesDo('queryPermission', undefined as unknown as () => unknown);
    handlesDo('requestPermission', undefined as unknown as () => unknown);
  });

  it('gives the file without asking', async () => {
    expect((await store.find('a', never())).kind).to.equal('file');
    expect((await store.ask('a', never())).kind).to.equal('file');
  });
});

describe('a file that cannot be opened', () => {
  for (const error of ['NotAllowedError', 'SecurityError']) {
    it(`is locked when access is refused after all (${error})`, async () => {
      handlesDo('getFile', fails(error), FileSystemFileHandle.prototype);
      expect(await store.find('a', never())).to.deep.equal({kind: 'locked'});
    });
  }

  for (const error of ['NotFoundError', 'NotReadableError', 'AbortError']) {
    it(`cannot be read when the browser says ${error}`, async () => {
      handlesDo('getFile', fails(error), FileSystemFileHandle.prototype);
      expect(await code(store.find('a', never()))).to.equal('file-unreadable');
      expect(await code(store.ask('a', never()))).to.equal('file-unreadable');
    });
  }

  it('counts as one that cannot be read when the disk gives no answer', async () => {
    handlesDo('getFile', () => new Promise(() => undefined), FileSystemFileHandle.prototype);
    expect(await code(store.find('a', never()))).to.equal('file-unreadable');
    expect(await code(store.ask('a', never()))).to.equal('file-unreadable');
  });

  it('counts as one that cannot be read when the browser does not say whether it may be', async () => {
    handlesDo('queryPermission', () => new Promise(() => undefined));
    expect(await code(store.find('a', never()))).to.equal('file-unreadable');
  });

  it('is not waited for when the search is aborted', async () => {
    const [stopping, reason] = [new AbortController(), new Error('paused')];
    handlesDo('getFile', () => stopping.abort(reason), FileSystemFileHandle.prototype);
    expect(await rejection(store.find('a', stopping.signal))).to.equal(reason);
  });
});
