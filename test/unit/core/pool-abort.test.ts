import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {aborted, failFast, unlessAborted, type Lane} from '../../../src/core/pool.js';
import {settle} from '../../support/fake-clock.js';

const never = (): AbortSignal => new AbortController().signal;
const deaf: Lane<string> = () => new Promise(() => undefined);
/** What became of a promise, once everything that is ready has happened. */
async function outcome<T>(promise: Promise<T>): Promise<{value?: T; reason?: unknown; open?: true}> {
  let result: {value?: T; reason?: unknown; open?: true} = {open: true};
  promise.then(
    (value) => (result = {value}),
    (reason: unknown) => (result = {reason}),
  );
  await settle();
  return result;
}

describe('being stopped from outside', () => {
  const reason = new DOMException('paused', 'AbortError');

  it('it is rejected with the reason', async () => {
    const stop = new AbortController();
    const all = failFast([deaf], stop.signal);
    stop.abort(reason);
    assert.deepEqual(await outcome(all), {reason});
  });
  it('the lanes get the reason', async () => {
    const stop = new AbortController();
    let signal: AbortSignal | undefined;
    const lane: Lane<string> = (own) => {
      signal = own;
      return deaf(own);
    };
    const all = failFast([lane], stop.signal);
    stop.abort(reason);
    await outcome(all);
    assert.equal(signal?.reason, reason);
  });
  it('before it began, it is rejected too', async () =>
    assert.deepEqual(await outcome(failFast([deaf], AbortSignal.abort(reason))), {reason}));
  it('before it began, the lanes see it at once', async () => {
    let stopped: boolean | undefined;
    await outcome(failFast<string>([async (own) => void (stopped = own.aborted)], AbortSignal.abort(reason)));
    assert.equal(stopped, true);
  });
  it('after it ended, nothing happens', async () => {
    const stop = new AbortController();
    const answer = await failFast([async () => 'here'], stop.signal);
    stop.abort(reason);
    await settle();
    assert.equal(answer, 'here');
  });
  it('after a failure, the failure stays', async () => {
    const stop = new AbortController();
    const failure = new Error('first');
    const all = failFast<string>([() => Promise.reject(failure)], stop.signal);
    const heard = outcome(all);
    await settle();
    stop.abort(reason);
    assert.deepEqual(await heard, {reason: failure});
  });
});

describe('work that might never settle', () => {
  it('gives its value', async () => assert.equal(await unlessAborted(Promise.resolve(7), never()), 7));
  it('gives its own failure', async () => {
    const failure = new Error('own');
    assert.deepEqual(await outcome(unlessAborted(Promise.reject(failure), never())), {reason: failure});
  });
  it('is left when it is aborted', async () => {
    const stop = new AbortController();
    const left = unlessAborted(deaf(stop.signal), stop.signal);
    stop.abort('enough');
    assert.deepEqual(await outcome(left), {reason: 'enough'});
  });
  it('is left at once when that is so already, though it is ready', async () =>
    assert.deepEqual(await outcome(unlessAborted(Promise.resolve(1), AbortSignal.abort('enough'))), {reason: 'enough'}));
  it('may fail afterwards unheard', async () => {
    const stop = new AbortController();
    let fail = (): void => undefined;
    const left = unlessAborted(new Promise<never>((_, reject) => (fail = () => reject(new Error('late')))), stop.signal);
    stop.abort('enough');
    assert.deepEqual(await outcome(left), {reason: 'enough'});
    fail();
    await settle();
  });
});

describe('the promise of an abort', () => {
  it('rejects with the reason', async () => {
    const stop = new AbortController();
    const {promise} = aborted(stop.signal);
    stop.abort('why');
    assert.deepEqual(await outcome(promise), {reason: 'why'});
  });
  it('does not reject after done()', async () => {
    const stop = new AbortController();
    const {promise, done} = aborted(stop.signal);
    done();
    stop.abort('why');
    assert.deepEqual(await outcome(promise), {open: true});
  });
});
