import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {UploadError} from '../../../src/core/errors.js';
import {UploadRecord, type RecordState} from '../../../src/core/record.js';
import {toSavedUpload} from '../../../src/core/read-saved.js';
import {toJson, type SavedDigests, type SavedUpload} from '../../../src/core/saved-upload.js';
import {SeenStore} from '../../../src/core/seen-store.js';
import '../../support/all-loaded.js';
import {FakeClock, settle} from '../../support/fake-clock.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedStore} from '../../support/scripted-store.js';

const signal = new AbortController().signal;
const file = new ScriptedFile(400).source;
const {name, type, size, lastModified, path, identity} = file;
const facts = {name, type, size, lastModified, path, identity};
const sevenDays = 7 * 86_400_000;
let store = new ScriptedStore();
let clock = new FakeClock();
let warnings: UploadError[] = [];
/** What was told, each time, of whether a later page will find it. */
let told: boolean[] = [];
let state: RecordState = {confirmed: 0, digests: undefined, paused: false};
let record = newRecord();

function newRecord(page = 'this'): UploadRecord {
  return new UploadRecord('one', {
    ...{store: new SeenStore(store), clock, file, page, state: () => state},
    claim: () => Promise.resolve(true),
    onStored: () => told.push(record.stored),
    warn: (error) => warnings.push(error),
  });
}

const saved = async (): Promise<SavedUpload | undefined> => toSavedUpload(await store.load('one', signal));
const saves = (): number => store.calls.filter(({call}) => call === 'save').length;
const md5 = (...list: readonly (string | undefined)[]): SavedDigests => ({algorithm: 'md5', blockSize: 100, list});

/** What another page has left. */
const left: SavedUpload = {
  key: 'f'.repeat(32),
  remote: {id: 'u1'},
  page: 'earlier',
  file: facts,
  confirmed: 200,
  digests: md5('aa', 'bb', undefined),
  paused: true,
  created: 0,
  expires: 0,
};
const leave = (upload: SavedUpload = left): Promise<void> => store.save('one', toJson(upload), signal);

beforeEach(async () => {
  store = new ScriptedStore();
  clock = new FakeClock();
  warnings = [];
  told = [];
  state = {confirmed: 0, digests: undefined, paused: false};
  record = newRecord();
});

describe('what is saved of an upload', () => {
  beforeEach(() => record.prepare(signal));

  it('is the file without its bytes', async () => {
    assert.deepEqual((await saved())?.file, facts);
  });
  it('is who has saved it', async () => assert.equal((await saved())?.page, 'this'));
  it('is worth something for seven days', async () => assert.equal((await saved())?.expires, clock.today() + sevenDays));
  it('is how far it is', async () => {
    state = {confirmed: 300, digests: md5('aa'), paused: true};
    record.opened({id: 'u1'}, signal);
    const {confirmed, digests, paused} = (await saved()) ?? {};
    assert.deepEqual([confirmed, digests, paused], [300, md5('aa'), true]);
  });
  it('keeps when it was begun, whenever it is saved again', async () => {
    const begun = clock.today();
    await clock.advance(5_000);
    record.opened({id: 'u1'}, signal);
    assert.equal((await saved())?.created, begun);
  });
  it('is worth seven days more whenever it is saved again', async () => {
    await clock.advance(sevenDays / 2);
    record.opened({id: 'u1'}, signal);
    assert.equal((await saved())?.expires, clock.today() + sevenDays);
  });
});

