import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {describe, it} from 'node:test';

import {catalogue, faultNumbers} from '../../faults/catalogue.js';
import {playsOf} from '../../faults/row.js';
import {mismatches} from '../../faults/table.js';

describe('the catalogue of faults', () => {
  it('has each fault once, in order', () => {
    assert.deepEqual(
      catalogue.map(({number}) => number),
      faultNumbers,
    );
  });

  it('says of each what is seen and what is kept', () => {
    for (const {number, fault, shows, keeps} of catalogue) assert.ok(fault && shows && keeps, number);
  });

  it('plays each row, or says why not', () => {
    for (const row of catalogue) assert.ok(playsOf(row).length > 0 || ('reason' in row.play && row.play.reason !== ''), row.number);
  });

  it('tells the variants of a row apart', () => {
    for (const row of catalogue) {
      const variants = playsOf(row).map(({variant}) => variant);
      assert.equal(new Set(variants).size, variants.length, row.number);
    }
  });

  it('stands in docs/reliability.md as it is here, with a result wherever it is played', () => {
    const document = readFileSync(new URL('../../../docs/reliability.md', import.meta.url), 'utf8');
    assert.deepEqual(mismatches(catalogue, document), []);
  });
});
