import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {defaultLimits, Patience} from '../../../src/core/patience.js';

const MiB = 2 ** 20;
let patience = new Patience(defaultLimits);

beforeEach(() => (patience = new Patience(defaultLimits)));

describe('nothing has been acknowledged yet', () => {
  it('a small request gets the least time', () => assert.equal(patience.limit(1_000), 10_000));
  it('an empty request gets the least time', () => assert.equal(patience.limit(0), 10_000));
  it('a large one gets time for a slow line', () => assert.equal(patience.limit(MiB), 96_000));
});

describe('a fast line', () => {
  beforeEach(() => patience.acknowledged(10 * MiB, 1_000));

  it('gives a part the least time', () => assert.equal(patience.limit(8 * MiB), 10_000));
  it('gives a very large one three times what it should take', () => assert.equal(patience.limit(100 * MiB), 30_000));
});

describe('a slow line', () => {
  beforeEach(() => patience.acknowledged(10_000, 1_000));

  it('gives three times what a part should take', () => assert.equal(patience.limit(100_000), 30_000));
  it('that gets faster is learned step by step', () => {
    patience.acknowledged(30_000, 1_000);
    assert.equal(patience.limit(200_000), 30_000);
  });
});

describe('a limit that ran out while bytes still arrived', () => {
  it('is doubled', () => {
    patience.acknowledged(10_000, 1_000);
    patience.slower();
    assert.equal(patience.limit(100_000), 60_000);
  });
  it('is doubled when nothing had been acknowledged', () => {
    patience.slower();
    assert.equal(patience.limit(MiB), 192_000);
  });
});

describe('what says nothing of the line', () => {
  it('an acknowledgement of nothing is ignored', () => {
    patience.acknowledged(0, 60_000);
    assert.equal(patience.limit(MiB), 96_000);
  });
  it('one in no time at all gives a limit all the same', () => {
    patience.acknowledged(1_000, 0);
    assert.equal(patience.limit(MiB), 10_000);
  });
});

describe('the limits that stand when nothing is given', () => {
  it('are 10 s for an acknowledgement, 5 s of silence, 10 s to say good-bye, 1 s before a try, 5 s before a question', () =>
    assert.deepEqual(defaultLimits, {stall: 10_000, quiet: 5_000, discard: 10_000, backOff: 1_000, comeBack: 5_000}));
});
