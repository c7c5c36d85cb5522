import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedKeeper} from '../../support/scripted-keeper.js';
import {ScriptedPages} from '../../support/scripted-pages.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
const day = 86_400_000;
const never = new AbortController().signal;
let pages = new ScriptedPages();
let page = new ScriptedScene();

/** The next page is loaded, and lists what was left. */
async function nextPage(options: ScriptedSceneOptions = {}): Promise<readonly string[]> {
  page = pages.load(options);
  return page.restore();
}

/** The first page pauses its upload, and is left when that is saved. */
async function leftPaused(byAll = false): Promise<void> {
  const earlier = pages.load();
  const id = await pages.sends(earlier);
  earlier.uploader.pause(byAll ? undefined : id);
  await pages.clock.advance(1_000);
  pages.leave(earlier);
}

beforeEach(() => {
  pages = new ScriptedPages();
});

describe('listing what earlier pages have left', limit, () => {
  it('lists nothing where nothing was left', async () => assert.deepEqual(await nextPage(), []));
  it('lists what is not finished', async () => {
    await pages.leftBehind();
    assert.equal((await nextPage()).length, 1);
  });
  it('does not list what is done', async () => {
    const earlier = pages.load();
    await earlier.begin(400);
    pages.leave(earlier);
    assert.deepEqual(await nextPage(), []);
  });
  it('does not list what was canceled', async () => {
    const earlier = pages.load();
    earlier.uploader.cancel(await pages.sends(earlier));
    await settle();
    pages.leave(earlier);
    assert.deepEqual(await nextPage(), []);
  });
  it('does not list what the server had refused for good', async () => {
    const earlier = pages.load();
    earlier.protocol.on('open', fails('rejected', {status: 400}));
    await earlier.begin(400);
    pages.leave(earlier);
    assert.deepEqual(await nextPage(), []);
  });
  it('lists a file that had changed, until it was taken off the list', async () => {
    const earlier = pages.load();
    earlier.protocol.onPart(200, fails('file-changed'), Infinity);
    const id = await earlier.begin(400);
    assert.equal((await pages.store.all(new AbortController().signal)).length, 1);
    earlier.uploader.clear(id);
    await settle();
    pages.leave(earlier);
    assert.deepEqual(await nextPage(), []);
  });
  it('lists what had not even been answered when the page was left', async () => {
    const earlier = pages.load();
    earlier.protocol.on('open', deaf);
    await earlier.begin(400);
    pages.leave(earlier);
    assert.equal((await nextPage()).length, 1);
  });
  it('tells of each: it is added, then it is restored', async () => {
    await pages.leftBehind();
    await nextPage();
    const told = page.told.map(({name}) => name).filter((name) => name !== 'progress');
    assert.deepEqual(told, ['add', 'restore']);
  });
  it('answers with the uploads it has listed', async () => {
    await pages.leftBehind();
    page = pages.load();
    const [upload] = await page.uploader.restore();
    assert.deepEqual([upload?.name, upload?.status], ['file-0.bin', {name: 'interrupted', needs: 'nothing'}]);
  });
  it('puts nothing on the wire of a list but one question for each', async () => {
    await pages.leftBehind();
    await nextPage();
    assert.deepEqual(
      page.protocol.calls.map(({call}) => call),
      ['ask'],
    );
  });
  it('twice lists everything once', async () => {
    await pages.leftBehind();
    await nextPage();
    assert.deepEqual([await page.restore(), page.statuses], [[], ['interrupted']]);
  });
  it('twice at the same time lists everything once, as it is', async () => {
    await pages.leftBehind();
    page = pages.load();
    const both = await Promise.all([page.uploader.restore(), page.uploader.restore()]);
    await settle();
    assert.deepEqual([page.statuses, page.count('add')], [['interrupted'], 1]);
    assert.deepEqual(
      both.flat().map(({status}) => status.name),
      ['interrupted'],
    );
  });
  it('lists nothing in a list that was closed', async () => {
    await pages.leftBehind();
    page = pages.load();
    page.uploader.close();
    assert.deepEqual(await page.restore(), []);
  });
  it('lists nothing in a list that is closed meanwhile', async () => {
    await pages.leftBehind();
    page = pages.load();
    const listed = page.uploader.restore();
    page.uploader.close();
    assert.deepEqual([await listed, page.count('add'), page.warnings], [[], 0, []]);
  });
});

