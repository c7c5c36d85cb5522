import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {SavingPace} from '../../../src/core/saving-pace.js';
import {FakeClock, settle} from '../../support/fake-clock.js';

let clock = new FakeClock();
let mayBe = true;
let saved: number[] = [];
let state = 0;
/** Resolves when what is being saved is saved. */
let disk: Promise<void> = Promise.resolve();
let pace = newPace();

function newPace(may: (signal: AbortSignal) => Promise<boolean> = () => Promise.resolve(mayBe)): SavingPace {
  const save = async (): Promise<void> => {
    saved.push(state);
    await disk;
  };
  return new SavingPace({clock, may, save});
}

const moves = (to: number): void => {
  state = to;
  pace.moved();
};
const stops = async (at: number): Promise<void> => {
  state = at;
  pace.stopped();
  await settle();
};

beforeEach(() => {
  clock = new FakeClock();
  mayBe = true;
  saved = [];
  state = 0;
  disk = Promise.resolve();
  pace = newPace();
});

describe('what moves on', () => {
  it('is saved a second later, and not before', async () => {
    moves(1);
    await clock.advance(999);
    assert.deepEqual(saved, []);
    await clock.advance(1);
    assert.deepEqual(saved, [1]);
  });
  it('is saved once, as it is by then', async () => {
    moves(1);
    await clock.advance(500);
    moves(2);
    await clock.advance(10_000);
    assert.deepEqual(saved, [2]);
  });
  it('is saved a second later again when it moves on while it is saved', async () => {
    disk = new Promise(() => undefined);
    moves(1);
    await clock.advance(1_000);
    moves(2);
    await clock.advance(1_000);
    assert.deepEqual(saved, [1, 2]);
  });
  it('is not saved where it may not', async () => {
    mayBe = false;
    moves(1);
    await clock.advance(1_000);
    assert.deepEqual(saved, []);
  });
  it('is saved the next time, where it may then', async () => {
    mayBe = false;
    moves(1);
    await clock.advance(1_000);
    mayBe = true;
    moves(2);
    await clock.advance(1_000);
    assert.deepEqual(saved, [2]);
  });
});

describe('what stops', () => {
  it('is saved at once', async () => {
    await stops(1);
    assert.deepEqual(saved, [1]);
  });
  it('takes with it what has moved on before, and is saved once', async () => {
    moves(1);
    await stops(2);
    await clock.advance(10_000);
    assert.deepEqual([saved, clock.sleepers], [[2], 0]);
  });
  it('is saved again each time it stops', async () => {
    await stops(1);
    await stops(2);
    assert.deepEqual(saved, [1, 2]);
  });
  it('is saved again a second after it has moved on once more', async () => {
    await stops(1);
    moves(2);
    await clock.advance(999);
    assert.deepEqual(saved, [1]);
    await clock.advance(1);
    assert.deepEqual(saved, [1, 2]);
  });
  it('asks once whether it may be saved, however often it stops meanwhile', async () => {
    let asked = 0;
    let answer: (may: boolean) => void = () => undefined;
    pace = newPace(() => {
      asked += 1;
      return new Promise((resolve) => (answer = resolve));
    });
    await stops(1);
    await stops(2);
    answer(true);
    await settle();
    assert.deepEqual([asked, saved], [1, [2]]);
  });
  it('is not saved where it may not', async () => {
    mayBe = false;
    await stops(1);
    assert.deepEqual(saved, []);
  });
});

describe('what is left alone', () => {
  it('is not saved any more', async () => {
    moves(1);
    pace.rest();
    await clock.advance(10_000);
    assert.deepEqual([saved, clock.sleepers], [[], 0]);
  });
  it('is not saved either when it was about to be', async () => {
    state = 1;
    pace.stopped();
    pace.rest();
    await clock.advance(10_000);
    assert.deepEqual(saved, []);
  });
  it('is not saved when that was allowed a moment too late', async () => {
    let answer: (may: boolean) => void = () => undefined;
    pace = newPace(() => new Promise((resolve) => (answer = resolve)));
    await stops(1);
    answer(true);
    pace.rest();
    await settle();
    assert.deepEqual(saved, []);
  });
  it('is saved again when it moves on again', async () => {
    moves(1);
    pace.rest();
    moves(2);
    await clock.advance(1_000);
    assert.deepEqual(saved, [2]);
  });
});
