import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {UploadError} from '../../../src/core/errors.js';
import type {Json} from '../../../src/core/ports.js';
import {UploadRecord} from '../../../src/core/record.js';
import {toSavedUpload} from '../../../src/core/read-saved.js';
import {SeenStore} from '../../../src/core/seen-store.js';
import '../../support/all-loaded.js';
import {FakeClock} from '../../support/fake-clock.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedStore, type StoreCall} from '../../support/scripted-store.js';

const signal = new AbortController().signal;
let store = new ScriptedStore();
let warnings: UploadError[] = [];
const file = new ScriptedFile(400).source;
const state = {confirmed: 0, digests: undefined, paused: false};
const newRecord = (): UploadRecord =>
  new UploadRecord('one', {
    ...{store: new SeenStore(store), clock: new FakeClock(), file, page: 'this', state: () => state},
    claim: () => Promise.resolve(true),
    onStored: () => undefined,
    warn: (error) => warnings.push(error),
  });
const saved = (): Promise<Json | undefined> => store.load('one', signal);
/** The key and the remote that are saved. */
const savedFor = async (): Promise<readonly unknown[]> => {
  const {key, remote} = toSavedUpload(await saved()) ?? {};
  return [key, remote];
};

beforeEach(() => {
  store = new ScriptedStore();
  warnings = [];
});

describe('a file that was never uploaded', () => {
  let record = newRecord();

  beforeEach(async () => {
    record = newRecord();
    await record.prepare(signal);
  });

  it('has a key of 128 random bits', () => assert.match(record.key, /^[0-9a-f]{32}$/));
  it('has a key that no other has', () => assert.notEqual(record.key, newRecord().key));
  it('has its key saved before anybody hears of it', async () => assert.deepEqual(await savedFor(), [record.key, undefined]));
  it('has no remote', () => assert.equal(record.remote, undefined));
  it('is unknown to the server', () => assert.equal(record.repeated, false));
  it('may be known to the server as soon as the key was used', () => {
    record.used();
    assert.equal(record.repeated, true);
  });
});

describe('an upload that was opened', () => {
  let record = newRecord();

  beforeEach(async () => {
    record = newRecord();
    await record.prepare(signal);
    record.opened({id: 'u1'}, signal);
  });

  it('has its remote', () => assert.deepEqual(record.remote, {id: 'u1'}));
  it('has it saved with the key', async () => assert.deepEqual(await savedFor(), [record.key, {id: 'u1'}]));
  it('keeps the key', async () => {
    const {key} = record;
    record.opened({id: 'u1', counter: 2}, signal);
    assert.equal(record.key, key);
  });
  it('is found by the next page', async () => {
    const later = newRecord();
    await later.prepare(signal);
    assert.deepEqual([later.key, later.remote, later.repeated], [record.key, {id: 'u1'}, true]);
  });
  it('is read once only', async () => {
    await record.prepare(signal);
    assert.equal(store.calls.filter(({call}) => call === 'load').length, 1);
  });
  it('is not there any more when it is forgotten', async () => {
    await record.forget(signal);
    assert.equal(await saved(), undefined);
  });
});

describe('a page that ended before the server answered', () => {
  it('leaves the key: the next page asks with the same one', async () => {
    const first = newRecord();
    await first.prepare(signal);
    const second = newRecord();
    await second.prepare(signal);
    assert.deepEqual([second.key, second.repeated, second.remote], [first.key, true, undefined]);
  });
});

describe('a server that lost the upload', () => {
  it('gets a new key', async () => {
    const record = newRecord();
    await record.prepare(signal);
    record.opened({id: 'u1'}, signal);
    const {key} = record;
    await record.renew(signal);
    assert.notEqual(record.key, key);
    assert.equal(record.remote, undefined);
    assert.equal(record.repeated, false);
    assert.deepEqual(await savedFor(), [record.key, undefined]);
  });
});

describe('something saved that is no record', () => {
  const shapes: readonly Json[] = [
    null,
    true,
    7,
    'text',
    [],
    [1, 2],
    {},
    {key: 5, remote: null},
    {remote: {id: 'u1'}},
    {key: '0123456789abcdef0123456789abcde'},
    {key: '0123456789ABCDEF0123456789ABCDEF'},
    {key: '', remote: {id: 'u1'}},
    {key: 'evil"\r\nX-Header: 1', remote: {id: 'u1'}},
  ];
  for (const shape of shapes) {
    it(`${JSON.stringify(shape)} counts as nothing`, async () => {
      await store.save('one', shape, signal);
      const record = newRecord();
      await record.prepare(signal);
      assert.match(record.key, /^[0-9a-f]{32}$/);
      assert.equal(record.remote, undefined);
      assert.equal(record.repeated, false);
    });
  }
  it('is overwritten', async () => {
    await store.save('one', 'text', signal);
    const record = newRecord();
    await record.prepare(signal);
    assert.deepEqual(await savedFor(), [record.key, undefined]);
  });
  it('is no reason to warn', async () => {
    await store.save('one', 'text', signal);
    await newRecord().prepare(signal);
    assert.deepEqual(warnings, []);
  });
});

describe('a store that fails', () => {
  const life = async (): Promise<UploadRecord> => {
    const record = newRecord();
    await record.prepare(signal);
    record.opened({id: 'u1'}, signal);
    await record.renew(signal);
    record.opened({id: 'u2'}, signal);
    await record.forget(signal);
    return record;
  };
  const ways: readonly (readonly StoreCall[])[] = [['load'], ['save'], ['forget'], ['load', 'save', 'forget']];
  for (const calls of ways) {
    it(`at ${calls.join(', ')}: the upload goes on`, async () => {
      store.breaks(...calls);
      assert.deepEqual((await life()).remote, {id: 'u2'});
    });
    it(`at ${calls.join(', ')}: there is one warning`, async () => {
      store.breaks(...calls);
      await life();
      assert.deepEqual(
        warnings.map(({code}) => code),
        ['storage-unavailable'],
      );
    });
  }
  it('is named in the warning, with its own error as the cause', async () => {
    store.breaks('save');
    await life();
    assert.match(warnings[0]?.message ?? '', /cannot be remembered/);
    assert.equal((warnings[0]?.cause as Error).name, 'QuotaExceededError');
  });
  it('does not change the key of this page', async () => {
    store.breaks('load', 'save');
    const record = newRecord();
    await record.prepare(signal);
    const {key} = record;
    await record.prepare(signal);
    assert.equal(record.key, key);
  });
});

describe('being stopped while the store works', () => {
  it('is no warning', async () => {
    const record = newRecord();
    await assert.rejects(record.prepare(AbortSignal.abort(new Error('paused'))), /paused/);
    assert.deepEqual(warnings, []);
  });
  it('is no reason not to read it the next time', async () => {
    await store.save('one', {key: 'f'.repeat(32), remote: {id: 'u1'}}, signal);
    const record = newRecord();
    await assert.rejects(record.prepare(AbortSignal.abort()));
    await record.prepare(signal);
    assert.deepEqual(record.remote, {id: 'u1'});
  });
});