describe('an upload that moves on', () => {
  beforeEach(async () => {
    await record.prepare(signal);
    state = {...state, confirmed: 100};
    record.moved();
  });

  it('is not saved at once', async () => {
    await clock.advance(999);
    assert.equal(saves(), 1);
  });
  it('is saved a second later', async () => {
    await clock.advance(1_000);
    assert.deepEqual([saves(), (await saved())?.confirmed], [2, 100]);
  });
  it('is saved once a second, however often it moves', async () => {
    for (let ms = 0; ms < 10_000; ms += 50) {
      await clock.advance(50);
      record.moved();
    }
    assert.ok(saves() <= 11, `${saves()} times`);
  });
  it('is saved as it is by then', async () => {
    await clock.advance(500);
    state = {...state, confirmed: 250};
    record.moved();
    await clock.advance(500);
    assert.deepEqual([saves(), (await saved())?.confirmed], [2, 250]);
  });
  it('is not saved again when it does not move', async () => {
    await clock.advance(60_000);
    assert.equal(saves(), 2);
  });
  it('is saved again when it moves again', async () => {
    await clock.advance(1_000);
    record.moved();
    await clock.advance(1_000);
    assert.equal(saves(), 3);
  });
  it('is not saved any more after it was forgotten', async () => {
    await record.forget(signal);
    record.moved();
    await clock.advance(60_000);
    assert.deepEqual([await saved(), clock.sleepers], [undefined, 0]);
  });
  it('is not saved any more when another tab has it', async () => {
    record.leave();
    record.moved();
    await clock.advance(60_000);
    assert.deepEqual([saves(), clock.sleepers], [1, 0]);
  });
  it('is saved at once when it stops', async () => {
    record.stopped();
    await settle();
    assert.deepEqual([saves(), (await saved())?.confirmed, clock.sleepers], [2, 100, 0]);
  });
  it('is not saved any more because it stops, when it was forgotten', async () => {
    await record.forget(signal);
    record.stopped();
    await settle();
    assert.equal(await saved(), undefined);
  });
  it('is not saved when it is forgotten in the moment in which it stops', async () => {
    record.stopped();
    await record.forget(signal);
    await settle();
    assert.equal(await saved(), undefined);
  });
  it('is not saved when it is left alone', async () => {
    record.rest();
    await clock.advance(60_000);
    assert.equal(saves(), 1);
  });
});

describe('an upload of which nothing is saved yet', () => {
  it('is not saved because it moves', async () => {
    record.moved();
    await clock.advance(5_000);
    assert.equal(saves(), 0);
  });
  it('is not saved because it stops before anything of it was under way', async () => {
    record.stopped();
    await clock.advance(5_000);
    assert.equal(saves(), 0);
  });
  it('cannot be found by a later page', () => assert.equal(record.stored, false));
  it('can be found as soon as it is prepared', async () => {
    await record.prepare(signal);
    assert.equal(record.stored, true);
  });
  it('cannot be found where the store refuses it', async () => {
    store.breaks('save');
    await record.prepare(signal);
    assert.equal(record.stored, false);
  });
  it('cannot be found any more when it was forgotten', async () => {
    await record.prepare(signal);
    await record.forget(signal);
    assert.equal(record.stored, false);
  });
});

describe('whether a later page will find an upload', () => {
  /** Nothing of it was saved before it was under way. */
  const isUnderWay = (): void => record.saveLater();

  it('is told when it is saved for the first time', async () => {
    isUnderWay();
    await clock.advance(1_000);
    assert.deepEqual(told, [true]);
  });
  it('is told at once when it stops', async () => {
    isUnderWay();
    record.stopped();
    await settle();
    assert.deepEqual(told, [true]);
  });
  it('is not told again when it is saved again', async () => {
    isUnderWay();
    await clock.advance(1_000);
    record.stopped();
    await settle();
    assert.deepEqual([saves(), told], [2, [true]]);
  });
  it('is told when the store refuses it from now on', async () => {
    isUnderWay();
    await clock.advance(1_000);
    store.breaks('save');
    record.stopped();
    await settle();
    assert.deepEqual(told, [true, false]);
  });
  it('is no, whatever was being written, when it is forgotten meanwhile', async () => {
    const save = store.save.bind(store);
    let written: () => void = () => undefined;
    store.save = async (...what) => {
      await save(...what);
      await new Promise<void>((resolve) => (written = resolve));
    };
    isUnderWay();
    record.stopped();
    await settle();
    const forgotten = record.forget(signal);
    written();
    await forgotten;
    await settle();
    assert.deepEqual([record.stored, told, await saved()], [false, [], undefined]);
  });
});

