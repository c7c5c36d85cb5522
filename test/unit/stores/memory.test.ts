import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {MemoryStore} from '../../../src/stores/memory.js';
import {keepsTheResumeStoreContract} from '../../contracts/resume-store.js';

const notShared = 'it remembers for as long as the page lives, and says so';

keepsTheResumeStoreContract(
  'MemoryStore',
  {
    open: async () => ({store: new MemoryStore(), again: async () => new MemoryStore()}),
    close: async () => undefined,
  },
  {describe, it},
  {'outlives the page': notShared},
);

describe('two memories', () => {
  it('know nothing of each other', async () => {
    const {signal} = new AbortController();
    await new MemoryStore().save('a', 1, signal);
    assert.equal(await new MemoryStore().load('a', signal), undefined);
  });
});

describe('a memory that is asked', () => {
  it('answers in a later task step, so that nobody relies on an answer at once', async () => {
    let answered = false;
    const loading = new MemoryStore().load('a', new AbortController().signal).then(() => (answered = true));
    assert.equal(answered, false);
    await loading;
    assert.equal(answered, true);
  });
});
