import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {stays, until} from '../../support/wait.js';

describe('waiting until something is there', () => {
  it('gives what was found', async () => {
    let looks = 0;
    assert.equal(await until('a third look', () => (++looks === 3 ? 'found' : undefined), {every: 1}), 'found');
  });

  it('takes 0 and an empty text for something', async () => {
    assert.equal(await until('a zero', () => 0), 0);
    assert.equal(await until('a text', () => ''), '');
  });

  it('names what did not come, with the reason', async () => {
    const reason = new Error('not there');
    const never = until('the moon', () => Promise.reject(reason), {limit: 20, every: 1});
    await assert.rejects(never, {message: 'Waited 20 ms for the moon', cause: reason});
  });

  it('looks at least once', async () => {
    assert.equal(await until('this', () => true, {limit: 0}), true);
  });
});

describe('watching that something stays', () => {
  it('is content when it did', async () => {
    await stays('true', () => true, 40);
  });

  it('complains as soon as it did not', async () => {
    let looks = 0;
    await assert.rejects(
      stays('below two', () => ++looks < 2, 10_000),
      /did not stay so: below two/,
    );
  });
});
