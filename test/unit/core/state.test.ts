import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError, type UploadErrorCode} from '../../../src/core/errors.js';
import type {UploadResult} from '../../../src/core/ports.js';
import {allows, hasStopped, isOver, isRunning, isSettled, next, unreachable} from '../../../src/core/state.js';
import type {Needs, UploadAction, UploadStatus} from '../../../src/core/state.js';

const network = new UploadError('network', 'gone');
const otherFile = new UploadError('other-file', 'not this one');
const result: UploadResult = {url: '/x', instant: false, verified: 'digest', digest: 'd', server: null, clientDigest: 'd'};

const statuses: Record<UploadStatus['name'], UploadStatus> = {
  queued: {name: 'queued'},
  preparing: {name: 'preparing'},
  sending: {name: 'sending'},
  finishing: {name: 'finishing'},
  paused: {name: 'paused'},
  waiting: {name: 'waiting', error: network, attempt: 1, until: 10},
  failed: {name: 'failed', error: network},
  done: {name: 'done', result},
  canceled: {name: 'canceled'},
  interrupted: {name: 'interrupted', needs: 'nothing'},
  elsewhere: {name: 'elsewhere', there: 'sending'},
};

const actions: Record<UploadAction['type'], UploadAction> = {
  start: {type: 'start'},
  opened: {type: 'opened'},
  verifying: {type: 'verifying'},
  'sent-all': {type: 'sent-all'},
  missing: {type: 'missing'},
  lost: {type: 'lost'},
  held: {type: 'held'},
  interrupted: {type: 'interrupted', needs: 'file'},
  elsewhere: {type: 'elsewhere', there: 'finishing'},
  claimed: {type: 'claimed'},
  finished: {type: 'finished', result},
  failed: {type: 'failed', error: network},
  postponed: {type: 'postponed', error: network, attempt: 2, until: 99},
  pause: {type: 'pause'},
  resume: {type: 'resume'},
  retry: {type: 'retry'},
  cancel: {type: 'cancel'},
};

/** DESIGN's diagram, written a second time: from, what happens, to. Everything that is not here is illegal. */
const rows: readonly (readonly [UploadStatus['name'], UploadAction['type'], UploadStatus['name']])[] = [
  ['queued', 'start', 'preparing'],
  ['queued', 'pause', 'paused'],
  ['queued', 'cancel', 'canceled'],
  ['preparing', 'opened', 'sending'],
  ['preparing', 'lost', 'preparing'],
  ['preparing', 'finished', 'done'],
  ['preparing', 'failed', 'failed'],
  ['preparing', 'postponed', 'waiting'],
  ['preparing', 'held', 'queued'],
  ['preparing', 'pause', 'paused'],
  ['preparing', 'cancel', 'canceled'],
  ['sending', 'verifying', 'sending'],
  ['sending', 'sent-all', 'finishing'],
  ['sending', 'lost', 'preparing'],
  ['sending', 'finished', 'done'],
  ['sending', 'failed', 'failed'],
  ['sending', 'postponed', 'waiting'],
  ['sending', 'held', 'queued'],
  ['sending', 'pause', 'paused'],
  ['sending', 'cancel', 'canceled'],
  ['finishing', 'missing', 'sending'],
  ['finishing', 'lost', 'preparing'],
  ['finishing', 'finished', 'done'],
  ['finishing', 'failed', 'failed'],
  ['finishing', 'postponed', 'waiting'],
  ['finishing', 'held', 'queued'],
  ['finishing', 'pause', 'paused'],
  ['finishing', 'cancel', 'canceled'],
  ['paused', 'resume', 'queued'],
  ['paused', 'cancel', 'canceled'],
  ['waiting', 'retry', 'queued'],
  ['waiting', 'pause', 'paused'],
  ['waiting', 'cancel', 'canceled'],
  ['failed', 'retry', 'queued'],
  ['failed', 'pause', 'paused'],
  ['failed', 'cancel', 'canceled'],
  // The file that was given turns out to be another one.
  ['preparing', 'interrupted', 'interrupted'],
  ['sending', 'interrupted', 'interrupted'],
  ['finishing', 'interrupted', 'interrupted'],
  // An earlier page has left it: what it needs becomes known, it gets its file, or the server had everything all along.
  ['interrupted', 'interrupted', 'interrupted'],
  ['interrupted', 'resume', 'queued'],
  ['interrupted', 'finished', 'done'],
  ['interrupted', 'elsewhere', 'elsewhere'],
  ['interrupted', 'cancel', 'canceled'],
  // Another tab has it, or takes it.
  ['queued', 'elsewhere', 'elsewhere'],
  ['preparing', 'elsewhere', 'elsewhere'],
  ['sending', 'elsewhere', 'elsewhere'],
  ['finishing', 'elsewhere', 'elsewhere'],
  ['paused', 'elsewhere', 'elsewhere'],
  ['waiting', 'elsewhere', 'elsewhere'],
  ['failed', 'elsewhere', 'elsewhere'],
  // The other tab tells of it, lets go, is through with it, or leaves it without its file.
  ['elsewhere', 'elsewhere', 'elsewhere'],
  ['elsewhere', 'claimed', 'queued'],
  ['elsewhere', 'finished', 'done'],
  ['elsewhere', 'interrupted', 'interrupted'],
  ['elsewhere', 'pause', 'paused'],
  ['elsewhere', 'cancel', 'canceled'],
];

