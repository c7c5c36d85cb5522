import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held} from '../../support/scripted-faults.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let scene = new ScriptedScene();
const set = (options: ScriptedSceneOptions = {}): void => {
  scene = new ScriptedScene({...options, parts: {parallel: 1, ...options.parts}});
};
/** Every part hangs. */
const hang = (): void => scene.protocol.on('send', deaf, {times: Infinity});

beforeEach(() => set());

describe('preparing', limit, () => {
  const prepared = (): string[] => {
    const told: string[] = [];
    const {protocol, hasher, store} = scene;
    for (const [name, part] of Object.entries({protocol, hasher, store})) Object.assign(part, {prepare: () => told.push(name)});
    scene.uploader.prepare();
    return told;
  };

  it('has everything brought that the first upload needs', () => assert.deepEqual(prepared(), ['protocol', 'hasher', 'store']));
  it('does nothing without a network: what fails now might not be tried again', () => {
    scene.network.online = false;
    assert.deepEqual(prepared(), []);
  });
  it('leaves out what needs nothing', () => assert.doesNotThrow(() => scene.uploader.prepare()));
  it('asks the server nothing and tells nobody', async () => {
    prepared();
    await settle();
    assert.deepEqual([scene.protocol.calls, scene.told], [[], []]);
  });
});

describe('adding files', limit, () => {
  it('gives a snapshot of each, in order', () => {
    const added = scene.uploader.add(['a', 'b'].map((name) => new ScriptedFile(10).named(name)));
    assert.deepEqual(
      added.map(({name, size}) => [name, size]),
      [
        ['a', 10],
        ['b', 10],
      ],
    );
  });
  it('of none gives none', () => assert.deepEqual(scene.uploader.add([]), []));
  it('tells of each', () => {
    scene.add(100, 200);
    assert.equal(scene.count('add'), 2);
  });
  it('has them uploaded by itself', async () => {
    scene.add(100, 200, 300);
    await settle();
    assert.deepEqual([scene.allArrived, scene.statuses], [true, ['done', 'done', 'done']]);
  });
  it('gives ids that no other list has', () => {
    const other = new ScriptedScene();
    assert.notEqual(scene.add(1)[0], other.add(1)[0]);
  });
  it('finds one by its id', () => {
    const [id = ''] = scene.add(100);
    assert.equal(scene.uploader.get(id)?.name, 'file-0.bin');
  });
  it('finds none by another id', () => assert.equal(scene.uploader.get('nobody'), undefined));
});

describe('whose turn it is', limit, () => {
  it('two at a time, in the order of the list', async () => {
    hang();
    scene.add(100, 100, 100, 100);
    await settle();
    assert.deepEqual(scene.statuses, ['sending', 'sending', 'queued', 'queued']);
  });
  it('the next when one is done', async () => {
    const held = new Held();
    scene.protocol.on('send', held.behaviour);
    hang();
    scene.add(100, 100, 100);
    await settle();
    held.release();
    await settle();
    assert.deepEqual(scene.statuses, ['done', 'sending', 'sending']);
  });
  it('more at once when that is set', async () => {
    hang();
    scene.add(100, 100, 100);
    scene.uploader.set({filesAtOnce: 3});
    await settle();
    assert.deepEqual(scene.statuses, ['sending', 'sending', 'sending']);
  });
  it('fewer from now on when that is set: nobody is stopped', async () => {
    hang();
    scene.add(100, 100, 100);
    await settle();
    scene.uploader.set({filesAtOnce: 1});
    assert.deepEqual(scene.statuses, ['sending', 'sending', 'queued']);
  });
  it('the next when one is paused', async () => {
    hang();
    const [first] = scene.add(100, 100, 100);
    await settle();
    scene.uploader.pause(first);
    await settle();
    assert.deepEqual(scene.statuses, ['paused', 'sending', 'sending']);
  });
  it('the next when one is canceled', async () => {
    hang();
    const [first] = scene.add(100, 100, 100);
    await settle();
    scene.uploader.cancel(first);
    await settle();
    assert.deepEqual(scene.statuses, ['canceled', 'sending', 'sending']);
  });
  it('the next when one fails by its own fault', async () => {
    scene.protocol.on('send', fails('rejected'));
    hang();
    scene.add(100, 100, 100);
    await settle();
    assert.deepEqual(scene.statuses, ['failed', 'sending', 'sending']);
  });
  it('nobody for a moment only because a neighbour was stopped first', async () => {
    hang();
    scene.add(100, 100, 100, 100);
    await settle();
    scene.uploader.pause();
    assert.deepEqual(scene.path(scene.upload(scene.uploader.uploads[3]?.id).id), ['paused']);
  });
  it('nobody for a moment, though a listener acts in between', async () => {
    hang();
    const ids = scene.add(100, 100, 100, 100);
    await settle();
    scene.uploader.on('change', ({upload}) => upload.id === ids[0] && scene.uploader.pause(ids[1]));
    scene.uploader.pause();
    assert.deepEqual(scene.path(ids[3] ?? ''), ['paused']);
  });
});

describe('slots are shared by all files', limit, () => {
  it('no more requests with a body than there are', async () => {
    set({slots: 3, parts: {parallel: 2}});
    hang();
    scene.add(400, 400);
    await settle();
    assert.equal(scene.protocol.count('send'), 3);
  });
});
