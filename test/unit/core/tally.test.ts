import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Tally} from '../../../src/core/tally.js';

const progress = {size: 100, hashed: 80, sent: 10, confirmed: 40};

describe('a tally', () => {
  it('begins with nothing in any status', () => assert.ok(Object.values(new Tally().count).every((count) => count === 0)));

  it('counts an upload by its status, and its bytes', () => {
    const tally = new Tally();
    tally.add('sending', progress);
    assert.deepEqual([tally.count.sending, tally.bytes], [1, progress]);
  });

  it('adds up the bytes of several', () => {
    const tally = new Tally();
    tally.add('sending', progress);
    tally.add('done', {size: 5, hashed: 5, sent: 0, confirmed: 5});
    assert.deepEqual(tally.bytes, {size: 105, hashed: 85, sent: 10, confirmed: 45});
  });

  it('is as before when one is taken out as it was counted', () => {
    const tally = new Tally();
    tally.add('sending', progress);
    tally.add('sending', progress, -1);
    assert.deepEqual([tally.count.sending, tally.bytes], [0, {size: 0, hashed: 0, sent: 0, confirmed: 0}]);
  });

  it('counts a canceled one, and none of its bytes', () => {
    const tally = new Tally();
    tally.add('canceled', progress);
    assert.deepEqual([tally.count.canceled, tally.bytes.size], [1, 0]);
  });
});
