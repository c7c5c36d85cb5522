import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {Row} from '../../faults/row.js';
import {printedTable, resultKey, RowResult} from '../../faults/table.js';
import type {Result} from '../../faults/table.js';

const row = (number: string, fault: string, play: Row['play'] = {story: () => Promise.resolve()}): Row => ({
  number,
  fault,
  shows: 'nothing',
  keeps: 'all',
  play,
});

const rows = [row('X1', 'rain'), row('X2', 'snow'), row('X3', 'hail', {reason: 'no hail here'})];

describe('the printed table of faults', () => {
  const results = new Map<string, Result>();
  new RowResult(results, resultKey('X1', 'firefox'), 1).passed();
  new RowResult(results, resultKey('X2', 'firefox'), 2).passed();
  new RowResult(results, resultKey('X3', 'firefox'), 0);

  it('has a line for each fault and each browser that was played in', () => {
    assert.deepEqual(printedTable(rows, results).split('\n'), [
      '  X1  rain, Firefox: passed',
      '  X2  snow, Firefox: failed',
      '  X3  hail, Firefox: not run: no hail here',
    ]);
  });

  it('can be cut to what has not passed', () => {
    assert.deepEqual(printedTable(rows, results, (result) => result !== 'passed').split('\n'), [
      '  X2  snow, Firefox: failed',
      '  X3  hail, Firefox: not run: no hail here',
    ]);
  });
});
