import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {amongOthers, asHad, Ledger} from '../../faults/ledger.js';
import type {Had, Log} from '../../faults/ledger.js';
import type {LogEntry} from '../../support/page-face.js';

const url = 'http://127.0.0.1/uploads/a';
const answer = (method: string, received: readonly (readonly [number, number])[], status = 200): LogEntry => ({
  kind: 'answer',
  method,
  url,
  status,
  received,
  complete: false,
});
const send = (start: number, end: number): LogEntry => ({kind: 'send', method: 'PUT', url, range: [start, end]});
const shows = (confirmed: number, list = 0): LogEntry => ({
  kind: 'event',
  type: 'upload-progress',
  list,
  id: `of ${list}`,
  confirmed,
});

/** The promises that were broken by what happened, in order. */
const broken = (...log: LogEntry[]): readonly string[] => new Ledger().breaches(log).map((breach) => breach.slice(0, 2));

describe('what went through a page', () => {
  it('is in order when confirmed follows the server’s word', () => {
    assert.deepEqual(broken(send(0, 10), answer('PUT', [[0, 10]]), shows(10), send(10, 20), answer('PUT', [[0, 20]]), shows(20)), []);
  });

  it('breaks P6 when more is shown than the server has told', () => {
    assert.deepEqual(broken(send(0, 10), shows(10)), ['P6']);
  });

  it('is in order when another element of the page shows the same', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 10]]), shows(10, 0), shows(10, 1)), []);
  });

  it('breaks P6 when less is shown than before, and the server has not said so', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 10]]), shows(10), shows(5)), ['P6']);
  });

  it('is in order when less is shown because the server has less', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 10]]), shows(10), answer('GET', [[0, 5]]), shows(5)), []);
  });

  it('is in order when less is shown because another file has taken the place of the first', () => {
    assert.deepEqual(new Ledger(true).breaches([answer('PUT', [[0, 10]]), shows(10), shows(5)]), []);
  });

  it('breaks P2 when confirmed bytes are sent again', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 10]]), send(5, 15)), ['P2']);
  });

  it('is in order when bytes are sent again that the server has dropped', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 10]]), answer('PUT', [], 422), send(0, 10)), []);
  });

  it('is in order when answers come in another order', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 20]]), answer('PUT', [[0, 10]]), shows(20), send(20, 30)), []);
  });
});

/** A log whose entries are one second apart, the first at `start` s. */
const log = (start: number, ...entries: LogEntry[]): Log => entries.map((entry, at) => ({...entry, at: (start + at) * 1_000}));

const had = (bytes: number, seconds: number): Had => ({kind: 'had', url, received: [[0, bytes]], at: seconds * 1_000});

/** The promises that were broken in a page load, with what others were told. */
const brokenAmong = (own: Log, others: readonly Log[], left: readonly Had[] = []): readonly string[] =>
  new Ledger().breaches(amongOthers(own, others, left)).map((breach) => breach.slice(0, 2));

describe('what went through a page that comes back', () => {
  const earlier = log(1, send(0, 10), answer('PUT', [[0, 10]]));

  it('is in order when it shows what the earlier load was told', () => {
    assert.deepEqual(brokenAmong(log(10, shows(10)), [earlier]), []);
  });

  it('breaks P6 when it shows more than the earlier load was told', () => {
    assert.deepEqual(brokenAmong(log(10, shows(11)), [earlier]), ['P6']);
  });

  it('is in order when it shows what the server had when the page was left, though that was told to nobody', () => {
    assert.deepEqual(brokenAmong(log(10, shows(20)), [earlier], [had(20, 5)]), []);
  });

  it('breaks P2 when it sends what the earlier load was told to be there', () => {
    assert.deepEqual(brokenAmong(log(10, send(5, 15)), [earlier]), ['P2']);
  });

  it('is in order when it sends what the server had and nobody was told of', () => {
    assert.deepEqual(brokenAmong(log(10, send(10, 20)), [earlier], [had(20, 5)]), []);
  });

  it('begins anew with what falls: another load may have shown more', () => {
    assert.deepEqual(brokenAmong(log(10, shows(5)), [log(1, answer('PUT', [[0, 10]]), shows(10))]), []);
  });
});

describe('what went through a tab beside another one', () => {
  const other = log(5, answer('PUT', [[0, 10]]));

  it('breaks P6 when it shows earlier than the other was told', () => {
    assert.deepEqual(brokenAmong(log(4, shows(10)), [other]), ['P6']);
  });

  it('is in order when it shows at the same time as the other, by clocks that are a little apart', () => {
    assert.deepEqual(brokenAmong([{...shows(10), at: 4_990}], [other]), []);
  });

  it('may send, when it has slept, what only the other was told of', () => {
    assert.deepEqual(brokenAmong(log(10, send(0, 10), shows(10)), [], asHad(other)), []);
  });

  it('is told nothing by a failure of the other', () => {
    assert.deepEqual(asHad(log(1, {kind: 'answer', method: 'PUT', url, status: 0, received: undefined, complete: false})), []);
  });
});
