import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import {settle} from '../../support/fake-clock.js';
import {deaf} from '../../support/scripted-faults.js';
import {ScriptedRun, type ScriptedRunOptions} from '../../support/scripted-run.js';

const limit = {timeout: 20_000};
let scene = new ScriptedRun();
const set = (options: ScriptedRunOptions = {}): void => {
  scene = new ScriptedRun(options);
};
const go = async (): Promise<void> => {
  scene.start();
  await settle();
};
const starts = (): number[] => scene.protocol.sentParts.map(([start]) => start);

beforeEach(() => set());

describe('digests and parts', limit, () => {
  const two = {size: 2 * BLOCK_SIZE, parts: {preferred: BLOCK_SIZE, max: BLOCK_SIZE, parallel: 1}};

  it('a part waits for its own digests', async () => {
    set(two);
    scene.hasher.hold();
    await go();
    assert.deepEqual(starts(), []);
  });
  it('a part does not wait for those of the rest of the file', async () => {
    set({...two, size: 4 * BLOCK_SIZE});
    scene.hasher.holdAfter(1);
    await go();
    assert.deepEqual([starts(), scene.confirmed.at(-1)], [[0], BLOCK_SIZE]);
  });
  it('the rest of the file is digested while a part is on its way', async () => {
    set({...two, size: 4 * BLOCK_SIZE});
    scene.protocol.onPart(0, deaf);
    await go();
    assert.deepEqual(scene.hasher.digested, [0, 1, 2, 3]);
  });
  it('a file that cannot be read fails by its own name', async () => {
    set(two);
    scene.protocol.onPart(0, deaf);
    scene.file.remove();
    await go();
    assert.equal(scene.code, 'file-unreadable');
  });
  it('without digests nothing waits for any', async () => {
    set({...two, algorithm: 'none', verified: 'length'});
    scene.hasher.hold();
    await go();
    assert.deepEqual(starts(), [0]);
  });
});

describe('the patience of a request', limit, () => {
  it('is learned from parts that were acknowledged', async () => {
    set({size: 2_000_000, parts: {parallel: 1, preferred: 1_000_000, max: 1_000_000}});
    let second = 0;
    scene.protocol.onPart(0, async ({clock, signal, serve}) => {
      await clock.sleep(5_000, signal);
      return serve();
    });
    scene.protocol.onPart(1_000_000, async (exchange) => {
      second = exchange.limit;
      return exchange.serve();
    });
    await go();
    await scene.clock.advance(5_000);
    assert.equal(second, 15_000);
  });
  it('is learned from bytes that travelled with the creation', async () => {
    set({size: 9_000_000, head: 250_000, parts: {parallel: 1, preferred: 8_000_000, max: 8_000_000}});
    scene.protocol.on('open', async ({clock, signal, serve, sent}) => {
      sent(250_000);
      await clock.sleep(500, signal);
      return serve();
    });
    let first = 0;
    scene.protocol.on('send', async (exchange) => {
      first = exchange.limit;
      return exchange.serve();
    });
    await go();
    await scene.clock.advance(500);
    assert.equal(first, 48_000);
  });
  it('counts that several parts share the line', async () => {
    set({size: 19_000_000, head: 250_000, limits: {stall: 1_000}, parts: {parallel: 2, preferred: 3_000_000, max: 8_000_000}});
    scene.protocol.on('open', async ({clock, signal, serve, sent}) => {
      sent(250_000);
      await clock.sleep(50, signal);
      return serve();
    });
    const limits: number[] = [];
    scene.protocol.on(
      'send',
      async (exchange) => {
        limits.push(exchange.limit);
        return deaf(exchange);
      },
      {times: 2},
    );
    await go();
    await scene.clock.advance(50);
    assert.deepEqual(limits, [3_600, 3_600]);
  });
  it('learns nothing from bytes that an earlier run had brought', async () => {
    set({size: 4_000_000, parts: {parallel: 1, preferred: 1_000_000, max: 1_000_000}});
    scene.protocol.on('open', async ({serve}) => {
      const answer = serve();
      scene.protocol.server.only.write(0, scene.file.content.subarray(0, 2_000_000));
      return answer;
    });
    const before = scene.run.line.limit(1_000_000);
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.equal(scene.run.line.limit(1_000_000), before);
  });
});
