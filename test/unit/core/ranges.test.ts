import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {bytesIn, covers, gaps, union, without, type Range, type Ranges} from '../../../src/core/ranges.js';

const size = 60;
const span = fc
  .tuple(fc.integer({min: 0, max: size}), fc.integer({min: 0, max: size}))
  .map(([a, b]): Range => ({start: Math.min(a, b), end: Math.max(a, b)}));
const spans = fc.array(span, {maxLength: 8});
const ranges = spans.map((all) => union(...all));

/** The plainest model there is: a set of byte numbers. */
const bytesOf = (all: readonly Range[]): Set<number> =>
  new Set(all.flatMap(({start, end}) => Array.from({length: end - start}, (_, at) => start + at)));
const sorted = (bytes: Iterable<number>): number[] => [...bytes].sort((a, b) => a - b);
const holds = <Args extends [unknown, ...unknown[]]>(property: fc.IPropertyWithHooks<Args>): void => fc.assert(property, {numRuns: 500});

const isCanonical = (all: Ranges): boolean =>
  all.every(({start, end}, at) => start < end && (at === 0 || (all[at - 1]?.end ?? Infinity) < start));

describe('union', () => {
  it('has exactly the bytes that are in any span', () =>
    holds(fc.property(spans, (all) => assert.deepEqual(sorted(bytesOf(union(...all))), sorted(bytesOf(all))))));
  it('is sorted, and its spans neither overlap, touch, nor are empty', () =>
    holds(fc.property(spans, (all) => isCanonical(union(...all)))));
  it('is the same whatever the order', () =>
    holds(fc.property(spans, (all) => assert.deepEqual(union(...all), union(...[...all].reverse())))));
  it('of a union is the same union', () => holds(fc.property(ranges, (all) => assert.deepEqual(union(...all), all))));
  it('does not change what it was given', () => {
    const given = [Object.freeze({start: 5, end: 9}), Object.freeze({start: 0, end: 6})];
    union(...given);
    assert.deepEqual(given, [
      {start: 5, end: 9},
      {start: 0, end: 6},
    ]);
  });
  it('of nothing is nothing', () => assert.deepEqual(union(), []));
  it('makes one of two that touch', () => assert.deepEqual(union({start: 4, end: 8}, {start: 0, end: 4}), [{start: 0, end: 8}]));
  it('leaves a gap of one byte', () => assert.equal(union({start: 0, end: 4}, {start: 5, end: 8}).length, 2));
});

describe('gaps', () => {
  it('are exactly the bytes of the whole that are not taken', () =>
    holds(
      fc.property(ranges, span, (taken, whole) => {
        const has = bytesOf(taken);
        assert.deepEqual(
          sorted(bytesOf(gaps(taken, whole))),
          sorted(bytesOf([whole])).filter((at) => !has.has(at)),
        );
      }),
    ));
  it('are in canonical form', () => holds(fc.property(ranges, span, (taken, whole) => isCanonical(gaps(taken, whole)))));
  it('and what is taken make up the whole', () =>
    holds(fc.property(ranges, (taken) => bytesIn(gaps(taken, {start: 0, end: size})) + bytesIn(taken) === size)));
  it('of a whole that is covered are none', () => assert.deepEqual(gaps([{start: 0, end: 9}], {start: 2, end: 5}), []));
  it('of an empty whole are none', () => assert.deepEqual(gaps([], {start: 3, end: 3}), []));
  it('do not reach beyond the whole', () => assert.deepEqual(gaps([{start: 20, end: 30}], {start: 5, end: 10}), [{start: 5, end: 10}]));
  it('stand before, between and after what is taken', () =>
    assert.deepEqual(
      gaps(
        [
          {start: 2, end: 3},
          {start: 5, end: 6},
        ],
        {start: 0, end: 8},
      ),
      [
        {start: 0, end: 2},
        {start: 3, end: 5},
        {start: 6, end: 8},
      ],
    ));
});

describe('without', () => {
  it('takes exactly these bytes away', () =>
    holds(
      fc.property(ranges, span, (from, taken) => {
        const gone = bytesOf([taken]);
        assert.deepEqual(
          sorted(bytesOf(without(from, taken))),
          sorted(bytesOf(from)).filter((at) => !gone.has(at)),
        );
      }),
    ));
  it('an empty span takes nothing', () => holds(fc.property(ranges, (from) => assert.deepEqual(without(from, {start: 7, end: 7}), from))));
  it('a middle makes two', () =>
    assert.deepEqual(without([{start: 0, end: 9}], {start: 3, end: 5}), [
      {start: 0, end: 3},
      {start: 5, end: 9},
    ]));
});

describe('covers', () => {
  it('is true exactly when every byte of the span is there', () =>
    holds(
      fc.property(ranges, span, (all, asked) => {
        const has = bytesOf(all);
        assert.equal(
          covers(all, asked),
          sorted(bytesOf([asked])).every((at) => has.has(at)),
        );
      }),
    ));
  it('is true of an empty span, wherever it is', () => assert.equal(covers([], {start: 5, end: 5}), true));
});

describe('bytesIn', () => {
  it('counts every byte once', () => holds(fc.property(ranges, (all) => assert.equal(bytesIn(all), bytesOf(all).size))));
  it('counts beyond 32 bits', () => assert.equal(bytesIn([{start: 0, end: 6_000_000_000}]), 6_000_000_000));
});
