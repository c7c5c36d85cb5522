import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, losesAnswer} from '../../support/scripted-faults.js';
import {ScriptedRun, type ScriptedRunOptions} from '../../support/scripted-run.js';

const limit = {timeout: 20_000};
const KiB = 1_024;
const large = {size: 200 * KiB, chunkSize: 'auto', parts: {min: KiB, preferred: 64 * KiB, max: 64 * KiB, parallel: 4}} as const;
let scene = new ScriptedRun();
const set = (options: ScriptedRunOptions = {}): void => {
  scene = new ScriptedRun({...large, ...options});
};
const go = async (): Promise<void> => {
  scene.start();
  await settle();
};
/** The most bytes that might go along with each question, and over how many requests. */
const carried = (): readonly (readonly [carry: number | undefined, spread: number])[] =>
  scene.protocol.spreads.map((spread, at) => [scene.protocol.carries[at], spread]);

beforeEach(() => set());

describe('the first bytes of a large file', limit, () => {
  it('go in one request to a server that was not greeted', async () => {
    await go();
    assert.deepEqual([carried(), scene.arrived], [[[12 * KiB, 1]], true]);
  });
  it('may go in four to one that has said so', async () => {
    scene.run.line.answered(200);
    scene.run.line.allowSpread();
    await go();
    assert.deepEqual([carried(), scene.arrived], [[[48 * KiB, 4]], true]);
  });
  it('are not more than the page wishes a part to have', async () => {
    set({chunkSize: 8 * KiB});
    scene.run.line.answered(200);
    scene.run.line.allowSpread();
    await go();
    assert.deepEqual([carried(), scene.arrived], [[[8 * KiB, 4]], true]);
  });
  it('tell how fast the line is, also when four requests have shared them', async () => {
    set({head: 48 * KiB, pace: 400});
    scene.run.line.answered(200);
    scene.run.line.allowSpread();
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    await scene.clock.advance(400);
    // 48 KiB in 200 ms beyond a round trip, and parts of 1.5 s for each of four lanes.
    assert.equal(Math.round(scene.run.line.partSize), Math.round((1.5 * 48 * KiB) / 0.2 / 4));
  });
});

describe('requests with a body', limit, () => {
  for (const [slots, spread] of [
    [1, 1],
    [2, 2],
    [4, 4],
    [6, 4],
  ] as const) {
    it(`are never more than the page allows: ${spread} where that is ${slots}`, async () => {
      set({slots});
      scene.run.line.answered(200);
      scene.run.line.allowSpread();
      await go();
      assert.deepEqual([carried(), scene.arrived], [[[12 * KiB * spread, spread]], true]);
    });
  }
  it('leave all slots free again, also when they failed', async () => {
    set({slots: 4});
    scene.run.line.answered(200);
    scene.run.line.allowSpread();
    scene.protocol.on('open', fails('server'));
    await go();
    const free = Array.from({length: 5}, () => scene.slots.takeFree() !== undefined);
    assert.deepEqual([scene.code, free], ['server', [true, true, true, true, false]]);
  });
});

describe('a file that goes whole', limit, () => {
  it('goes in one request, however the server was greeted', async () => {
    set({size: 64 * KiB, wholeUpTo: 1_024 * KiB});
    scene.run.line.answered(200);
    scene.run.line.allowSpread();
    await go();
    assert.deepEqual([carried(), scene.arrived], [[[64 * KiB, 1]], true]);
  });
});

describe('a question by a key that may have reached the server', limit, () => {
  it('brings nothing, and is spread over nothing', async () => {
    scene.run.line.answered(200);
    scene.run.line.allowSpread();
    scene.protocol.on('open', losesAnswer);
    await go();
    const before = scene.protocol.spreads.length;
    scene.start();
    await settle();
    assert.deepEqual([scene.protocol.spreads.slice(before), scene.arrived], [[1], true]);
  });
});
