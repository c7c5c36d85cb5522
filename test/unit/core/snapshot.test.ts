import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {errorSnapshot, toSnapshot, toTotals, type UploadSnapshot} from '../../../src/core/snapshot.js';
import {Speed} from '../../../src/core/speed.js';
import type {UploadStatus} from '../../../src/core/state.js';
import {Tally} from '../../../src/core/tally.js';
import {ScriptedFile} from '../../support/scripted-file.js';

const tallyOf = (all: readonly UploadSnapshot[]): Tally => {
  const tally = new Tally();
  for (const {status, progress} of all) tally.add(status.name, progress);
  return tally;
};

const error = new UploadError('server', 'HTTP 500.', {status: 500, retryAfter: 1_000, cause: new Error('deep')});
const result = {url: '/x', instant: false, verified: 'digest', digest: 'd', server: null, clientDigest: 'd'} as const;

const kept = {kept: 'record', startedAgain: false} as const;
const snapshot = (status: UploadStatus, confirmed = 100, speed = new Speed()): UploadSnapshot => {
  const progress = {size: 400, hashed: 400, sent: 50, confirmed};
  return toSnapshot({id: 'a', file: new ScriptedFile(400).source, status, progress, ...kept}, speed, 1_000);
};

/** 100 bytes in the second between 0 and 1,000 ms. */
const measured = (): Speed => {
  const speed = new Speed();
  speed.start(0);
  speed.confirmed(100, 1_000);
  return speed;
};

describe('an error as plain data', () => {
  const docs = 'docs/errors.md#server';
  it('has code, words and status, whether a retry can help, and where to read on', () =>
    assert.deepEqual(errorSnapshot(error), {code: 'server', message: 'HTTP 500.', status: 500, retryable: true, docs}));
  it('has no status where there was no answer', () => assert.equal('status' in errorSnapshot(new UploadError('network', 'cut')), false));
  it('says that no retry can help where none can', () => assert.equal(errorSnapshot(new UploadError('too-large', 'no')).retryable, false));
  it('is frozen', () => assert.equal(Object.isFrozen(errorSnapshot(error)), true));
});

describe('a status as plain data', () => {
  const rows: readonly (readonly [UploadStatus, unknown])[] = [
    [{name: 'queued'}, {name: 'queued'}],
    [
      {name: 'sending', verifying: true},
      {name: 'sending', verifying: true},
    ],
    [{name: 'paused'}, {name: 'paused'}],
    [
      {name: 'paused', error},
      {name: 'paused', error: errorSnapshot(error)},
    ],
    [
      {name: 'waiting', error, attempt: 2, until: 99},
      {name: 'waiting', error: errorSnapshot(error), attempt: 2, until: 99},
    ],
    [
      {name: 'failed', error},
      {name: 'failed', error: errorSnapshot(error)},
    ],
    [
      {name: 'done', result},
      {name: 'done', result},
    ],
    [{name: 'canceled'}, {name: 'canceled'}],
    [
      {name: 'interrupted', needs: 'file'},
      {name: 'interrupted', needs: 'file'},
    ],
    [
      {name: 'interrupted', needs: 'access', error},
      {name: 'interrupted', needs: 'access', error: errorSnapshot(error)},
    ],
    [{name: 'elsewhere'}, {name: 'elsewhere'}],
    [
      {name: 'elsewhere', there: 'sending'},
      {name: 'elsewhere', there: 'sending'},
    ],
  ];
  for (const [status, plain] of rows) {
    it(JSON.stringify(plain), () => assert.deepEqual(snapshot(status).status, plain));
    it(`${status.name} survives structured clone`, () => assert.deepEqual(structuredClone(snapshot(status)), snapshot(status)));
    it(`${status.name} is frozen`, () => assert.throws(() => Object.assign(snapshot(status).status, {name: 'done'}), TypeError));
  }
});

describe('a snapshot', () => {
  it('has what a row needs', () => {
    const {id, name, size, type, path, progress} = snapshot({name: 'sending'});
    assert.deepEqual([id, name, size, type, path], ['a', 'a.bin', 400, 'application/octet-stream', '']);
    assert.deepEqual(progress, {size: 400, hashed: 400, sent: 50, confirmed: 100});
  });
  it('has what a later page would find of it', () => assert.equal(snapshot({name: 'sending'}).kept, 'record'));
  it('has whether it had to start again', () => assert.equal(snapshot({name: 'sending'}).startedAgain, false));
  it('has no file: it can be sent anywhere', () =>
    assert.equal('blob' in snapshot({name: 'queued'}) || 'file' in snapshot({name: 'queued'}), false));
  it('has the time that is left while it sends', () => assert.equal(snapshot({name: 'sending'}, 100, measured()).remaining, 3_000));
  for (const name of ['preparing', 'finishing', 'queued'] as const) {
    it(`has no time that is left while it is ${name}`, () => assert.equal(snapshot({name}, 100, measured()).remaining, null));
  }
  it('has no time that is left as long as nothing is known', () => assert.equal(snapshot({name: 'sending'}).remaining, null));
});

describe('totals', () => {
  const all = [
    snapshot({name: 'sending'}),
    snapshot({name: 'failed', error}),
    snapshot({name: 'canceled'}),
    snapshot({name: 'done', result}, 400),
  ];
  const totals = toTotals(tallyOf(all), measured(), 1_000, true);

  it('leave canceled ones out of the bytes', () =>
    assert.deepEqual([totals.size, totals.confirmed, totals.hashed, totals.sent], [1_200, 600, 1_200, 150]));
  it('count every one by its status', () =>
    assert.deepEqual([totals.count.sending, totals.count.failed, totals.count.canceled, totals.count.done], [1, 1, 1, 1]));
  it('say whether the list is held', () => assert.equal(totals.held, true));
  it('have the time that is left while one sends', () => assert.equal(totals.remaining, 6_000));
  it('have none while nobody sends', () =>
    assert.equal(toTotals(tallyOf([snapshot({name: 'queued'})]), measured(), 1_000, false).remaining, null));
});
