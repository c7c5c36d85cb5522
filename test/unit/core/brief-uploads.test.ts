import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {toSavedUpload} from '../../../src/core/read-saved.js';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';
import {ScriptedStore, type StoreCall} from '../../support/scripted-store.js';
import {ScriptedTabs} from '../../support/scripted-tabs.js';

const limit = {timeout: 20_000};
const {signal} = new AbortController();
let tabs = new ScriptedTabs();
let store = new ScriptedStore();
let scene = new ScriptedScene();

/** A page whose protocol stores files of up to 100 bytes with their creation. What earlier pages have left is listed. */
async function page(options: ScriptedSceneOptions = {}): Promise<void> {
  scene = new ScriptedScene({wholeUpTo: 100, store, tab: tabs.open(), ...options});
  await scene.restore();
  store.calls.length = 0;
}

const asked = (): readonly StoreCall[] => store.calls.map(({call}) => call);
const keys = (): readonly string[] => scene.protocol.keys;
const savedKeys = async (): Promise<readonly (string | undefined)[]> =>
  (await store.all(signal)).map(([, json]) => toSavedUpload(json)?.key);

beforeEach(async () => {
  tabs = new ScriptedTabs();
  store = new ScriptedStore();
  await page();
});

describe('a file that is stored by a single request', limit, () => {
  it('is one request', async () => {
    await scene.begin(100);
    assert.deepEqual([scene.upload().status.name, scene.protocol.calls.map(({call}) => call)], ['done', ['open']]);
  });

  it('is read once: what is sent is what was digested', async () => {
    await scene.begin(100);
    assert.deepEqual([scene.hasher.shorts, scene.hasher.digested], [1, [0]]);
  });

  it('takes no slot before it is read: others may send meanwhile', async () => {
    await page({slots: 1});
    scene.hasher.hold();
    scene.add(100);
    await settle();
    let isFree = false;
    void scene.slots.take(signal).then(() => (isFree = true));
    await settle();
    assert.deepEqual([scene.upload().status.name, isFree], ['preparing', true]);
  });

  it('fails as any other when it cannot be read, and is sent when it is tried again', async () => {
    scene.hasher.failNext(new UploadError('file-unreadable', 'The drive is gone.'));
    await scene.begin(100);
    assert.deepEqual([scene.upload().status.name, scene.protocol.calls], ['failed', []]);
    scene.uploader.retry();
    await settle();
    assert.equal(scene.upload().status.name, 'done');
  });

  it('needs its file no more once it was read: that it is gone then is nobody’s failure', async () => {
    const file = new ScriptedFile(100);
    scene.protocol.on('open', deaf);
    scene.uploader.add([file.named('a.bin')]);
    await settle();
    file.remove();
    await scene.clock.advance(9_000);
    assert.deepEqual([scene.upload().status.name, scene.hasher.checked.filter(({start, end}) => start < end)], ['preparing', []]);
  });

  it('is read by nobody but its request where the protocol takes no file whole', async () => {
    await page({wholeUpTo: 0});
    await scene.begin(100);
    assert.deepEqual([scene.upload().status.name, scene.hasher.shorts], ['done', 0]);
  });

  it('arrives as it was read, though the file is saved anew before it is sent', async () => {
    const file = new ScriptedFile(100);
    const before = file.content;
    const short = scene.hasher.short.bind(scene.hasher);
    scene.hasher.short = async (blob, reading) => {
      const read = await short(blob, reading);
      file.change();
      return read;
    };
    scene.uploader.add([file.named('a.bin')]);
    await settle();
    assert.deepEqual([scene.upload().status.name, scene.protocol.server.uploads[0]?.bytes], ['done', before]);
  });

  it('asks nothing of the store when it is done at once', async () => {
    await scene.begin(100);
    await scene.clock.advance(10_000);
    assert.deepEqual(asked(), []);
  });

  it('is not claimed before it is a second old', async () => {
    scene.protocol.on('open', deaf);
    await scene.begin(100);
    assert.deepEqual(tabs.held, []);
    await scene.clock.advance(1_000);
    assert.equal(tabs.held.length, 1);
  });

  it('lets go of it when it is done', async () => {
    scene.protocol.on('open', deaf);
    await scene.begin(100);
    await scene.clock.advance(2_000);
    scene.uploader.cancel();
    await settle();
    assert.deepEqual(tabs.held, []);
  });
});

