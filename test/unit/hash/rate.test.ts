import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {Rate} from '../../../src/hash/rate.js';

const MiB = 1024 * 1024;
let now = 0;
let rate = new Rate();

beforeEach(() => {
  now = 1_000;
  rate = new Rate();
  mock.method(performance, 'now', () => now);
});

afterEach(() => mock.restoreAll());

/** Blocks of 4 MiB one after the other, each in so many ms. */
function blocks(count: number, ms: number): void {
  for (let block = 0; block < count; block += 1) {
    rate.begin();
    now += ms;
    rate.end(4 * MiB);
  }
}

describe('the rate', () => {
  it('is unknown before anything was digested', () => assert.equal(rate.value, undefined));
  it('is unknown while the first block is', () => {
    rate.begin();
    now += 10;
    assert.equal(rate.value, undefined);
  });
  it('is in bytes per second', () => {
    blocks(1, 10);
    assert.equal(rate.value, 400 * MiB);
  });
  it('is the same after many blocks that take as long', () => {
    blocks(100, 10);
    assert.equal(Math.round(rate.value ?? 0), 400 * MiB);
  });
  it('is of all workers together: time counts once', () => {
    rate.begin();
    rate.begin();
    now += 10;
    rate.end(4 * MiB);
    rate.end(4 * MiB);
    assert.ok((rate.value ?? 0) > 780 * MiB, `${rate.value}`);
  });
  it('leaves out the time in which nothing is digested', () => {
    blocks(1, 10);
    now += 60_000;
    blocks(1, 10);
    assert.equal(Math.round(rate.value ?? 0), 400 * MiB);
  });
  it('counts the time of a block that failed, and none of its bytes', () => {
    blocks(1, 10);
    rate.begin();
    now += 10;
    rate.end(0);
    assert.equal(rate.value, 200 * MiB);
  });
  it('follows what has become faster: what is older than some 64 MiB hardly counts', () => {
    blocks(50, 40);
    blocks(50, 10);
    assert.ok((rate.value ?? 0) > 340 * MiB, `${rate.value}`);
  });
});
