import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Parts, PartSize} from '../../../src/core/parts.js';
import type {PartRule} from '../../../src/core/ports.js';
import type {Range} from '../../../src/core/ranges.js';

const rule: PartRule = {min: 10, preferred: 100, max: 400, parallel: 2};
const pair = ({start, end}: Range): [number, number] => [start, end];

describe('the size of parts', () => {
  it('may change from one to the next', () => {
    const parts = new Parts(300, [], rule);
    assert.deepEqual(
      [parts.take(100), parts.take(50), parts.take(150)].map((part) => part && pair(part)),
      [
        [0, 100],
        [100, 150],
        [150, 300],
      ],
    );
  });

  it('is what fits the line when the page has no wish', () => assert.equal(new PartSize().under(rule, 'auto', 100), 100));
  it('is what the page wishes', () => assert.equal(new PartSize().under(rule, 250, 100), 250));
  it('is never above the maximum', () => assert.equal(new PartSize().under(rule, 5_000, 100), 400));
  it('is never below the minimum', () => assert.equal(new PartSize().under(rule, 1, 100), 10));
  it('is at least one byte whatever the server says', () => assert.equal(new PartSize().under({...rule, min: 0}, 0.2, 100), 100));
  it('follows a wish that changes', () => {
    const size = new PartSize();
    size.under(rule, 100, 100);
    assert.equal(size.under(rule, 200, 100), 200);
  });
  it('is a whole number of bytes, whatever the wish', () => assert.equal(new PartSize().under(rule, 100.7, 100), 100));
  it('is what fits the line when the wish makes no sense', () => {
    assert.equal(new PartSize().under(rule, Number.NaN, 100), 100);
    assert.equal(new PartSize().under(rule, -5, 100), 100);
    assert.equal(new PartSize().under(rule, 0, 100), 100);
  });
  it('without a limit is the maximum', () => assert.equal(new PartSize().under(rule, Infinity, 100), 400));
});

describe('a server that fixes the size', () => {
  const fixed: PartRule = {...rule, fixed: true};

  it('gets no other, whatever the page wishes', () => assert.equal(new PartSize().under(fixed, 250, 100), 100));
  it('is not asked to take less', () => {
    const size = new PartSize();
    size.under(fixed, 'auto', 100);
    assert.equal(size.shrink(), false);
  });
  it('gets the same after a refusal', () => {
    const size = new PartSize();
    size.under(fixed, 'auto', 100);
    size.shrink();
    assert.equal(size.under(fixed, 'auto', 100), 100);
  });
});

describe('a part that was too large', () => {
  it('is halved, down to the minimum, and then no more', () => {
    const size = new PartSize();
    const sizes = [size.under(rule, 'auto', 100)];
    while (size.shrink()) sizes.push(size.under(rule, 'auto', 100));
    assert.deepEqual(sizes, [100, 50, 25, 13, 10]);
  });
  it('is not tried again when a new wish is larger', () => {
    const size = new PartSize();
    size.under(rule, 'auto', 100);
    size.shrink();
    assert.equal(size.under(rule, 300, 100), 50);
  });
  it('does not keep a smaller wish from being heard', () => {
    const size = new PartSize();
    size.under(rule, 'auto', 100);
    size.shrink();
    assert.equal(size.under(rule, 20, 100), 20);
  });
  it('cannot be halved before there was one', () => assert.equal(new PartSize().shrink(), false));
  it('of one byte cannot be halved', () => {
    const size = new PartSize();
    size.under({min: 0, preferred: 1, max: 1, parallel: 1}, 'auto', 100);
    assert.equal(size.shrink(), false);
  });
});