describe('one that takes longer than a second', limit, () => {
  beforeEach(async () => {
    scene.protocol.on('open', deaf);
    await scene.begin(100);
    await scene.clock.advance(1_000);
  });

  it('says that a later page will find it', () => assert.equal(scene.upload().kept, 'record'));

  it('is remembered under the key that the server may have heard of', async () => assert.deepEqual(await savedKeys(), keys()));

  it('goes on under the same key in a later page', async () => {
    const [first] = keys();
    scene.uploader.close();
    await page({server: scene.protocol.server});
    scene.add(100);
    await settle();
    assert.deepEqual([keys(), scene.upload().status.name], [[first], 'done']);
  });

  it('leaves nothing behind when it is canceled', async () => {
    scene.uploader.cancel();
    await settle();
    await scene.clock.advance(10_000);
    assert.deepEqual(await savedKeys(), []);
  });
});

/** The element goes away, or the page: nothing more is done here. A later page adds the same file, or lists what was left. */
async function laterPage(): Promise<void> {
  const {server} = scene.protocol;
  scene.uploader.close();
  store.calls.length = 0;
  scene = new ScriptedScene({wholeUpTo: 100, store, tab: tabs.open(), server});
  await scene.restore();
}

describe('one that fails within the second', limit, () => {
  beforeEach(async () => {
    scene.protocol.on('open', fails('server'));
    await scene.begin(100);
  });

  it('is remembered at once', async () => assert.deepEqual(await savedKeys(), keys()));

  it('says that a later page will find it', () => assert.equal(scene.upload().kept, 'record'));

  it('tells that, once', () => {
    scene.frames.draw();
    assert.equal(scene.count('progress'), 1);
  });

  it('is saved once', async () => {
    await scene.clock.advance(10_000);
    assert.deepEqual(asked(), ['save']);
  });

  it('is listed by a later page, also when this one goes away at once', async () => {
    await laterPage();
    assert.deepEqual(scene.statuses, ['interrupted']);
  });

  it('goes on under the same key there', async () => {
    const [first] = keys();
    await laterPage();
    await scene.give(scene.upload().id, new ScriptedFile(100));
    assert.deepEqual([keys(), scene.statuses], [[first], ['done']]);
  });

  it('uses the same key when it is tried again', async () => {
    scene.uploader.retry();
    await settle();
    assert.equal(new Set(keys()).size, 1);
    assert.deepEqual([scene.upload().status.name, keys().length], ['done', 2]);
  });

  it('is claimed when it is tried again', async () => {
    scene.protocol.on('open', deaf);
    scene.uploader.retry();
    await settle();
    assert.equal(tabs.held.length, 1);
  });

  it('leaves nothing behind when that goes well', async () => {
    scene.uploader.retry();
    await settle();
    await scene.clock.advance(10_000);
    assert.deepEqual([await savedKeys(), tabs.held], [[], []]);
  });

  it('leaves nothing behind when it is canceled', async () => {
    scene.uploader.cancel();
    await settle();
    await scene.clock.advance(10_000);
    assert.deepEqual([await savedKeys(), tabs.held], [[], []]);
  });
});

describe('one that is refused for good within the second', limit, () => {
  it('is not remembered: no later page could do better', async () => {
    scene.protocol.on('open', fails('rejected'));
    await scene.begin(100);
    await scene.clock.advance(10_000);
    assert.deepEqual([scene.code(), asked()], ['rejected', []]);
  });
});

describe('one that is paused within the second', limit, () => {
  beforeEach(async () => {
    scene.protocol.on('open', deaf);
    scene.uploader.pause(await scene.begin(100));
  });

  it('is remembered as paused, at once', async () => {
    await settle();
    const [saved] = await store.all(signal);
    assert.equal(toSavedUpload(saved?.[1])?.paused, true);
  });

  it("goes on when it is resumed in the very same moment, and is not taken for another tab's", async () => {
    scene.uploader.resume();
    await settle();
    assert.deepEqual([scene.statuses, new Set(keys()).size], [['done'], 1]);
    await scene.clock.advance(10_000);
    assert.deepEqual([await savedKeys(), tabs.held], [[], []]);
  });

  it('is not remembered when it is canceled in the very same moment', async () => {
    scene.uploader.cancel();
    await settle();
    await scene.clock.advance(10_000);
    assert.deepEqual([await savedKeys(), tabs.held], [[], []]);
  });
});

