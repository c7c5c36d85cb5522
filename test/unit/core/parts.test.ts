import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {Parts} from '../../../src/core/parts.js';
import type {PartRule} from '../../../src/core/ports.js';
import {bytesIn, gaps, union, type Range} from '../../../src/core/ranges.js';

const rule: PartRule = {min: 10, preferred: 100, max: 400, parallel: 2};
const pair = ({start, end}: Range): [number, number] => [start, end];

/** Takes parts of `bytes` until none is left, without any of them arriving. */
function takeAll(parts: Parts, bytes: number): [number, number][] {
  const all: [number, number][] = [];
  for (let part = parts.take(bytes); part; part = parts.take(bytes)) all.push(pair(part));
  return all;
}

describe('a new file', () => {
  it('is cut from its beginning', () =>
    assert.deepEqual(takeAll(new Parts(250, [], rule), 100), [
      [0, 100],
      [100, 200],
      [200, 250],
    ]));
  it('that is a multiple of the part is cut evenly', () =>
    assert.deepEqual(takeAll(new Parts(200, [], rule), 100), [
      [0, 100],
      [100, 200],
    ]));
  it('smaller than a part is one part', () => assert.deepEqual(takeAll(new Parts(1, [], rule), 100), [[0, 1]]));
  it('of no bytes has no parts', () => assert.deepEqual(takeAll(new Parts(0, [], rule), 100), []));
});

describe('the share of each of several requests', () => {
  const MiB = 2 ** 20;
  const large: PartRule = {...rule, max: 64 * MiB};

  it('is what is left of the file, divided by them: then they end together', () =>
    assert.equal(new Parts(24 * MiB, [], large).share(3), 8 * MiB));
  it('does not count what is confirmed or under way', () => {
    const parts = new Parts(24 * MiB, [{start: 0, end: 2 * MiB}], large);
    parts.take(4 * MiB);
    assert.equal(parts.share(3), 6 * MiB);
  });
  it('is 4 MiB at least: short requests leave a line idle', () => assert.equal(new Parts(6 * MiB, [], large).share(3), 4 * MiB));
  it('of a file that is all under way is no reason for anything', () => {
    const parts = new Parts(250, [], large);
    parts.take(250);
    assert.equal(parts.share(2), 4 * MiB);
  });
});

describe('a file of which the server has something', () => {
  const has = [
    {start: 30, end: 50},
    {start: 170, end: 250},
  ];

  it('is cut from the gaps, never from a grid', () =>
    assert.deepEqual(takeAll(new Parts(250, has, rule), 100), [
      [0, 30],
      [50, 150],
      [150, 170],
    ]));
  it('that is whole has no parts', () => assert.equal(new Parts(250, [{start: 0, end: 250}], rule).take(100), undefined));
});

describe('a part that has come back', () => {
  it('without being confirmed is missing again', () => {
    const parts = new Parts(300, [], rule);
    const part = parts.take(100);
    assert.ok(part);
    parts.take(100);
    parts.release(part);
    assert.deepEqual(parts.take(100), {start: 0, end: 100});
  });

  it('of which the server kept the beginning lacks the rest only', () => {
    const parts = new Parts(300, [], rule);
    const part = parts.take(100);
    assert.ok(part);
    parts.confirm([{start: 0, end: 40}]);
    parts.release(part);
    assert.deepEqual(parts.take(100), {start: 40, end: 140});
  });

  it('may be confirmed by the answer to another one', () => {
    const parts = new Parts(200, [], rule);
    const [first, second] = [parts.take(100), parts.take(100)];
    assert.ok(first && second);
    parts.confirm([{start: 0, end: 200}]);
    parts.release(second);
    parts.release(first);
    assert.equal(parts.take(100), undefined);
  });

  it('is not lost when an older answer comes after a newer one', () => {
    const parts = new Parts(300, [], rule);
    parts.confirm([{start: 0, end: 200}]);
    parts.confirm([{start: 0, end: 100}]);
    assert.deepEqual(parts.confirmed, [{start: 0, end: 200}]);
  });
});

