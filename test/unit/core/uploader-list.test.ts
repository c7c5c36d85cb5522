import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held} from '../../support/scripted-faults.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';
import {ScriptedStore} from '../../support/scripted-store.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();
const set = (options: ScriptedSceneOptions = {}): void => {
  scene = new ScriptedScene({...options, parts: {parallel: 1, ...options.parts}});
};
/** Every part hangs. */
const hang = (): void => scene.protocol.on('send', deaf, {times: Infinity});

beforeEach(() => set());

describe('clearing the list', limit, () => {
  it('takes away what is done, canceled and failed', async () => {
    scene.protocol.on('send', fails('rejected'));
    const ids = scene.add(100, 100, 100);
    await settle();
    hang();
    const [running = ''] = scene.add(100);
    const [waits = ''] = scene.add(100);
    scene.uploader.pause(waits);
    scene.uploader.cancel(ids[2]);
    await settle();
    scene.uploader.clear();
    assert.deepEqual(
      scene.uploader.uploads.map(({id}) => id),
      [running, waits],
    );
  });
  it('tells of each', async () => {
    scene.add(100, 100);
    await settle();
    scene.uploader.clear();
    assert.equal(scene.count('remove'), 2);
  });
  it('may take one only', async () => {
    const [first] = scene.add(100, 100);
    await settle();
    scene.uploader.clear(first);
    assert.equal(scene.uploader.uploads.length, 1);
  });
  it('leaves one that runs, also by its id', async () => {
    hang();
    const id = await scene.begin(100);
    scene.uploader.clear(id);
    assert.equal(scene.uploader.uploads.length, 1);
  });
  it('deletes nothing on the server', async () => {
    scene.add(100);
    await settle();
    scene.uploader.clear();
    await settle();
    assert.deepEqual([scene.protocol.server.uploads.length, scene.protocol.count('discard')], [1, 0]);
  });
  it('has no progress told of what is gone', async () => {
    scene.add(100);
    await settle();
    scene.uploader.clear();
    scene.frames.draw();
    assert.equal(scene.count('progress'), 0);
  });
});

describe('two files that look the same', limit, () => {
  const twin = new ScriptedFile(300).named('twin.bin');
  /** Adds the very same file `count` times. */
  const twins = (count: number): string[] => scene.uploader.add(Array.from({length: count}, () => twin)).map(({id}) => id);
  const records = (): string[] => scene.store.calls.filter(({call}) => call === 'load').map(({key}) => key);
  const distinct = (): number => new Set(records()).size;

  it('do not share a record', async () => {
    hang();
    scene.uploader.set({filesAtOnce: 3});
    twins(3);
    await settle();
    assert.equal(distinct(), 3);
  });
  it('are two uploads on the server', async () => {
    twins(2);
    await settle();
    assert.equal(scene.protocol.server.uploads.filter(({complete}) => complete).length, 2);
  });
  it('do not share one when the first is done and another is added', async () => {
    scene.uploader.set({filesAtOnce: 5});
    const held = new Held();
    scene.protocol.on('send', held.behaviour);
    hang();
    twins(2);
    await settle();
    scene.protocol.heal();
    held.release();
    await settle();
    assert.deepEqual(scene.statuses, ['done', 'sending']);
    twins(1);
    await settle();
    assert.notEqual(records()[2], records()[1]);
  });
  it('do not share one when the first was canceled and cleared and another is added', async () => {
    scene.uploader.set({filesAtOnce: 5});
    hang();
    const [first] = twins(2);
    await settle();
    scene.uploader.cancel(first);
    scene.uploader.clear(first);
    twins(1);
    await settle();
    assert.notEqual(records()[2], records()[1]);
  });
  it('do not share a key when one is canceled, cleared and added again in one task', async () => {
    hang();
    scene.protocol.on('discard', deaf);
    const [first] = twins(1);
    await settle();
    scene.uploader.cancel(first);
    scene.uploader.clear(first);
    twins(1);
    await settle();
    assert.equal(new Set(scene.protocol.keys).size, 2);
  });
  it('find a saved upload again, one after the other', async () => {
    const store = new ScriptedStore();
    set({store});
    hang();
    await scene.begin(300);
    scene.uploader.close();
    const {server} = scene.protocol;
    set({store, server});
    await scene.begin(300);
    assert.deepEqual([server.uploads.length, server.only.complete], [1, true]);
  });
});

describe('lists that must not meet', limit, () => {
  it('keep their records apart by their scope', async () => {
    const store = new ScriptedStore();
    for (const scope of ['/a', '/b']) {
      scene = new ScriptedScene({store, scope});
      hang();
      await scene.begin(100);
    }
    const keys = store.calls.filter(({call}) => call === 'load').map(({key}) => key);
    assert.equal(new Set(keys).size, 2);
  });
});

describe('a store that fails', limit, () => {
  it('is warned of once, and the file arrives', async () => {
    scene.store.breaks('load', 'save', 'forget');
    await scene.begin(300);
    assert.deepEqual([scene.allArrived, scene.warnings.map(({code}) => code)], [true, ['storage-unavailable']]);
  });
});

describe('closing', limit, () => {
  it('aborts every request', async () => {
    hang();
    scene.add(100, 100);
    await settle();
    scene.uploader.close();
    assert.equal(
      scene.protocol.calls.filter(({call}) => call === 'send').every(({signal}) => signal.aborted),
      true,
    );
  });
  it('closes the hasher', () => {
    scene.uploader.close();
    assert.equal(scene.hasher.closed, true);
  });
  it('says nothing', async () => {
    hang();
    await scene.begin(100);
    const before = scene.told.length;
    scene.uploader.close();
    scene.frames.draw();
    await scene.clock.advance(60_000);
    assert.equal(scene.told.length, before);
  });
  it('starts nobody else', async () => {
    hang();
    scene.add(100, 100, 100);
    await settle();
    scene.uploader.close();
    await settle();
    assert.equal(scene.protocol.count('open'), 2);
  });
  it('starts nobody, whatever is asked afterwards', async () => {
    hang();
    scene.add(100, 100, 100);
    await settle();
    scene.uploader.close();
    scene.uploader.cancel(scene.uploader.uploads[0]?.id);
    scene.uploader.retry();
    scene.uploader.resume();
    scene.uploader.start();
    scene.add(100);
    await settle();
    assert.equal(scene.protocol.count('open'), 2);
  });
  it('leaves nothing behind', async () => {
    set({settings: {retries: 1, resumeOnline: true}});
    scene.protocol.on('send', fails('network'), {times: 2});
    hang();
    scene.add(100, 100);
    await settle();
    scene.uploader.close();
    await settle();
    assert.deepEqual([scene.clock.sleepers, scene.network.listeners, scene.frames.waiting], [0, 0, 0]);
  });
  it('keeps what the server has', async () => {
    scene.protocol.onPart(100, deaf);
    await scene.begin(300);
    scene.uploader.close();
    await settle();
    assert.deepEqual(scene.protocol.server.only.received, [{start: 0, end: 100}]);
  });
});
