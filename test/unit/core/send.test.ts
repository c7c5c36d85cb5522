import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {answers, deaf, fails, Held} from '../../support/scripted-faults.js';
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
  for (const chunkSize of [NaN, 0, -5, 0.5]) {
    it(`takes a wish of ${chunkSize} bytes for none, also when it creates`, async () => {
      set({chunkSize});
      await go();
      assert.deepEqual([scene.arrived, scene.protocol.carries], [true, [400]]);
    });
  }
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

describe('parts that begin together', limit, () => {
  const MB = 1_000_000;
  const parts = {min: 1, preferred: 8 * MB, max: 64 * MB, parallel: 4};

  /** The lengths of the first parts on a line that takes four parts of `each` bytes in 1.5 s. */
  async function firstParts(each: number, options: ScriptedRunOptions = {}): Promise<readonly number[]> {
    set({size: 20 * MB, chunkSize: 'auto', parts, ...options});
    const flight = scene.run.line.begin();
    await scene.clock.advance(1_500);
    flight.acknowledged(each * (options.parts?.parallel ?? parts.parallel));
    flight.end();
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    return scene.protocol.sentParts.map(([start, end]) => end - start);
  }

  it('do not end together: the first has half the length that suits the line, each other one more, the last all of it', async () => {
    const lengths = await firstParts(1.2 * MB);
    assert.deepEqual(
      lengths.map((bytes) => Math.round(bytes / 1_000)),
      [600, 800, 1_000, 1_200],
    );
  });
  it('have the length that suits the line where there is one at a time', async () => {
    assert.deepEqual(await firstParts(1.2 * MB, {parts: {...parts, parallel: 1}}), [1.2 * MB]);
  });
  it('have the length that the page wishes, whatever the line is like', async () => {
    assert.deepEqual(await firstParts(1.2 * MB, {chunkSize: MB}), [MB, MB, MB, MB]);
  });
});