describe('parts that end on multiples', () => {
  const aligned: PartRule = {...rule, align: 64};

  it('are shortened to the last multiple', () =>
    assert.deepEqual(takeAll(new Parts(300, [{start: 0, end: 10}], aligned), 70), [
      [10, 64],
      [64, 128],
      [128, 192],
      [192, 256],
      [256, 300],
    ]));
  it('are not when less than three quarters would be left of them', () =>
    assert.deepEqual(takeAll(new Parts(300, [{start: 0, end: 10}], aligned), 100), [
      [10, 110],
      [110, 192],
      [192, 292],
      [292, 300],
    ]));
  it('end anywhere when they are too short to reach one', () => assert.deepEqual(takeAll(new Parts(300, [], aligned), 30)[0], [0, 30]));
  it('end at the end of the gap', () => assert.deepEqual(takeAll(new Parts(300, [{start: 70, end: 300}], aligned), 100), [[0, 70]]));
});

describe('a last part that may grow', () => {
  const grows: PartRule = {...rule, lastMayGrow: true};

  it('takes a short rest with it', () =>
    assert.deepEqual(takeAll(new Parts(250, [], grows), 100), [
      [0, 100],
      [100, 250],
    ]));
  it('leaves a rest of a whole part', () =>
    assert.deepEqual(takeAll(new Parts(300, [], grows), 100), [
      [0, 100],
      [100, 200],
      [200, 300],
    ]));
  it('does not grow in the middle of the file', () =>
    assert.deepEqual(takeAll(new Parts(300, [{start: 150, end: 300}], grows), 100), [
      [0, 100],
      [100, 150],
    ]));
});

describe('lanes', () => {
  const lanes = [
    {start: 0, end: 150},
    {start: 150, end: 300},
  ];

  it('have one part in flight each', () =>
    assert.deepEqual(takeAll(new Parts(300, [], rule, lanes), 100), [
      [0, 100],
      [150, 250],
    ]));
  it('go on in order, each for itself', () => {
    const parts = new Parts(300, [], rule, lanes);
    const [, second] = [parts.take(100), parts.take(100)];
    assert.ok(second);
    parts.confirm([second]);
    parts.release(second);
    assert.deepEqual(parts.take(100), {start: 250, end: 300});
  });
  it('end where the next begins', () => {
    const parts = new Parts(300, [{start: 0, end: 100}], rule, lanes);
    assert.deepEqual(parts.take(100), {start: 100, end: 150});
  });
  it('that are whole give nothing', () => {
    const parts = new Parts(300, [{start: 0, end: 150}], rule, lanes);
    assert.deepEqual(takeAll(parts, 100), [[150, 250]]);
  });
});

describe('whether the last part has been taken', () => {
  it('is false while something is neither there nor in flight', () => {
    const parts = new Parts(200, [], rule);
    parts.take(100);
    assert.equal(parts.lastTaken, false);
  });
  it('is true when the rest is in flight', () => {
    const parts = new Parts(200, [{start: 0, end: 100}], rule);
    parts.take(100);
    assert.equal(parts.lastTaken, true);
  });
  it('is false again when a part came back', () => {
    const parts = new Parts(100, [], rule);
    const part = parts.take(100);
    assert.ok(part);
    parts.release(part);
    assert.equal(parts.lastTaken, false);
  });
});

describe('parts of any size, in any order, of any file', () => {
  const span = fc.tuple(fc.nat(500), fc.nat(500)).map(([a, b]): Range => ({start: Math.min(a, b), end: Math.max(a, b)}));
  const has = fc.array(span, {maxLength: 5});

  it('never overlap what is there or in flight, and cover the file together', () =>
    fc.assert(
      fc.property(
        has,
        fc.array(fc.integer({min: 1, max: 200}), {minLength: 1}),
        fc.integer({min: 1, max: 128}),
        (confirmed, sizes, align) => {
          const taken = union(...confirmed);
          const parts = new Parts(500, taken, {...rule, align});
          const all: Range[] = [];
          for (let at = 0, part = parts.take(sizes[0] ?? 1); part; at += 1, part = parts.take(sizes[at % sizes.length] ?? 1))
            all.push(part);
          assert.equal(bytesIn(all) + bytesIn(taken), 500);
          assert.deepEqual(gaps(union(...all, ...taken), {start: 0, end: 500}), []);
        },
      ),
      {numRuns: 300},
    ));

  it('are never longer than asked for, unless the last may grow', () =>
    fc.assert(
      fc.property(has, fc.integer({min: 1, max: 200}), (confirmed, bytes) => {
        for (const [start, end] of takeAll(new Parts(500, union(...confirmed), rule), bytes))
          assert.ok(end - start <= bytes && end > start);
      }),
      {numRuns: 300},
    ));
});
