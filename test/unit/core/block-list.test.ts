import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BlockList} from '../../../src/core/block-list.js';
import {settle} from '../../support/fake-clock.js';

const {signal} = new AbortController();
let kept: number[] = [];
let blocks = new BlockList(0, () => undefined);

beforeEach(() => {
  kept = [];
  blocks = new BlockList(4, (index) => kept.push(index));
});

/** Makes every free block by itself, under a name. */
const by =
  (name: string) =>
  async (free: number): Promise<void> => {
    const making = blocks.begin();
    making.take(free);
    await settle();
    making.keep(free, `${name}${free}`);
    making.end();
  };

describe('a digest that is there', () => {
  it('is told once', () => {
    blocks.keep(1, 'a');
    blocks.keep(1, 'b');
    assert.deepEqual([kept, blocks.at(1)], [[1], 'a']);
  });

  it('is among those between two numbers, of which the second is not meant', () => {
    for (const index of [0, 2, 3]) blocks.keep(index, `d${index}`);
    assert.deepEqual(blocks.between(1, 3), ['d2']);
  });

  it('is not free', () => {
    blocks.keep(0, 'a');
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => blocks.isFree(index)),
      [false, true, true, true],
    );
  });

  it('of a block that the file has not is none', () => {
    blocks.keep(4, 'a');
    assert.deepEqual([kept, blocks.length, blocks.all], [[], 4, [undefined, undefined, undefined, undefined]]);
  });

  it('stays when the list that was given is changed', () => {
    blocks.keep(0, 'a');
    blocks.all.fill('x');
    assert.deepEqual(blocks.all, ['a', undefined, undefined, undefined]);
  });
});

describe('a block that is being made', () => {
  it('is not free until its maker has ended without it', () => {
    const making = blocks.begin();
    making.take(2);
    assert.equal(blocks.isFree(2), false);
    making.end();
    assert.equal(blocks.isFree(2), true);
  });

  it('stays its own maker’s when another one ends', () => {
    const [one, other] = [blocks.begin(), blocks.begin()];
    one.take(2);
    other.take(3);
    other.end();
    assert.equal(blocks.isFree(2), false);
  });

  it('may be none', () => assert.equal(blocks.begin().take(undefined), undefined));
});

describe('filling', () => {
  it('makes what is missing, and nothing else', async () => {
    blocks.keep(1, 'a1');
    await blocks.fill(0, 3, by('b'), signal);
    assert.deepEqual(blocks.all, ['b0', 'a1', 'b2', undefined]);
  });

  it('makes nothing twice, whoever fills at the same time', async () => {
    await Promise.all([blocks.fill(0, 4, by('a'), signal), blocks.fill(1, 4, by('b'), signal)]);
    assert.deepEqual(
      [...kept].sort((a, b) => a - b),
      [0, 1, 2, 3],
    );
  });

  it('makes what another one has given up', async () => {
    const making = blocks.begin();
    making.take(0);
    const filling = blocks.fill(0, 1, by('b'), signal);
    await settle();
    making.end();
    await filling;
    assert.equal(blocks.at(0), 'b0');
  });

  it('waits for others no longer than it is wanted', async () => {
    blocks.begin().take(0);
    const controller = new AbortController();
    const filling = blocks.fill(0, 1, by('b'), controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(filling, reason);
  });

  it('fails as its maker does', async () => {
    const mistake = new Error('no disk');
    await assert.rejects(
      blocks.fill(0, 4, () => Promise.reject(mistake), signal),
      mistake,
    );
  });
});
