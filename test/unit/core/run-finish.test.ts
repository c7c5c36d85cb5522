import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {answers, deaf} from '../../support/scripted-faults.js';
import {ScriptedRun, type ScriptedRunOptions} from '../../support/scripted-run.js';
import {ScriptedStore} from '../../support/scripted-store.js';

const limit = {timeout: 20_000};
let scene = new ScriptedRun();
const set = (options: ScriptedRunOptions = {}): void => {
  scene = new ScriptedRun(options);
};
const go = async (): Promise<void> => {
  scene.start();
  await settle();
};
const calls = (): string[] => scene.protocol.calls.map(({call}) => call);
beforeEach(() => set());

describe('a server that puts the file together when it is asked to', limit, () => {
  beforeEach(() => set({finishes: true}));

  it('is asked when every byte is there', async () => {
    await go();
    assert.deepEqual([calls().at(-1), scene.arrived], ['finish', true]);
  });
  it('is told of', async () => {
    await go();
    assert.deepEqual(scene.reports, ['opened', 'sentAll']);
  });
  it('gets what it says that it lacks', async () => {
    scene.protocol.on('finish', async ({serve}) => {
      scene.protocol.server.only.lose({start: 100, end: 200});
      return serve();
    });
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.sentParts.at(-1)], [true, [100, 200]]);
  });
  it('is reported as sending again then', async () => {
    scene.protocol.on('finish', async ({serve}) => {
      scene.protocol.server.only.lose({start: 100, end: 200});
      return serve();
    });
    await go();
    assert.deepEqual(scene.reports, ['opened', 'sentAll', 'opened', 'sentAll']);
  });
  it('that lacks something for ever fails', async () => {
    scene.protocol.on(
      'finish',
      async ({serve}) => {
        scene.protocol.server.only.lose({start: 100, end: 200});
        return serve();
      },
      {times: Infinity},
    );
    await go();
    assert.deepEqual([scene.code, scene.protocol.count('finish')], ['protocol', 4]);
  });
  it('is waited for while it checks', async () => {
    scene.protocol.on('finish', answers({kind: 'verifying', verified: 100}));
    await go();
    assert.equal(scene.result, undefined);
    await scene.clock.advance(1_000);
    assert.equal(scene.arrived, true);
  });
  it('is waited for as long as it gets on', async () => {
    let verified = 0;
    scene.protocol.on('finish', async () => ({kind: 'verifying', verified: (verified += 1)}), {times: 300});
    await go();
    await scene.clock.advance(300_000);
    assert.equal(scene.arrived, true);
  });
  it('that does not get on for a minute is a timeout', async () => {
    scene.protocol.on('finish', answers({kind: 'verifying', verified: 100}), {times: Infinity});
    await go();
    await scene.clock.advance(120_000);
    assert.equal(scene.code, 'timeout');
  });
  it('is left at once when the run is stopped', async () => {
    scene.protocol.on('finish', answers({kind: 'verifying', verified: 100}), {times: Infinity});
    await go();
    scene.stop('paused');
    await settle();
    assert.deepEqual([scene.failure, scene.clock.sleepers], ['paused', 0]);
  });
  it('all of which was there needs no part', async () => {
    const store = new ScriptedStore();
    set({finishes: true, store});
    scene.protocol.on('finish', deaf);
    await go();
    scene.stop();
    set({finishes: true, store, server: scene.protocol.server});
    await go();
    assert.deepEqual([calls(), scene.arrived], [['open', 'finish'], true]);
  });
});
