import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {SeenStore} from '../../../src/core/seen-store.js';
import {MemoryStore} from '../../../src/stores/memory.js';
import {settle} from '../../support/fake-clock.js';
import {ScriptedStore} from '../../support/scripted-store.js';

const {signal} = new AbortController();
let inner = new ScriptedStore();
let store = new SeenStore(inner);

beforeEach(() => {
  inner = new ScriptedStore();
  store = new SeenStore(inner);
});

describe('what a store is known to have', () => {
  it('may be anything before all of it was read', () => assert.ok(store.mayHave('a')));

  it('is what was there when it was read', async () => {
    await inner.save('a', 1, signal);
    await store.all(signal);
    assert.deepEqual([store.mayHave('a'), store.mayHave('b')], [true, false]);
  });

  it('is also what was saved since', async () => {
    await store.all(signal);
    await store.save('b', 1, signal);
    assert.ok(store.mayHave('b'));
  });

  it('is also what was being saved while all was read', async () => {
    const all = store.all(signal);
    const saved = store.save('b', 1, signal);
    await Promise.all([all, saved]);
    assert.ok(store.mayHave('b'));
  });

  it('is not what was forgotten', async () => {
    await inner.save('a', 1, signal);
    await store.all(signal);
    await store.save('b', 1, signal);
    await store.forget('a', signal);
    await store.forget('b', signal);
    assert.deepEqual([store.mayHave('a'), store.mayHave('b')], [false, false]);
  });

  it('may still be there when forgetting failed', async () => {
    await store.all(signal);
    await store.save('b', 1, signal);
    inner.breaks('forget');
    await store.forget('b', signal).catch(() => undefined);
    assert.ok(store.mayHave('b'));
  });

  it('is known by itself, soon after, where it lives as long as the page', async () => {
    const memory = new MemoryStore();
    await memory.save('a', 1, signal);
    const seen = new SeenStore(memory);
    assert.ok(seen.mayHave('b'));
    await settle();
    assert.deepEqual([seen.mayHave('a'), seen.mayHave('b')], [true, false]);
  });

  it('is not asked for by itself where it outlives the page', async () => {
    await settle();
    assert.deepEqual(inner.calls, []);
  });

  it('may be anything when it could not be read', async () => {
    inner.breaks('all');
    await assert.rejects(store.all(signal));
    assert.ok(store.mayHave('a'));
  });
});

describe('a store that is watched', () => {
  it('gives what the store gives', async () => {
    await store.save('a', {one: 1}, signal);
    assert.deepEqual([await store.load('a', signal), await store.all(signal)], [{one: 1}, [['a', {one: 1}]]]);
  });
  it('outlives the page when the store does', () => assert.equal(store.outlivesPage, inner.outlivesPage));
});
