import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import {settle} from '../../support/fake-clock.js';
import {answers, deaf, fails, Held, silent} from '../../support/scripted-faults.js';
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

describe('sending a file', limit, () => {
  it('sends as many parts at once as the server wishes', async () => {
    set({size: 600, parts: {parallel: 3}});
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.deepEqual(starts(), [0, 100, 200]);
  });
  it('sends the next when one has arrived', async () => {
    const held = new Held();
    scene.protocol.onPart(0, held.behaviour);
    await go();
    assert.deepEqual(starts(), [0, 100, 200, 300]);
  });
  it('sends every byte once', async () => {
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.server.only.resent, scene.protocol.count('send')], [true, 0, 4]);
  });
  it('sends what the page wished for, within the rule', async () => {
    set({chunkSize: 150});
    await go();
    assert.deepEqual(scene.protocol.sentParts, [
      [0, 150],
      [150, 300],
      [300, 400],
    ]);
  });
  it('takes no more slots than there are', async () => {
    set({slots: 1, parts: {parallel: 3}});
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.deepEqual(starts(), [0]);
  });
  it('gives every slot back', async () => {
    set({slots: 1, parts: {parallel: 3}});
    await go();
    assert.equal(scene.arrived, true);
    await scene.slots.take(new AbortController().signal);
  });
  it('uses lanes one request at a time', async () => {
    set({
      parts: {parallel: 4},
      lanes: [
        {start: 0, end: 200},
        {start: 200, end: 400},
      ],
    });
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.deepEqual(starts(), [0, 200]);
  });
  it('finishes lanes in order', async () => {
    set({
      parts: {parallel: 2},
      lanes: [
        {start: 0, end: 200},
        {start: 200, end: 400},
      ],
    });
    await go();
    assert.equal(scene.arrived, true);
  });
});

describe('what is told of a part on its way', limit, () => {
  it('bytes handed to the network are sent, not confirmed', async () => {
    scene.protocol.onPart(0, new Held(70).behaviour);
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.deepEqual([scene.sent.at(-1), scene.confirmed], [70, [0]]);
  });
  it('bytes of all parts in flight count together', async () => {
    scene.protocol.onPart(0, new Held(70).behaviour);
    scene.protocol.onPart(100, new Held(30).behaviour);
    await go();
    assert.equal(scene.sent.at(-1), 100);
  });
  it('they are not sent any more when they are confirmed', async () => {
    const held = new Held(70);
    set({parts: {parallel: 1}});
    scene.protocol.onPart(0, held.behaviour);
    scene.protocol.onPart(100, new Held(20).behaviour);
    await go();
    held.release();
    await settle();
    assert.deepEqual([scene.sent.at(-1), scene.confirmed.at(-1)], [20, 100]);
  });
  it('bytes of a part in flight that another answer has confirmed are not counted as sent too', async () => {
    scene.protocol.onPart(0, new Held(80).behaviour);
    scene.protocol.onPart(
      100,
      answers({
        kind: 'kept',
        confirmed: [
          {start: 0, end: 50},
          {start: 100, end: 200},
        ],
      }),
    );
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.deepEqual([scene.sent.at(-1), scene.confirmed.at(-1)], [30, 150]);
  });
  it('the server may confirm more than the part', async () => {
    set({parts: {parallel: 1}});
    scene.protocol.onPart(0, async ({serve}) => {
      scene.protocol.server.only.write(100, scene.file.content.subarray(100, 250));
      return serve();
    });
    await go();
    assert.deepEqual(starts(), [0, 250, 350]);
  });
  it('confirmed never falls while parts arrive in any order', async () => {
    const held = new Held();
    scene.protocol.onPart(0, held.behaviour);
    await go();
    held.release();
    await settle();
    assert.deepEqual(scene.confirmed, [0, 100, 200, 300]);
  });
});

describe('one part fails while a sibling is in flight', limit, () => {
  const begin = async (): Promise<void> => {
    scene.protocol.onPart(0, deaf);
    scene.protocol.onPart(100, fails('server', {status: 500}));
    await go();
  };

  it('the run fails though the sibling never settles', async () => {
    await begin();
    assert.equal(scene.code, 'server');
  });
  it('the sibling is aborted', async () => {
    await begin();
    const sibling = scene.protocol.calls.find(({call, body}) => call === 'send' && body.start === 0);
    assert.equal(sibling?.signal.aborted, true);
  });
  it('nothing further is sent', async () => {
    await begin();
    await scene.clock.advance(100_000);
    assert.deepEqual(starts(), [0, 100]);
  });
  it('all slots are free at once', async () => {
    set({slots: 2});
    await begin();
    const {signal} = new AbortController();
    await Promise.all([scene.slots.take(signal), scene.slots.take(signal)]);
  });
  it('nobody sleeps any more', async () => {
    await begin();
    assert.equal(scene.clock.sleepers, 0);
  });
  it('a sibling that arrives all the same changes nothing any more', async () => {
    const late = new Held();
    scene.protocol.onPart(0, (exchange) => late.behaviour({...exchange, signal: new AbortController().signal}));
    scene.protocol.onPart(100, fails('server'));
    await go();
    const told = scene.confirmed.length;
    late.release();
    await settle();
    assert.equal(scene.confirmed.length, told);
  });
});

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
    scene.protocol.on('send', async (exchange) => {
      scene.hasher.hold();
      return exchange.serve();
    });
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
    set({size: 19_000_000, head: 250_000, parts: {parallel: 2, preferred: 8_000_000, max: 8_000_000}});
    scene.protocol.on('open', async ({clock, signal, serve, sent}) => {
      sent(250_000);
      await clock.sleep(500, signal);
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
    await scene.clock.advance(500);
    assert.deepEqual(limits, [96_000, 96_000]);
  });
  it('learns nothing from bytes that an earlier run had brought', async () => {
    set({size: 4_000_000, parts: {parallel: 1, preferred: 1_000_000, max: 1_000_000}});
    scene.protocol.on('open', async ({serve}) => {
      const answer = serve();
      scene.protocol.server.only.write(0, scene.file.content.subarray(0, 2_000_000));
      return answer;
    });
    const before = scene.run.patience.limit(1_000_000);
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.equal(scene.run.patience.limit(1_000_000), before);
  });
});