const names = Object.keys(statuses) as UploadStatus['name'][];
const types = Object.keys(actions) as UploadAction['type'][];
const personal: readonly UploadAction['type'][] = ['pause', 'resume', 'retry', 'cancel'];
const isLegal = (from: UploadStatus['name'], type: UploadAction['type']): boolean =>
  rows.some(([name, what]) => name === from && what === type);

describe('a legal step', () => {
  for (const [from, type, to] of rows) {
    it(`${from} --${type}--> ${to}`, () => assert.equal(next(statuses[from], actions[type]).name, to));
    it(`${type} is allowed when ${from}`, () => assert.equal(allows(statuses[from], type), true));
  }
});

describe('what a person asks for and is not possible', () => {
  for (const from of names) {
    for (const type of personal.filter((one) => !isLegal(from, one))) {
      it(`${type} does nothing when ${from}: the same object comes back`, () =>
        assert.equal(next(statuses[from], actions[type]), statuses[from]));
      it(`${type} is not allowed when ${from}`, () => assert.equal(allows(statuses[from], type), false));
    }
  }
});

describe('what a run reports and cannot be', () => {
  for (const from of names) {
    for (const type of types.filter((one) => !personal.includes(one) && !isLegal(from, one))) {
      it(`${type} throws when ${from}`, () =>
        assert.throws(() => next(statuses[from], actions[type]), {
          name: 'TypeError',
          message: `"${type}" cannot happen to an upload that is ${from}`,
        }));
    }
  }
});

describe('what a status carries along', () => {
  it('a failure carries its error', () => assert.deepEqual(next({name: 'sending'}, actions.failed), {name: 'failed', error: network}));

  it('done carries the result', () => assert.deepEqual(next({name: 'finishing'}, actions.finished), {name: 'done', result}));

  it('waiting carries error, attempt and time', () =>
    assert.deepEqual(next({name: 'sending'}, actions.postponed), {name: 'waiting', error: network, attempt: 2, until: 99}));

  it('pausing a failed upload keeps the error', () =>
    assert.deepEqual(next(statuses.failed, actions.pause), {name: 'paused', error: network}));

  it('pausing a waiting upload keeps the error', () =>
    assert.deepEqual(next(statuses.waiting, actions.pause), {name: 'paused', error: network}));

  it('pausing a sending upload leaves no error behind', () => assert.deepEqual(next({name: 'sending'}, actions.pause), {name: 'paused'}));

  it('resuming forgets the error', () => assert.deepEqual(next({name: 'paused', error: network}, actions.resume), {name: 'queued'}));

  it('the last part that waits for its proof is told as verifying', () =>
    assert.deepEqual(next({name: 'sending'}, actions.verifying), {name: 'sending', verifying: true}));

  it('a server that lacks something ends verifying', () => assert.deepEqual(next({name: 'finishing'}, actions.missing), {name: 'sending'}));
});

