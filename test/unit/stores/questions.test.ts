import assert from 'node:assert/strict';
import {setImmediate as turn} from 'node:timers/promises';
import {describe, it} from 'node:test';

import {systemClock} from '../../../src/core/clock.js';
import {Questions} from '../../../src/stores/questions.js';
import {TabChannel, type Channel} from '../../../src/stores/tab-channel.js';

/** A tab that asks `beats` questions at once, as one whose thread was busy, and hears what was said meanwhile only after that. */
async function lateTab(beats: number, answer: 'answers' | 'is silent') {
  const said: unknown[] = [];
  const ears: ((event: MessageEvent) => void)[] = [];
  const line = {
    postMessage: (data: unknown) => void said.push(data, ...(answer === 'answers' ? [{kind: 'news', key: 'a', from: 'owner'}] : [])),
    addEventListener: (_: string, listener: (event: MessageEvent) => void) => void ears.push(listener),
    close: () => undefined,
  } as unknown as Channel;
  let left = beats;
  const sleep = (_: number, signal: AbortSignal): Promise<void> => systemClock.sleep(--left > 0 ? 0 : 60_000, signal);
  const clock = {...systemClock, sleep};
  const channel = new TabChannel('test', () => line, clock);
  const questions = new Questions({channel, clock, key: 'a', id: 'me', onNews: () => undefined, every: 100, silence: 1_000, grace: 400});
  const over = new AbortController();
  const seen = {silent: false};
  const asked = questions.untilSilent(over.signal).then(
    () => (seen.silent = true),
    () => undefined,
  );
  while (left > 0) await systemClock.sleep(1, over.signal);
  const before = seen.silent;
  for (const data of said) for (const hear of ears) hear({data} as MessageEvent);
  await turn();
  over.abort();
  await asked;
  return {before, after: seen.silent};
}

describe('a tab that hears only after thirty questions what was said', () => {
  it('takes nobody for frozen before it has heard anything', async () => {
    assert.equal((await lateTab(30, 'is silent')).before, false);
  });

  it('takes nobody for frozen who had answered', async () => {
    assert.deepEqual(await lateTab(30, 'answers'), {before: false, after: false});
  });

  it('takes one for frozen who had not', async () => {
    assert.equal((await lateTab(30, 'is silent')).after, true);
  });
});

describe('a tab that asked ten questions', () => {
  it('takes nobody for frozen: the last one had no time to be answered', async () => {
    assert.equal((await lateTab(10, 'is silent')).after, false);
  });
});
