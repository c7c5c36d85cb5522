import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {UploadError} from '../../../src/core/errors.js';
import {LONGEST_WAIT, retryDelay} from '../../../src/core/retry.js';

const error = new UploadError('network', 'gone');
const asked = (retryAfter: number): UploadError => new UploadError('server-busy', 'later', {retryAfter});
const atMost = (): number => 0;
const atLeast = (): number => 1;

describe('the wait before an automatic try', () => {
  for (const [attempt, wait] of [
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [50, 60_000],
  ] as const) {
    it(`is at most ${wait} ms before try ${attempt}`, () => assert.equal(retryDelay(error, attempt, 1_000, atMost), wait));
    it(`is at least half of that before try ${attempt}`, () => assert.equal(retryDelay(error, attempt, 1_000, atLeast), wait / 2));
  }
  it('differs from page to page', () => assert.notEqual(retryDelay(error, 5, 1_000), retryDelay(error, 5, 1_000)));
});

describe('a server that asks for a wait', () => {
  it('gets it', () => assert.equal(retryDelay(asked(20_000), 1, 1_000), 20_000));
  it('does not shorten the own one', () => assert.equal(retryDelay(asked(10), 3, 1_000, atMost), 4_000));
  it('does not get more than the longest one', () => assert.equal(retryDelay(asked(3_600_000), 1, 1_000), LONGEST_WAIT));
});

describe('any wait', () => {
  it('has a limit, and is never none', () =>
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 2_000}),
        fc.option(fc.nat(), {nil: undefined}),
        fc.double({min: 0, max: 1, noNaN: true}),
        (attempt, retryAfter, luck) => {
          const wait = retryDelay(new UploadError('server', 'x', {retryAfter}), attempt, 1_000, () => luck);
          assert.ok(wait >= 500 && wait <= LONGEST_WAIT);
        },
      ),
    ));
});
