import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {Ledger} from '../../faults/ledger.js';
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
const shows = (confirmed: number): LogEntry => ({kind: 'event', type: 'upload-progress', id: 'one', confirmed});

/** The promises that were broken by what happened, in order. */
const broken = (...log: LogEntry[]): readonly string[] => new Ledger().breaches(log).map((breach) => breach.slice(0, 2));

describe('what went through a page', () => {
  it('is in order when confirmed follows the server’s word', () => {
    assert.deepEqual(broken(send(0, 10), answer('PUT', [[0, 10]]), shows(10), send(10, 20), answer('PUT', [[0, 20]]), shows(20)), []);
  });

  it('breaks P6 when more is shown than the server has told', () => {
    assert.deepEqual(broken(send(0, 10), shows(10)), ['P6']);
  });

  it('breaks P6 when less is shown than before, and the server has not said so', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 10]]), shows(10), shows(5)), ['P6']);
  });

  it('is in order when less is shown because the server has less', () => {
    assert.deepEqual(broken(answer('PUT', [[0, 10]]), shows(10), answer('GET', [[0, 5]]), shows(5)), []);
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
