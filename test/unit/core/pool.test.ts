import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {failFast, unlessAborted, type Lane} from '../../../src/core/pool.js';
import {settle} from '../../support/fake-clock.js';

const never = (): AbortSignal => new AbortController().signal;
const deaf: Lane<string> = () => new Promise(() => undefined);
const empty: Lane<string> = async () => undefined;

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

/** How many macrotasks begin before `promise` settles. */
async function tasksUntilSettled(promise: Promise<unknown>): Promise<number> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  let tasks = 0;
  while (!settled) {
    await settle();
    tasks += 1;
  }
  return tasks;
}

describe('all lanes return without an answer', () => {
  it('the answer is undefined', async () => assert.deepEqual(await outcome(failFast([empty, empty], never())), {value: undefined}));
  it('no lanes at all are the same', async () => assert.deepEqual(await outcome(failFast([], never())), {value: undefined}));
  it('it waits for the slowest', async () => {
    assert.deepEqual(await outcome(failFast([empty, deaf], never())), {open: true});
  });
  it('what is left of them is told to stop', async () => {
    let signal: AbortSignal | undefined;
    await failFast<string>([async (own) => void (signal = own)], never());
    assert.equal(signal?.aborted, true);
  });
});

describe('one lane has the answer early', () => {
  const early: Lane<string> = async () => 'here';

  it('that is the answer', async () => assert.equal(await failFast([early, empty], never()), 'here'));
  it('though a sibling never settles', async () => assert.equal(await failFast([deaf, early], never()), 'here'));
  it('the first one counts', async () => {
    const later: Lane<string> = async () => {
      await settle();
      return 'later';
    };
    assert.equal(await failFast([later, early], never()), 'here');
  });
  it('the siblings are told to stop', async () => {
    let signal: AbortSignal | undefined;
    const sibling: Lane<string> = (own) => {
      signal = own;
      return deaf(own);
    };
    await failFast([sibling, early], never());
    assert.equal(signal?.aborted, true);
  });
  it('a sibling that fails afterwards is not heard', async () => {
    const late: Lane<string> = async (own) => {
      await unlessAborted(deaf(own), own);
      throw new Error('too late');
    };
    assert.equal(await failFast([late, early], never()), 'here');
    await settle();
  });
  for (const answer of [0, '', false, null]) {
    it(`${JSON.stringify(answer)} is an answer too`, async () =>
      assert.equal(await failFast<unknown>([async () => answer, deaf], never()), answer));
  }
});

describe('one lane fails', () => {
  const failure = new Error('part 2');
  let signals: AbortSignal[] = [];
  const bad: Lane<string> = async () => {
    throw failure;
  };
  const listening: Lane<string> = (signal) => {
    signals.push(signal);
    return deaf(signal);
  };

  beforeEach(() => (signals = []));

  it('it is rejected with that failure', async () => assert.deepEqual(await outcome(failFast([empty, bad], never())), {reason: failure}));
  it('though a sibling never settles', async () =>
    assert.deepEqual(await outcome(failFast([deaf, bad, deaf], never())), {reason: failure}));
  it('a lane that throws before it waits for anything is the same', async () => {
    const atOnce: Lane<string> = () => {
      throw failure;
    };
    assert.deepEqual(await outcome(failFast([deaf, atOnce], never())), {reason: failure});
  });
  it('it is told in the same task', async () => assert.equal(await tasksUntilSettled(failFast([deaf, bad], never())), 1));
  it('it is told in the task in which the lane fails, however late', async () => {
    let fail = (): void => undefined;
    const later: Lane<string> = () => new Promise((_, reject) => (fail = () => reject(failure)));
    const all = failFast([deaf, later], never());
    await settle();
    let told = false;
    all.catch(() => (told = true));
    fail();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    assert.equal(told, true, 'promise callbacks alone must do: no further task has begun');
  });
  it('every sibling is told to stop', async () => {
    await outcome(failFast([listening, bad, listening], never()));
    assert.deepEqual(
      signals.map(({aborted: stopped}) => stopped),
      [true, true],
    );
  });
  it('they are told that another part ended it, not what the failure was', async () => {
    await outcome(failFast([listening, bad], never()));
    assert.equal((signals[0]?.reason as Error).name, 'AbortError');
  });
  it('a second failure is not heard', async () => {
    const second: Lane<string> = async () => {
      await settle();
      throw new Error('second');
    };
    assert.deepEqual(await outcome(failFast([second, bad], never())), {reason: failure});
    await settle();
  });
  it('an answer that comes afterwards is not heard', async () => {
    const late: Lane<string> = async () => {
      await settle();
      return 'late';
    };
    assert.deepEqual(await outcome(failFast([late, bad], never())), {reason: failure});
  });
});
