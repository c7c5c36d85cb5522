import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';

import {TooSlow} from '../../bench/driver/tab.js';
import {inRounds, ratios, valuesOf, type Measured} from '../../bench/frame/rounds.js';

const itself = (value: number): number => value;

describe('Measuring two contestants in three rounds', () => {
  const order: string[] = [];
  let measured: Measured<string, number>;

  beforeEach(async () => {
    order.length = 0;
    measured = await inRounds(3, ['A', 'B'], String, async (one, round) => {
      order.push(one);
      return one === 'A' ? 10 + round : 20 + 4 * round;
    });
  });

  it('takes them in turn', () => {
    assert.equal(order.join(''), 'ABABAB');
  });

  it('compares them within each round', () => {
    assert.deepEqual(ratios(measured, 'B', 'A', itself), [20 / 10, 24 / 11, 28 / 12]);
  });

  it('gives the values in the order of the rounds', () => {
    assert.deepEqual(valuesOf(measured, 'A', itself), [10, 11, 12]);
  });
});

describe('A contestant that fails in one round', () => {
  let measured: Measured<string, number>;

  beforeEach(async () => {
    measured = await inRounds(3, ['A', 'B'], String, async (one, round) => {
      if (one === 'B' && round === 1) throw new Error('for the test: it fails');
      return round + 1;
    });
  });

  it('has no ratio in that round, and keeps those of the others', () => {
    assert.deepEqual(ratios(measured, 'B', 'A', itself), [1, 1]);
  });

  it('is asked again in the next', () => {
    assert.deepEqual(measured.get('B'), [1, undefined, 3]);
  });
});

describe('A contestant that takes too long', () => {
  it('is not waited for again', async () => {
    let asked = 0;
    await inRounds(3, ['A'], String, async () => {
      asked += 1;
      throw new TooSlow('for the test: too slow');
    });
    assert.equal(asked, 1);
  });
});
