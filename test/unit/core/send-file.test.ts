import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held, silent} from '../../support/scripted-faults.js';
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

describe('the last part', limit, () => {
  const three = {size: 3 * BLOCK_SIZE, parts: {preferred: BLOCK_SIZE, max: BLOCK_SIZE, parallel: 1}, noticesChange: false};

  it('waits until the file is proven unchanged', async () => {
    set(three);
    scene.protocol.onPart(BLOCK_SIZE, async (exchange) => {
      await settle();
      scene.hasher.hold();
      return exchange.serve();
    });
    await go();
    await settle();
    await settle();
    assert.deepEqual(starts(), [0, BLOCK_SIZE]);
    scene.hasher.release();
    await settle();
    assert.equal(scene.arrived, true);
  });
  it('is told of as verifying', async () => {
    set(three);
    await go();
    assert.deepEqual(scene.reports, ['opened', 'verifying']);
  });
  it('is not told of where one byte is proof enough', async () => {
    set({...three, noticesChange: true});
    await go();
    assert.deepEqual(scene.reports, ['opened']);
  });
  it('is not sent when the file has changed', async () => {
    set(three);
    scene.protocol.onPart(BLOCK_SIZE, async (exchange) => {
      const answer = exchange.serve();
      scene.file.change();
      return answer;
    });
    await go();
    assert.deepEqual([scene.code, starts()], ['file-changed', [0, BLOCK_SIZE]]);
  });
  it('is not sent when the file has changed, in a browser that notices', async () => {
    set({...three, noticesChange: true});
    scene.protocol.onPart(BLOCK_SIZE, async (exchange) => {
      const answer = exchange.serve();
      scene.file.change();
      return answer;
    });
    await go();
    assert.deepEqual([scene.code, starts()], ['file-changed', [0, BLOCK_SIZE]]);
  });
});

describe('a request that fails because the file is gone', limit, () => {
  it('is file-changed, never network, where the browser notices', async () => {
    set({parts: {parallel: 1}});
    scene.protocol.onPart(0, async (exchange) => {
      const answer = exchange.serve();
      scene.file.change();
      return answer;
    });
    await go();
    assert.equal(scene.code, 'file-changed');
  });
  it('is file-unreadable when it was deleted', async () => {
    set({parts: {parallel: 1}});
    scene.protocol.onPart(0, async (exchange) => {
      const answer = exchange.serve();
      scene.file.remove();
      return answer;
    });
    await go();
    assert.equal(scene.code, 'file-unreadable');
  });
  it('is looked at where the part is', async () => {
    set({parts: {parallel: 1}});
    scene.protocol.onPart(200, fails('network'));
    await go();
    assert.deepEqual(scene.hasher.checked, [{start: 200, end: 300}]);
  });
  it('is not looked for when the server answered', async () => {
    set({parts: {parallel: 1}});
    scene.protocol.onPart(200, fails('server'));
    await go();
    assert.deepEqual(scene.hasher.checked, []);
  });
});

describe('no byte leaves', limit, () => {
  beforeEach(() => set({parts: {parallel: 1}}));

  it('the file is looked at after 5 s', async () => {
    scene.protocol.onPart(0, deaf);
    await go();
    await scene.clock.advance(5_000);
    assert.deepEqual(scene.hasher.checked, [{start: 0, end: 100}]);
  });
  it('it is not looked at before', async () => {
    scene.protocol.onPart(0, deaf);
    await go();
    await scene.clock.advance(4_999);
    assert.deepEqual(scene.hasher.checked, []);
  });
  it('only what has not left yet is looked at', async () => {
    scene.protocol.onPart(0, new Held(60).behaviour);
    await go();
    await scene.clock.advance(5_000);
    assert.deepEqual(scene.hasher.checked, [{start: 60, end: 100}]);
  });
  it('a file that is gone fails the upload though the request hangs for ever', async () => {
    scene.protocol.onPart(0, deaf);
    await go();
    scene.file.remove();
    await scene.clock.advance(5_000);
    assert.equal(scene.code, 'file-unreadable');
  });
  it('the request is aborted then', async () => {
    scene.protocol.onPart(0, deaf);
    await go();
    scene.file.remove();
    await scene.clock.advance(5_000);
    assert.equal(scene.protocol.calls.at(-1)?.signal.aborted, true);
  });
  it('a file that is there is looked at again after 5 s more', async () => {
    scene.protocol.onPart(0, deaf);
    await go();
    await scene.clock.advance(10_000);
    assert.equal(scene.hasher.checked.length, 2);
  });
  it('a file that is there leaves the request its own limit', async () => {
    scene.protocol.onPart(0, silent());
    await go();
    await scene.clock.advance(9_999);
    assert.equal(scene.failure, undefined);
    await scene.clock.advance(1);
    assert.equal(scene.code, 'timeout');
  });
  it('bytes that leave in between put it off', async () => {
    scene.protocol.onPart(0, async ({sent, clock, signal}) => {
      for (let bytes = 10; bytes < 100; bytes += 10) {
        await clock.sleep(3_000, signal);
        sent(bytes);
      }
      return deaf({} as never);
    });
    await go();
    await scene.clock.advance(27_000);
    assert.deepEqual(scene.hasher.checked, []);
  });
  it('nothing is looked at after the part has arrived', async () => {
    await go();
    scene.hasher.checked.length = 0;
    await scene.clock.advance(60_000);
    assert.deepEqual(scene.hasher.checked, []);
  });
});
