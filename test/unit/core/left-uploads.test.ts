import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import type {Json} from '../../../src/core/ports.js';
import {leftUploads} from '../../../src/core/left-uploads.js';
import {keyOf} from '../../../src/core/saved-uploads.js';
import {settle} from '../../support/fake-clock.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedPages} from '../../support/scripted-pages.js';
import {ScriptedStore} from '../../support/scripted-store.js';

const limit = {timeout: 20_000};
const signal = new AbortController().signal;
const {name, type, size, lastModified, path, identity} = new ScriptedFile(400).source;
const file = {name, type, size, lastModified, path, identity};
let store = new ScriptedStore();

const save = (key: string, more: Record<string, Json> = {}): Promise<void> =>
  store.save(key, {key: 'f'.repeat(32), remote: null, file, expires: 1_000, ...more}, signal);
const left = async (today = 0): Promise<readonly string[]> =>
  (await leftUploads(await store.all(signal), store, 'list', today, signal)).map(({storeKey}) => storeKey);

beforeEach(() => {
  store = new ScriptedStore();
});

describe('what is left in a store', () => {
  it('is found by its scope', async () => {
    await save(keyOf('list', 'a'));
    await save(keyOf('list', 'b'));
    await save(keyOf('another', 'c'));
    await save('d');
    assert.deepEqual(await left(), [keyOf('list', 'a'), keyOf('list', 'b')]);
  });
  it('is listed in the order in which it was begun', async () => {
    await save(keyOf('list', 'a'), {created: 30});
    await save(keyOf('list', 'b'), {created: 10});
    await save(keyOf('list', 'c'), {created: 20});
    assert.deepEqual(await left(), [keyOf('list', 'b'), keyOf('list', 'c'), keyOf('list', 'a')]);
  });
  it('has the facts of its file', async () => {
    await save(keyOf('list', 'a'));
    assert.deepEqual(await leftUploads(await store.all(signal), store, 'list', 0, signal), [{storeKey: keyOf('list', 'a'), file}]);
  });
  it('is passed over where it is no record', async () => {
    await store.save(keyOf('list', 'a'), 'text', signal);
    assert.deepEqual(await left(), []);
  });
  it('is passed over where it does not say of which file it is, and stays: the same file may be added again', async () => {
    await save(keyOf('list', 'a'), {file: null});
    assert.deepEqual([await left(), (await store.all(signal)).length], [[], 1]);
  });
  it('is still there in the millisecond before it expires', async () => {
    await save(keyOf('list', 'a'));
    assert.equal((await left(999)).length, 1);
  });
  it('is thrown away when it expires', async () => {
    await save(keyOf('list', 'a'));
    assert.deepEqual([await left(1_000), await store.all(signal)], [[], []]);
  });
  it('is not thrown away by another list', async () => {
    await save(keyOf('another', 'a'));
    await left(1_000);
    assert.equal((await store.all(signal)).length, 1);
  });
  it('cannot be listed where the store fails', async () => {
    store.breaks('all');
    await assert.rejects(left(), /quota/);
  });
});

describe('digesting a file of three blocks that an earlier page had begun to digest', limit, () => {
  /** What the next page digests, when it finds these digests of the earlier one. */
  const digested = async (keep: (index: number) => boolean): Promise<readonly number[]> => {
    const pages = new ScriptedPages({parts: {preferred: BLOCK_SIZE, max: BLOCK_SIZE}});
    await pages.leftBehind(2 * BLOCK_SIZE + 100, BLOCK_SIZE);
    const [[key, json] = ['', null]] = await pages.store.all(signal);
    const {digests, ...rest} = json as {digests: {list: string}};
    const list = digests.list.split(',').map((one, index) => (keep(index) ? one : ''));
    await pages.store.save(key, {...rest, digests: {...digests, list: list.join()}}, signal);
    const page = pages.load();
    await page.restore();
    page.uploader.resume();
    await settle();
    assert.deepEqual(page.statuses, ['done']);
    return [...page.hasher.digested].sort();
  };

  it('goes on after the blocks that are digested, where the browser has a copy', async () => {
    assert.deepEqual(await digested((index) => index === 0), [1, 2]);
  });
  it('digests nothing where all are', async () => {
    assert.deepEqual(await digested(() => true), []);
  });
  it('digests everything where none is', async () => {
    assert.deepEqual(await digested(() => false), [0, 1, 2]);
  });
});
