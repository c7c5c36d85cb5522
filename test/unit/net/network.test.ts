import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {alwaysOnline} from '../../../src/net/network.js';

describe('a network that cannot be watched', () => {
  it('seems to be there: a request shows whether it is', () => {
    assert.equal(alwaysOnline.online, true);
  });

  it('never tells of a change, and may be left', () => {
    let told = 0;
    const leave = alwaysOnline.subscribe(() => (told += 1));
    leave();
    leave();
    assert.equal(told, 0);
  });
});