describe('a failure that no retry can mend', () => {
  const hopeless: readonly UploadErrorCode[] = ['rejected', 'too-large', 'file-changed', 'other-file'];
  for (const code of hopeless) {
    const failed: UploadStatus = {name: 'failed', error: new UploadError(code, 'no')};
    it(`${code}: cannot be paused`, () => assert.equal(next(failed, actions.pause), failed));
    it(`${code}: cannot be tried again`, () => assert.equal(next(failed, actions.retry), failed));
    it(`${code}: is not taken up by another tab`, () => assert.equal(allows(failed, 'elsewhere'), false));
    it(`${code}: can be canceled`, () => assert.equal(next(failed, actions.cancel).name, 'canceled'));
  }
});

describe('an interrupted upload', () => {
  const interrupted = (needs: Needs): UploadStatus => ({name: 'interrupted', needs});

  it('says what it needs', () => assert.deepEqual(next(statuses.preparing, actions.interrupted), interrupted('file')));
  it('says why its file was not taken', () => {
    const action: UploadAction = {type: 'interrupted', needs: 'file', error: otherFile};
    assert.deepEqual(next(statuses.preparing, action), {name: 'interrupted', needs: 'file', error: otherFile});
  });
  it('forgets why as soon as something else is known of it', () => {
    const refused: UploadStatus = {name: 'interrupted', needs: 'file', error: otherFile};
    assert.deepEqual(next(refused, {type: 'interrupted', needs: 'access'}), interrupted('access'));
  });
  for (const needs of ['access', 'file'] as const) {
    it(`that needs ${needs === 'file' ? 'its file' : 'access'} does not go on when it is only told to`, () => {
      const status = interrupted(needs);
      assert.equal(next(status, actions.resume), status);
    });
    it(`that needs ${needs === 'file' ? 'its file' : 'access'} needs nothing any more when its file is given`, () =>
      assert.deepEqual(next(interrupted(needs), {type: 'interrupted', needs: 'nothing'}), interrupted('nothing')));
  }
  it('cannot be paused: it does not move', () => assert.equal(allows(interrupted('nothing'), 'pause'), false));
});

describe('an upload that another tab has', () => {
  it('tells how it is there', () => assert.deepEqual(next(statuses.sending, actions.elsewhere), {name: 'elsewhere', there: 'finishing'}));
  it('tells nothing of it as long as nothing was heard', () =>
    assert.deepEqual(next(statuses.queued, {type: 'elsewhere'}), {name: 'elsewhere'}));
  it('does not carry along what had stopped it here', () =>
    assert.deepEqual(next(statuses.failed, {type: 'elsewhere'}), {name: 'elsewhere'}));
  it('does not go on because it is told to here', () => {
    assert.equal(allows(statuses.elsewhere, 'resume'), false);
    assert.equal(allows(statuses.elsewhere, 'retry'), false);
  });
});

const running: readonly UploadStatus['name'][] = ['preparing', 'sending', 'finishing'];

describe('questions about a status', () => {
  const settled: readonly UploadStatus['name'][] = ['failed', 'done', 'canceled', 'interrupted'];
  const over: readonly UploadStatus['name'][] = ['failed', 'done', 'canceled'];
  for (const name of names) {
    it(`${name} is ${running.includes(name) ? '' : 'not '}running`, () => assert.equal(isRunning(statuses[name]), running.includes(name)));
    it(`${name} is ${over.includes(name) ? '' : 'not '}over`, () => assert.equal(isOver(statuses[name]), over.includes(name)));
    it(`${name} is ${settled.includes(name) ? '' : 'not '}settled`, () => assert.equal(isSettled(statuses[name]), settled.includes(name)));
  }
});

describe('whether an upload has stopped', () => {
  const stopped: readonly UploadStatus['name'][] = ['paused', 'waiting', 'failed'];
  for (const name of names.filter((one) => one !== 'queued')) {
    it(`${name}: ${stopped.includes(name) ? 'yes' : 'no'}`, () =>
      assert.equal(hasStopped(statuses.sending, statuses[name]), stopped.includes(name)));
  }
  for (const before of names) {
    it(`queued after ${before}: ${running.includes(before) ? 'yes, the list is held' : 'no'}`, () =>
      assert.equal(hasStopped(statuses[before], statuses.queued), running.includes(before)));
  }
});

describe('a case that a switch forgot', () => {
  it('is named when it happens after all', () => assert.throws(() => unreachable('new' as never), /Unhandled case: "new"/));
});