describe('one that fails within the second and tries again by itself', limit, () => {
  beforeEach(async () => {
    await page({settings: {retries: 1}});
    scene.protocol.on('open', fails('server'));
    await scene.begin(100);
  });

  it('is remembered at once, while it waits', async () => assert.deepEqual([scene.statuses, await savedKeys()], [['waiting'], keys()]));

  it('leaves nothing behind when that goes well', async () => {
    await scene.clock.advance(60_000);
    assert.deepEqual([scene.statuses, await savedKeys(), tabs.held], [['done'], [], []]);
  });
});

describe('those that are held because another one fails within the second', limit, () => {
  beforeEach(async () => {
    scene.protocol.on('open', deaf, {times: 2});
    scene.protocol.on('open', fails('server'));
    scene.protocol.on('open', deaf, {times: Infinity});
    scene.add(100, 100, 100, 100, 100);
    await settle();
  });

  it('are remembered at once, as far as the server may have heard of them', async () => {
    assert.deepEqual([...scene.statuses].sort(), ['failed', 'queued', 'queued', 'queued', 'queued']);
    assert.deepEqual([...(await savedKeys())].sort(), [...keys()].sort());
  });
});

describe('very many that are paused before their turn has come', limit, () => {
  it('ask nothing of the store, but for those that were under way', async () => {
    scene.protocol.on('open', deaf, {times: Infinity});
    scene.add(...Array.from({length: 100}, () => 100));
    await settle();
    scene.uploader.pause();
    await scene.clock.advance(10_000);
    assert.deepEqual(
      asked(),
      Array.from({length: keys().length}, () => 'save'),
    );
  });
});

describe('one of which another tab may know', limit, () => {
  /** What the upload is saved under: a page that has not looked into its store asks for that at once. */
  async function keyOfIt(): Promise<string> {
    const twin = new ScriptedScene({wholeUpTo: 100, store: new ScriptedStore()});
    await twin.begin(100);
    twin.uploader.close();
    return twin.store.calls[0]?.key ?? '';
  }

  it('is not saved over what another tab has', async () => {
    scene.protocol.on('open', deaf);
    await scene.begin(100);
    await tabs.open().claim(await keyOfIt(), signal);
    await scene.clock.advance(1_000);
    assert.deepEqual(await savedKeys(), []);
  });
});

describe('what is remembered as ever', limit, () => {
  it('is a larger file, before its first byte', async () => {
    scene.protocol.on('open', deaf);
    await scene.begin(101);
    assert.deepEqual([asked(), tabs.held.length], [['load', 'save'], 1]);
  });

  it('is any file as long as nobody has looked what earlier pages have left', async () => {
    scene = new ScriptedScene({wholeUpTo: 100, store, tab: tabs.open()});
    scene.protocol.on('open', deaf);
    await scene.begin(100);
    assert.deepEqual(asked(), ['load', 'save']);
  });

  it('is any file where the protocol does not say that it stores any whole', async () => {
    await page({head: 100, wholeUpTo: 0});
    scene.protocol.on('open', deaf);
    await scene.begin(100);
    assert.deepEqual(asked(), ['load', 'save']);
  });
});

describe('how many at a time', limit, () => {
  const running = (): number => scene.statuses.filter((name) => name === 'preparing').length;
  const begin = async (sizes: readonly number[]): Promise<number> => {
    scene.protocol.on('open', deaf, {times: Infinity});
    scene.add(...sizes);
    await settle();
    return running();
  };
  const small = Array.from({length: 10}, () => 100);

  it('three times as many, because most of their time nothing is on the way', async () => assert.equal(await begin(small), 6));
  it('as many as ever of larger ones', async () => assert.equal(await begin([200, 200, 200, 200]), 2));
  it('some beside larger ones that came first', async () => assert.equal(await begin([200, 200, ...small]), 6));
  it('none before a larger one whose turn it is', async () => assert.equal(await begin([100, 100, 100, 200, ...small]), 3));
  it('one where one file at a time is wanted', async () => {
    scene.uploader.set({filesAtOnce: 1});
    assert.equal(await begin(small), 1);
  });
});
