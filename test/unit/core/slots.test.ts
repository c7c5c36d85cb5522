import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {bothSlots, CountedSlots} from '../../../src/core/slots.js';
import type {Slots} from '../../../src/core/ports.js';
import {settle} from '../../support/fake-clock.js';

/** Somebody who takes a slot. */
class Taker {
  free: (() => void) | undefined;
  reason: unknown;
  readonly #stop = new AbortController();

  constructor(slots: Slots) {
    slots.take(this.#stop.signal).then(
      (free) => (this.free = free),
      (reason: unknown) => (this.reason = reason),
    );
  }

  get has(): boolean {
    return this.free !== undefined;
  }

  stop(reason?: unknown): void {
    this.#stop.abort(reason);
  }
}

let slots = new CountedSlots(2);
let takers: readonly Taker[] = [];
const arrive = async (count: number): Promise<void> => {
  takers = Array.from({length: count}, () => new Taker(slots));
  await settle();
};
const having = (): boolean[] => takers.map(({has}) => has);
const free = async (at: number): Promise<void> => {
  takers[at]?.free?.();
  await settle();
};

beforeEach(() => (slots = new CountedSlots(2)));

describe('more takers than slots', () => {
  beforeEach(() => arrive(4));

  it('the first ones get one', () => assert.deepEqual(having(), [true, true, false, false]));
  it('a slot that is freed goes to who came first', async () => {
    await free(1);
    assert.deepEqual(having(), [true, true, true, false]);
  });
  it('two that are freed go to two', async () => {
    await free(0);
    await free(1);
    assert.deepEqual(having(), [true, true, true, true]);
  });
  it('freeing twice frees once', async () => {
    await free(0);
    await free(0);
    assert.deepEqual(having(), [true, true, true, false]);
  });
  it('one who gives up is passed over', async () => {
    takers[2]?.stop();
    await free(0);
    assert.deepEqual(having(), [true, true, false, true]);
  });
  it('one who gives up is rejected with the reason', async () => {
    const reason = new Error('paused');
    takers[3]?.stop(reason);
    await settle();
    assert.equal(takers[3]?.reason, reason);
  });
  it('one who gives up after having got one still has to free it', async () => {
    takers[0]?.stop();
    await settle();
    assert.deepEqual(having(), [true, true, false, false]);
    await free(0);
    assert.deepEqual(having(), [true, true, true, false]);
  });
  it('all of them get one in the end', async () => {
    for (const at of [0, 1, 2, 3]) await free(at);
    const last = new Taker(slots);
    await settle();
    assert.equal(last.has, true);
  });
});

describe('a taker who has been stopped already', () => {
  it('is rejected', async () => {
    await assert.rejects(slots.take(AbortSignal.abort(new Error('paused'))), /paused/);
  });
  it('takes nothing away', async () => {
    await assert.rejects(slots.take(AbortSignal.abort()));
    await arrive(2);
    assert.deepEqual(having(), [true, true]);
  });
});

describe('changing the count', () => {
  beforeEach(() => arrive(4));

  it('is read back', () => {
    slots.count = 3;
    assert.equal(slots.count, 3);
  });
  it('to more hands out at once', async () => {
    slots.count = 3;
    await settle();
    assert.deepEqual(having(), [true, true, true, false]);
  });
  it('to fewer takes nothing away', async () => {
    slots.count = 1;
    await settle();
    assert.deepEqual(having(), [true, true, false, false]);
  });
  it('to fewer hands out again when enough have been freed', async () => {
    slots.count = 1;
    await free(0);
    assert.deepEqual(having(), [true, true, false, false]);
    await free(1);
    assert.deepEqual(having(), [true, true, true, false]);
  });
  it('to none stops handing out', async () => {
    slots.count = 0;
    await free(0);
    await free(1);
    assert.deepEqual(having(), [true, true, false, false]);
  });
});

describe('a limit of its own inside a shared one', () => {
  let shared = new CountedSlots(1);
  let both: Slots = bothSlots(slots, shared);

  beforeEach(() => {
    shared = new CountedSlots(1);
    both = bothSlots(slots, shared);
  });

  it('waits for the shared one too', async () => {
    const [first, second] = [new Taker(both), new Taker(both)];
    await settle();
    assert.deepEqual([first.has, second.has], [true, false]);
  });
  it('frees both', async () => {
    const first = new Taker(both);
    await settle();
    first.free?.();
    const next = [new Taker(slots), new Taker(slots), new Taker(shared)];
    await settle();
    assert.deepEqual(
      next.map(({has}) => has),
      [true, true, true],
    );
  });
  it('gives its own back when it is stopped while it waits for the shared one', async () => {
    shared.count = 0;
    const waiting = new Taker(both);
    await settle();
    waiting.stop();
    await settle();
    await arrive(2);
    assert.deepEqual(having(), [true, true]);
  });
  it('is rejected with the reason then', async () => {
    shared.count = 0;
    const waiting = new Taker(both);
    await settle();
    waiting.stop('paused');
    await settle();
    assert.equal(waiting.reason, 'paused');
  });
});

describe('a slot that is taken only if it is free', () => {
  it('is had at once', async () => {
    const freed = slots.takeFree();
    await arrive(2);
    assert.deepEqual([freed !== undefined, having()], [true, [true, false]]);
  });
  it('is not had when there is none', async () => {
    await arrive(2);
    assert.equal(slots.takeFree(), undefined);
  });
  it('is not had before somebody who waits', async () => {
    await arrive(3);
    takers[0]?.free?.();
    assert.equal(slots.takeFree(), undefined);
  });
  it('goes to who waits when it is freed, once', async () => {
    const freed = slots.takeFree();
    await arrive(3);
    freed?.();
    freed?.();
    await settle();
    assert.deepEqual(having(), [true, true, false]);
  });
  it('is one of both, and none is kept when one of them has none', () => {
    const [own, shared] = [new CountedSlots(2), new CountedSlots(1)];
    const both = bothSlots(own, shared);
    const freed = both.takeFree();
    assert.deepEqual([freed !== undefined, both.takeFree()], [true, undefined]);
    freed?.();
    assert.ok(own.takeFree() && own.takeFree(), 'both of its own are free');
    assert.ok(shared.takeFree(), 'the shared one is free');
  });
  it('is none of both where the first has none', () => {
    const [own, shared] = [new CountedSlots(0), new CountedSlots(1)];
    assert.equal(bothSlots(own, shared).takeFree(), undefined);
    assert.ok(shared.takeFree());
  });
});