describe('whose uploads they are', limit, () => {
  beforeEach(() => pages.leftBehind());

  it('those of another scope are not listed', async () => assert.deepEqual(await nextPage({scope: 'another'}), []));
  it('a scope that only begins alike is another one', async () => {
    await nextPage({scope: 'a'});
    const earlier = pages.load({scope: 'a b'});
    await pages.sends(earlier);
    pages.leave(earlier);
    assert.deepEqual(await nextPage({scope: 'a'}), []);
  });
  it('those that were digested in another way are not listed', async () => assert.deepEqual(await nextPage({algorithm: 'none'}), []));
  it('what another scope has left stays as it is', async () => {
    await nextPage({scope: 'another'});
    assert.equal((await pages.store.all(never)).length, 1);
  });
});

describe('what nobody has come back to', limit, () => {
  beforeEach(() => pages.leftBehind());

  it('is still listed just before seven days are over', async () => {
    await pages.clock.advance(7 * day - 3_000);
    assert.equal((await nextPage()).length, 1);
  });
  it('is thrown away after seven days', async () => {
    await pages.clock.advance(7 * day);
    assert.deepEqual([await nextPage(), await pages.store.all(never)], [[], []]);
  });
  it('is thrown away by the list whose it is only', async () => {
    await pages.clock.advance(7 * day);
    await nextPage({scope: 'another'});
    assert.equal((await pages.store.all(never)).length, 1);
  });
  it('hides nothing else where it cannot be thrown away', async () => {
    await pages.clock.advance(6 * day);
    await pages.leftBehind(500);
    await pages.clock.advance(2 * day);
    pages.store.breaks('forget');
    await nextPage();
    assert.deepEqual(
      page.uploader.uploads.map(({size}) => size),
      [500],
    );
  });
});

describe('a store that cannot be read', limit, () => {
  it('lists nothing, and tells of it once', async () => {
    await pages.leftBehind();
    pages.store.breaks('all', 'load', 'save');
    await nextPage();
    await page.restore();
    await page.begin(300);
    assert.deepEqual([page.count('restore'), page.warnings.map(({code}) => code)], [0, ['storage-unavailable']]);
  });
  it('lets what is added arrive all the same', async () => {
    pages.store.breaks('all', 'load', 'save', 'forget');
    await nextPage();
    await page.begin(400);
    assert.equal(page.allArrived, true);
  });
});

describe('going on by itself', limit, () => {
  const settings = {autoResume: true};

  it('is not what happens when nobody has asked for it', async () => {
    await pages.leftBehind();
    await nextPage();
    await pages.clock.advance(60_000);
    assert.deepEqual(page.statuses, ['interrupted']);
  });
  it('happens where it is asked for, as soon as it is listed', async () => {
    await pages.leftBehind();
    await nextPage({settings});
    assert.deepEqual([page.statuses, pages.server.only.resent], [['done'], 0]);
  });
  it('happens when it is asked for later', async () => {
    await pages.leftBehind();
    await nextPage();
    page.uploader.set(settings);
    await settle();
    assert.deepEqual(page.statuses, ['done']);
  });
  it('does not happen to what a person had paused', async () => {
    await leftPaused();
    await nextPage({settings});
    assert.deepEqual(page.statuses, ['interrupted']);
  });
  it('does not happen to what a person had paused two pages ago', async () => {
    await leftPaused();
    await nextPage();
    await pages.clock.advance(5_000);
    pages.leave(page);
    await nextPage({settings});
    assert.deepEqual(page.statuses, ['interrupted']);
  });
  it('does not happen to what was paused with all others', async () => {
    await leftPaused(true);
    await nextPage({settings});
    assert.deepEqual(page.statuses, ['interrupted']);
  });
  it('happens again to what was paused and resumed', async () => {
    await leftPaused();
    await nextPage();
    page.protocol.onPart(300, deaf);
    page.uploader.resume();
    await pages.clock.advance(2_000);
    pages.leave(page);
    await nextPage({settings});
    assert.deepEqual(page.statuses, ['done']);
  });
  it('does not happen while the list is paused', async () => {
    await pages.leftBehind();
    page = pages.load({settings});
    page.uploader.pause();
    await page.restore();
    assert.deepEqual(page.statuses, ['interrupted']);
  });
  it('does not happen where a person is needed', async () => {
    pages = new ScriptedPages({}, new ScriptedKeeper('handle'));
    await pages.leftBehind();
    pages.keeper.locked = true;
    await nextPage({settings});
    assert.deepEqual([page.statuses, pages.keeper.count('ask')], [['interrupted'], 0]);
  });
  it('keeps to its turn', async () => {
    await pages.leftBehind(400);
    await pages.leftBehind(500);
    page = pages.load({settings: {...settings, filesAtOnce: 1}});
    page.protocol.onPart(200, deaf, Infinity);
    await page.restore();
    assert.deepEqual([...page.statuses].sort(), ['queued', 'sending']);
  });
});