describe('what an earlier page has left', () => {
  beforeEach(() => leave());

  it('is gone on with when it is prepared', async () => {
    await record.prepare(signal);
    assert.deepEqual([record.key, record.remote, record.repeated, record.stored], [left.key, left.remote, true, true]);
  });
  it('is not saved anew because it was read', async () => {
    await record.prepare(signal);
    assert.equal(saves(), 1);
  });
  it('is found', async () => assert.deepEqual(await record.find(signal), left));
  it('is found again each time: another tab may have moved it on', async () => {
    await record.find(signal);
    await leave({...left, remote: {id: 'u2'}, confirmed: 300});
    assert.deepEqual([(await record.find(signal))?.confirmed, record.remote], [300, {id: 'u2'}]);
  });
  it('is read again after another tab had it', async () => {
    await record.prepare(signal);
    record.leave();
    await leave({...left, remote: {id: 'u2'}});
    await record.prepare(signal);
    assert.deepEqual(record.remote, {id: 'u2'});
  });
  it('may be over by now: then nothing is found', async () => {
    await store.forget('one', signal);
    assert.equal(await record.find(signal), undefined);
  });
  it('proves nothing of the file', async () => {
    await record.prepare(signal);
    assert.deepEqual(record.unproven, left);
  });
  it('is proven once', async () => {
    await record.prepare(signal);
    record.proven();
    assert.deepEqual([record.isProven, record.unproven, record.found], [true, undefined, left]);
  });
  it('is in doubt again when another file is given', async () => {
    await record.prepare(signal);
    record.proven();
    record.doubt();
    assert.deepEqual([record.isProven, record.unproven], [false, left]);
  });
  it('is in doubt again when it was read again', async () => {
    await record.prepare(signal);
    record.proven();
    await record.find(signal);
    assert.deepEqual(record.unproven, left);
  });
  it("is somebody else's", async () => {
    await record.prepare(signal);
    assert.equal(record.isOwn, false);
  });
  it("is this list's own where that had saved it", async () => {
    await leave({...left, page: 'this'});
    await record.prepare(signal);
    assert.equal(record.isOwn, true);
  });
  it('is of no use any more when the server has lost it', async () => {
    await record.prepare(signal);
    await record.renew(signal);
    assert.deepEqual([record.found, record.unproven, record.isOwn], [undefined, undefined, false]);
  });
});

describe('digests of a file that may be another one', () => {
  const digestsAfter = async (act: () => void): Promise<SavedDigests | undefined> => {
    await leave();
    await record.prepare(signal);
    state = {...state, digests: md5('a1', undefined, 'c3')};
    act();
    record.opened({id: 'u1'}, signal);
    return (await saved())?.digests;
  };

  it('are not saved: those of the file that the server has stay', async () =>
    assert.deepEqual(await digestsAfter(() => undefined), left.digests));
  it('are saved as soon as it is known to be the same', async () =>
    assert.deepEqual(await digestsAfter(() => record.proven()), md5('a1', undefined, 'c3')));
  it('are not saved of blocks that nobody could compare', async () =>
    assert.deepEqual(await digestsAfter(() => record.proven(new Set([2]))), md5('a1', undefined, undefined)));
  it('are saved of all blocks when the server has lost what it had', async () => {
    await leave();
    await record.prepare(signal);
    state = {...state, digests: md5('a1', undefined, 'c3')};
    record.proven(new Set([2]));
    await record.renew(signal);
    assert.deepEqual((await saved())?.digests, md5('a1', undefined, 'c3'));
  });
  it('are not saved any more when it is in doubt again', async () => {
    const doubted = await digestsAfter(() => {
      record.proven();
      record.doubt();
    });
    assert.deepEqual(doubted, left.digests);
  });
});

describe('a store that fails while the upload moves on', () => {
  it('is told of once', async () => {
    store.breaks('save');
    await record.prepare(signal);
    for (let times = 0; times < 5; times += 1) {
      record.moved();
      await clock.advance(1_000);
    }
    assert.deepEqual(
      warnings.map(({code}) => code),
      ['storage-unavailable'],
    );
  });
  it('and then works again, saves again', async () => {
    const save = store.save.bind(store);
    store.save = () => Promise.reject(new Error('full'));
    await record.prepare(signal);
    store.save = save;
    record.moved();
    await clock.advance(1_000);
    await settle();
    assert.deepEqual([record.stored, (await saved())?.key], [true, record.key]);
  });
});
