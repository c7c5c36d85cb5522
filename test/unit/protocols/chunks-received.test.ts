import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Json} from '../../../src/core/ports.js';
import type {Ranges} from '../../../src/core/ranges.js';
import {readStatus, type ChunksStatus} from '../../../src/protocols/chunks-status.js';
import {MiB, statusOf} from '../../support/scripted-chunks.js';
import {replyOf} from '../../support/scripted-http.js';

const size = 20 * MiB;

const read = (body: unknown): ChunksStatus => readStatus(replyOf({body}), size, 4 * MiB);

function receivedIn(received: Json): Ranges {
  const status = read(statusOf({received}));
  assert.ok(!status.complete);
  return status.received;
}

describe('received ranges', () => {
  const fine: readonly [what: string, Json, Ranges][] = [
    ['none', [], []],
    ['one byte', [[0, 1]], [{start: 0, end: 1}]],
    ['all bytes', [[0, size]], [{start: 0, end: size}]],
    [
      'several',
      [
        [0, 5],
        [9, 12],
      ],
      [
        {start: 0, end: 5},
        {start: 9, end: 12},
      ],
    ],
    [
      'ranges out of order',
      [
        [9, 12],
        [0, 5],
      ],
      [
        {start: 0, end: 5},
        {start: 9, end: 12},
      ],
    ],
    [
      'ranges that touch',
      [
        [0, 5],
        [5, 9],
      ],
      [{start: 0, end: 9}],
    ],
    ['an empty range', [[7, 7]], []],
  ];
  for (const [what, received, expected] of fine) {
    it(`may be ${what}`, () => {
      assert.deepEqual(receivedIn(received), expected);
    });
  }

  const wrong: Readonly<Record<string, Json>> = {
    nothing: null,
    'a number': 5,
    'a text': '0-5',
    'an object': {start: 0, end: 5},
    'a list of numbers': [0, 5],
    'a range of one number': [[5]],
    'a range of three numbers': [[0, 5, 9]],
    'a range of texts': [['0', '5']],
    'a range of nothing': [[null, null]],
    'a range as an object': [{start: 0, end: 5}],
    'a range with a fraction': [[0, 1.5]],
    'a negative range': [[-5, 5]],
    'a range that ends before it starts': [[5, 0]],
    'one byte beyond the end': [[0, size + 1]],
    'a range far beyond the end': [[2 ** 40, 2 ** 41]],
    'a number too large to be exact': [[0, 2 ** 53]],
    'a number beyond all numbers': [[0, 1e300]],
    'ranges that overlap': [
      [0, 5],
      [4, 9],
    ],
    'a range inside another': [
      [0, 9],
      [4, 5],
    ],
    'the same range twice': [
      [0, 5],
      [0, 5],
    ],
  };
  for (const [what, received] of Object.entries(wrong)) {
    it(`are not believed when they are ${what}`, () => {
      assert.throws(() => receivedIn(received), {code: 'protocol'});
    });
  }

  it('are not believed when they are missing', () => {
    assert.throws(() => read({size, complete: false}), {code: 'protocol'});
  });

  it('are not believed when they hold 1e999, which JSON reads as infinity', () => {
    assert.throws(() => read(`{"size": ${size}, "complete": false, "received": [[0, 1e999]]}`), {code: 'protocol'});
  });

  it('may be a hundred thousand', () => {
    const many = Array.from({length: 100_000}, (_, at) => [at * 2, at * 2 + 1]);
    assert.equal(receivedIn(many).length, 100_000);
  });

  it('are not read when they are a million', () => {
    const many = Array.from({length: 1_000_000}, (_, at) => [at * 2, at * 2 + 1]);
    assert.throws(() => receivedIn(many), {code: 'protocol'});
  });
});
