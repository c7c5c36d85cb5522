import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {Dealer, endsRun} from '../../../src/core/dealer.js';

/** Deals everything to `workers` in turn, each asking for what follows its own last block. */
function dealt(dealer: Dealer, workers: number): number[][] {
  const hands: number[][] = Array.from({length: workers}, () => []);
  for (let turn = 0; !dealer.isEmpty; turn += 1) {
    const hand = hands[turn % workers] ?? [];
    const block = dealer.next(hand.at(-1));
    if (block !== undefined) hand.push(block);
  }
  return hands;
}

describe('dealing blocks to one worker', () => {
  it('deals them in order', () => assert.deepEqual(dealt(new Dealer(0, 20), 1), [Array.from({length: 20}, (_, at) => at)]));
  it('begins where it is told to', () => assert.deepEqual(dealt(new Dealer(5, 8), 1), [[5, 6, 7]]));
  it('leaves out what is not wanted', () =>
    assert.deepEqual(dealt(new Dealer(0, 20, (block) => block % 3 === 0), 1), [[0, 3, 6, 9, 12, 15, 18]]));
  it('deals nothing of nothing', () => {
    const dealer = new Dealer(3, 3);
    assert.deepEqual([dealer.isEmpty, dealer.next(), dealer.next(2)], [true, undefined, undefined]);
  });
  it('deals the first one that is left to whoever has begun nothing', () => assert.equal(new Dealer(4, 9).next(), 4));
});

describe('whoever wants to know of each block that is dealt', () => {
  it('is told, once', () => {
    const told: number[] = [];
    dealt(new Dealer(0, 3, undefined, (block) => told.push(block)), 1);
    assert.deepEqual(told, [0, 1, 2]);
  });
});

describe('dealing blocks to two workers', () => {
  it('gives each a run of eight that follow each other', () =>
    assert.deepEqual(dealt(new Dealer(0, 32), 2), [
      [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
      [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31],
    ]));
  it('lets both work on what is left of a run', () => {
    const hands = dealt(new Dealer(0, 6), 2);
    assert.deepEqual(
      hands.map((hand) => hand.length),
      [3, 3],
    );
  });
  it('does not count a block as dealt that somebody else took', () => {
    const taken = new Set([1]);
    const dealer = new Dealer(0, 3, (block) => !taken.has(block));
    assert.deepEqual([dealer.next(), dealer.next(0), dealer.isEmpty], [0, 2, true]);
  });
  it('is empty as soon as others have taken the rest', () => {
    let isWanted = true;
    const dealer = new Dealer(0, 3, () => isWanted);
    isWanted = false;
    assert.equal(dealer.isEmpty, true);
  });
});

describe('the end of a run', () => {
  it('is every eighth block', () => assert.deepEqual([6, 7, 8, 15].map(endsRun), [false, true, false, true]));
});

describe('however many workers, whatever is wanted', () => {
  it('every wanted block is dealt once, and no other', () =>
    fc.assert(
      fc.property(fc.nat(40), fc.nat(60), fc.integer({min: 1, max: 4}), fc.uniqueArray(fc.nat(100)), (first, count, workers, unwanted) => {
        const dealer = new Dealer(first, first + count, (block) => !unwanted.includes(block));
        const wanted = Array.from({length: count}, (_, at) => first + at).filter((block) => !unwanted.includes(block));
        const all = dealt(dealer, workers).flat();
        assert.deepEqual(
          all.toSorted((a, b) => a - b),
          wanted,
        );
      }),
    ));
});
