import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {Turns} from '../../../src/server/turns.js';

describe('turns', () => {
  it('let work on one name happen one at a time, in order', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`${name} ends`);
    };
    await Promise.all([turns.take('x', work('a')), turns.take('x', work('b')), turns.take('x', work('c'))]);
    assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('do not let another name wait', async () => {
    const turns = new Turns();
    void turns.take('x', () => new Promise(() => undefined));
    assert.equal(await turns.take('y', () => Promise.resolve(7)), 7);
  });

  it('go on after work that failed, which only its owner hears of', async () => {
    const turns = new Turns();
    const failed = turns.take('x', () => Promise.reject(new Error('no')));
    const next = turns.take('x', () => Promise.resolve(1));
    await assert.rejects(failed, /no/);
    assert.equal(await next, 1);
  });
});
