import {expect} from '@open-wc/testing';
import {indexedStore, type IndexedStore} from '../../../src/stores/indexed.js';
import {freshName, never, removeDatabase, replace, restoreBrowser} from './scene.js';

let name: string;
let store: IndexedStore;
/** How often a database was asked for. */
let opened: number;

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

beforeEach(() => {
  name = freshName();
  store = indexedStore({name});
  opened = 0;
  const {open} = IDBFactory.prototype;
  replace(IDBFactory.prototype, 'open', {
    value(this: IDBFactory, ...args: Parameters<IDBFactory['open']>) {
      opened += 1;
      return open.apply(this, args);
    },
  });
});

afterEach(async () => {
  restoreBrowser();
  await removeDatabase(name);
});

describe('a store', () => {
  it('opens nothing by itself', async () => {
    await later();
    expect(opened).to.equal(0);
  });

  it('opens its database when it is prepared, and not again for the first call', async () => {
    store.prepare?.();
    expect(opened).to.equal(1);
    await store.save('key', 'record', never());
    expect([opened, await store.load('key', never())]).to.deep.equal([1, 'record']);
  });

  it('is prepared once, however often it is told', async () => {
    for (let time = 0; time < 3; time += 1) store.prepare?.();
    await later();
    expect(opened).to.equal(1);
  });

  it('says nothing when its database cannot be opened: the first call does', async () => {
    replace(window, 'indexedDB', {value: undefined});
    const told: unknown[] = [];
    const listen = ({reason}: PromiseRejectionEvent): void => void told.push(reason);
    window.addEventListener('unhandledrejection', listen);
    store.prepare?.();
    await later();
    window.removeEventListener('unhandledrejection', listen);
    expect(told).to.deep.equal([]);
    const code = await store.save('key', 'record', never()).catch((error: {code: string}) => error.code);
    expect(code).to.equal('storage-unavailable');
  });
});
