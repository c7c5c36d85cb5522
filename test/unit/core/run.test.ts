import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {toSavedUpload} from '../../../src/core/read-saved.js';
import {settle} from '../../support/fake-clock.js';
import {answers, deaf, fails, losesAnswer} from '../../support/scripted-faults.js';
import {rootOf, md5} from '../../support/scripted-hasher.js';
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
const done = {url: '/x', instant: false, verified: 'digest', digest: null, server: null} as const;

beforeEach(() => set());

describe('a file that goes through', limit, () => {
  beforeEach(go);

  it('is whole at the server', () => assert.equal(scene.arrived, true));
  it('has a result that says how it was checked', () => assert.equal(scene.result?.verified, 'digest'));
  it('has the same root on both sides', () => {
    const root = rootOf([md5(scene.file.content)]);
    assert.deepEqual([scene.result?.digest, scene.result?.clientDigest], [root, root]);
  });
  it('opens once, sends, and asks nothing: the last part brings the result', () =>
    assert.deepEqual(calls(), ['open', 'send', 'send', 'send', 'send']));
  it('is reported as opened, and nothing else', () => assert.deepEqual(scene.reports, ['opened']));
  it('is forgotten by the store', async () => assert.deepEqual(await scene.store.all(new AbortController().signal), []));
  it('leaves nobody listening to the network', () => assert.equal(scene.network.listeners, 0));
  it('leaves nobody sleeping', () => assert.equal(scene.clock.sleepers, 0));
});

describe('files of special sizes', limit, () => {
  for (const size of [0, 1, 99, 100, 101, 400, 401]) {
    it(`${size} bytes arrive`, async () => {
      set({size});
      await go();
      assert.equal(scene.arrived, true);
    });
  }
  it('a file of no bytes is one request', async () => {
    set({size: 0});
    await go();
    assert.deepEqual(calls(), ['open']);
  });
  it('a small file that travels with its creation is one request', async () => {
    set({size: 300, head: 300});
    await go();
    assert.deepEqual([calls(), scene.arrived], [['open'], true]);
  });
  it('bytes that travel with the creation are not sent again', async () => {
    set({size: 400, head: 150});
    await go();
    assert.deepEqual([scene.protocol.sentParts[0], scene.arrived], [[150, 250], true]);
  });
});

/** The key and the remote that a later page would find. */
const saved = async (): Promise<readonly unknown[]> => {
  const {key, remote} = toSavedUpload(await scene.store.load('a.bin', new AbortController().signal)) ?? {};
  return [key, remote];
};

describe('before the first byte', limit, () => {
  it('the key is saved', async () => {
    scene.protocol.on('open', deaf);
    await go();
    assert.deepEqual(await saved(), [scene.protocol.keys[0], undefined]);
  });
  it('the remote is saved', async () => {
    scene.protocol.on('send', deaf, {times: Infinity});
    await go();
    assert.deepEqual(await saved(), [scene.protocol.keys[0], {id: 'u1'}]);
  });
  it('a creation takes a slot, as it may carry a body', async () => {
    set({slots: 0});
    await go();
    assert.deepEqual(calls(), []);
  });
});

describe('coming back', limit, () => {
  it('goes on from what the server has, and sends nothing twice', async () => {
    const store = new ScriptedStore();
    set({store, parts: {parallel: 1}});
    scene.protocol.onPart(200, deaf);
    await go();
    scene.stop();
    const {server} = scene.protocol;
    set({store, server});
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.sentParts[0], server.only.resent], [true, [200, 300], 0]);
  });
  it('tells what the server has before anything is sent', async () => {
    const store = new ScriptedStore();
    set({store, parts: {parallel: 1}});
    scene.protocol.onPart(200, deaf);
    await go();
    scene.stop();
    set({store, server: scene.protocol.server});
    await go();
    assert.equal(scene.confirmed[0], 200);
  });
  it('with the same key when the answer to the creation was lost', async () => {
    const store = new ScriptedStore();
    set({store, head: 150});
    scene.protocol.on('open', losesAnswer);
    await go();
    set({store, server: scene.protocol.server, head: 150});
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.server.uploads.length, scene.protocol.server.only.resent], [true, 1, 0]);
  });
});

describe('an upload that was left by another file of the same identity', limit, () => {
  beforeEach(async () => {
    const store = new ScriptedStore();
    set({store});
    scene.protocol.onPart(300, losesAnswer);
    scene.protocol.on('ask', fails('network'));
    await go();
    set({store, server: scene.protocol.server, noticesChange: false});
    scene.file.change();
    await go();
  });

  it('is told apart by its digest, and left alone', () => assert.equal(scene.protocol.server.uploads.length, 2));
  it('is said to be lost', () => assert.deepEqual(scene.reports.slice(0, 2), ['lost', 'opened']));
  it('does not keep this file from arriving', () => {
    const [, own] = scene.protocol.server.uploads;
    assert.ok(own?.complete);
    assert.deepEqual(Buffer.from(own.bytes), Buffer.from(scene.file.content));
  });
});

describe('a server that had the file already', limit, () => {
  const known = (digest: string | null): unknown => ({kind: 'known', how: 'instant', result: {...done, instant: true, digest}});

  it('gets no byte', async () => {
    scene.protocol.on('open', answers(known(rootOf([md5(scene.file.content)]))));
    await go();
    assert.deepEqual([scene.result?.instant, calls()], [true, ['open']]);
  });
  it('must have the same file', async () => {
    scene.protocol.on('open', answers(known(rootOf([]))));
    await go();
    assert.equal(scene.code, 'corrupt');
  });
});

describe('a server that says "complete"', limit, () => {
  const ends = (result: object): void => scene.protocol.onPart(300, answers({kind: 'done', result: {...done, ...result}}));

  it('with another digest is not believed', async () => {
    ends({digest: 'f'.repeat(32)});
    await go();
    assert.deepEqual([scene.code, scene.result], ['corrupt', undefined]);
  });
  it('with another digest has confirmed nothing of this file', async () => {
    ends({digest: 'f'.repeat(32)});
    await go();
    assert.equal(scene.confirmed.at(-1), 0);
  });
  it('with another digest is not asked about that upload again', async () => {
    ends({digest: 'f'.repeat(32)});
    await go();
    const {key, remote, repeated} = scene.run.record;
    assert.deepEqual([key === scene.protocol.keys[0], remote, repeated], [false, undefined, false]);
  });
  it('without a digest that it claims to have checked is not believed', async () => {
    ends({digest: null});
    await go();
    assert.equal(scene.code, 'corrupt');
  });
  it('having compared lengths only is believed, and says so', async () => {
    ends({verified: 'length'});
    await go();
    assert.equal(scene.result?.verified, 'length');
  });
  it('is believed where this side has no digest', async () => {
    set({algorithm: 'none', verified: 'length'});
    await go();
    assert.deepEqual([scene.result?.clientDigest, scene.arrived], [null, true]);
  });
  it('is not asked for more, though a sibling is still in flight', async () => {
    scene.protocol.onPart(200, deaf);
    ends({verified: 'length'});
    await go();
    assert.equal(scene.result?.verified, 'length');
  });
  it('keeps the record when it is not believed', async () => {
    ends({digest: 'f'.repeat(32)});
    await go();
    assert.equal((await scene.store.all(new AbortController().signal)).length, 1);
  });
});