describe('resuming all', limit, () => {
  it('lets everything go on that needs nothing', async () => {
    await pages.leftBehind(400);
    await pages.leftBehind(500);
    await nextPage();
    page.uploader.resume();
    await settle();
    assert.deepEqual(page.statuses, ['done', 'done']);
  });
  it('asks nobody for access', async () => {
    pages = new ScriptedPages({}, new ScriptedKeeper('handle'));
    await pages.leftBehind();
    pages.keeper.locked = true;
    await nextPage();
    page.uploader.resume();
    await settle();
    assert.deepEqual([page.statuses, pages.keeper.count('ask')], [['interrupted'], 0]);
  });
  it('takes nothing from another tab', async () => {
    const other = pages.load();
    await pages.sends(other);
    await nextPage();
    page.uploader.resume();
    await settle();
    assert.deepEqual([page.statuses, other.statuses], [['elsewhere'], ['sending']]);
  });
});

describe('adding the file again', limit, () => {
  let file = new ScriptedFile(400);

  beforeEach(async () => {
    pages = new ScriptedPages({}, new ScriptedKeeper('nothing'));
    file = (await pages.leftBehind()).file();
    await nextPage();
  });

  it('gives it to the upload that waits for it', async () => {
    const [upload] = page.uploader.add([file.again().named('file-0.bin')]);
    await settle();
    assert.deepEqual([upload?.id, page.statuses, pages.server.only.resent], [page.upload().id, ['done'], 0]);
  });
  it('adds another upload for another file', async () => {
    page.uploader.add([file.again().named('other.bin')]);
    await settle();
    assert.deepEqual(page.statuses, ['interrupted', 'done']);
  });
  it('twice gives it once: the second one is an upload of its own', async () => {
    page.uploader.add([file.again().named('file-0.bin'), file.again().named('file-0.bin')]);
    await settle();
    assert.deepEqual([page.statuses, pages.server.uploads.length], [['done', 'done'], 2]);
  });
  it('to a list that is paused sends nothing', async () => {
    page.uploader.pause();
    page.uploader.add([file.again().named('file-0.bin')]);
    await settle();
    assert.deepEqual([page.statuses, page.protocol.count('open')], [['paused'], 0]);
  });
  it('before it is listed goes on from what the server has all the same', async () => {
    page = pages.load();
    page.uploader.add([file.again().named('file-0.bin')]);
    await settle();
    await page.restore();
    assert.deepEqual([page.statuses, pages.server.only.resent], [['done'], 0]);
  });
  it('while it is being listed makes one upload of it', async () => {
    page = pages.load();
    const listed = page.uploader.restore();
    page.uploader.add([file.again().named('file-0.bin')]);
    await listed;
    await settle();
    assert.deepEqual([page.statuses, pages.server.uploads.length], [['done'], 1]);
  });
});

describe('a list with interrupted uploads', limit, () => {
  beforeEach(async () => {
    await pages.leftBehind();
    await nextPage();
  });

  it('keeps them when it is cleared', () => {
    page.uploader.clear();
    assert.deepEqual(page.statuses, ['interrupted']);
  });
  it('counts them and their bytes', () => {
    const {count, size, confirmed} = page.uploader.progress;
    assert.deepEqual([count.interrupted, size, confirmed], [1, 400, 200]);
  });
  it('is not settled because they are listed: nothing was begun', () => assert.equal(page.count('settled'), 0));
  it('is settled when all others are', async () => {
    await page.begin(100);
    assert.equal(page.count('settled'), 1);
  });
  it('is settled once more when they have come through', async () => {
    page.uploader.resume();
    await settle();
    assert.equal(page.count('settled'), 1);
  });
  it('tells their error when their file is refused, after the change', async () => {
    const from = page.told.length;
    page.uploader.give(page.upload().id, new ScriptedFile(401).named('file-0.bin'));
    const told = page.told.slice(from).map(({name}) => name);
    assert.deepEqual(told, ['change', 'error']);
  });
});
