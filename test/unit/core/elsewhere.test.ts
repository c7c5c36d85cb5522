import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails, Held} from '../../support/scripted-faults.js';
import {ScriptedKeeper} from '../../support/scripted-keeper.js';
import {ScriptedPages} from '../../support/scripted-pages.js';
import {ScriptedScene, type ScriptedSceneOptions} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let pages = new ScriptedPages();
let first = new ScriptedScene();
let second = new ScriptedScene();

/** One tab sends a file of 400 bytes, and the server has 200 of them; another tab is there. */
async function twoTabs(options: ScriptedSceneOptions = {}, keeper = new ScriptedKeeper()): Promise<void> {
  pages = new ScriptedPages({}, keeper);
  first = pages.load();
  await pages.sends(first);
  second = pages.load(options);
}

/** The same file is added in the second tab. */
async function sameFile(): Promise<void> {
  second.files.push(first.file().again());
  second.uploader.add([second.file().named('file-0.bin')]);
  await settle();
}

const status = (): unknown => second.upload().status;
/** The other tab's server lets the rest through. */
const goesOn = async (): Promise<void> => {
  first.protocol.heal();
  first.uploader.pause();
  first.uploader.resume();
  await settle();
};
const die = async (): Promise<void> => {
  pages.leave(first);
  await settle();
};
const arrivedOnce = (): unknown => {
  const {complete, bytes, resent} = pages.server.only;
  return [complete && Buffer.compare(bytes, first.file().content) === 0, resent];
};

describe('the same file in a second tab', limit, () => {
  beforeEach(async () => {
    await twoTabs();
    await sameFile();
  });

  it('is shown as it is there', () => assert.deepEqual(status(), {name: 'elsewhere', there: 'sending'}));
  it('sends nothing here', () => assert.deepEqual(second.protocol.calls, []));
  it('shows what the server has', () => assert.equal(second.upload().progress.confirmed, 200));
  it('shows it move', async () => {
    first.protocol.heal();
    first.protocol.onPart(300, new Held(50).behaviour);
    first.uploader.pause();
    first.uploader.resume();
    await settle();
    const {confirmed, sent} = second.upload().progress;
    assert.deepEqual([confirmed, sent], [300, 50]);
  });
  it('shows that it is paused there', () => {
    first.uploader.pause();
    assert.deepEqual(status(), {name: 'elsewhere', there: 'paused'});
  });
  it('shows that it has failed there, which is no failure here', async () => {
    first.uploader.pause();
    first.protocol.on('open', fails('server'));
    first.uploader.resume();
    await settle();
    assert.deepEqual([status(), second.errors, second.uploader.progress.held], [{name: 'elsewhere', there: 'failed'}, [], false]);
  });
  it('is done here once when it is done there', async () => {
    await goesOn();
    assert.deepEqual([first.statuses, second.statuses, second.count('done')], [['done'], ['done'], 1]);
  });
  it('is done here with the same result', async () => {
    await goesOn();
    const [there, here] = [first.upload().status, second.upload().status];
    assert.deepEqual(here, there);
  });
  it('does not save a record again when it is done there', async () => {
    await goesOn();
    await pages.clock.advance(5_000);
    assert.deepEqual(await pages.store.all(new AbortController().signal), []);
  });
  it('is canceled here when it is canceled there', async () => {
    first.uploader.cancel();
    await settle();
    assert.deepEqual([second.statuses, pages.server.uploads.length], [['canceled'], 0]);
  });
  it('canceled here goes on there', async () => {
    second.uploader.cancel();
    await settle();
    assert.deepEqual([second.statuses, first.statuses, pages.server.uploads.length], [['canceled'], ['sending'], 1]);
  });
  it('does not let anybody wait any more when it is canceled here', async () => {
    second.uploader.cancel();
    await settle();
    assert.equal(pages.tabs.waiting, 0);
  });
  it('goes on here from what the server has when the other tab is closed', async () => {
    await die();
    assert.deepEqual([second.statuses, arrivedOnce()], [['done'], [true, 0]]);
  });
  it('goes on with the same upload at the server', async () => {
    await die();
    assert.equal(pages.server.everMade.length, 1);
  });
  it('holds no turn while it waits', async () => {
    second.uploader.set({filesAtOnce: 1});
    await second.begin(300);
    assert.deepEqual(second.statuses, ['elsewhere', 'done']);
  });
  it('is no reason for the list to be settled', async () => {
    await second.begin(300);
    assert.equal(second.count('settled'), 0);
  });
  it('paused here, it is not shown any more as it is there', async () => {
    second.uploader.pause(second.upload().id);
    await goesOn();
    assert.deepEqual(second.statuses, ['paused']);
  });
  it('paused here, it stays paused when the other tab is closed', async () => {
    second.uploader.pause(second.upload().id);
    await die();
    await pages.clock.advance(60_000);
    assert.deepEqual([second.statuses, second.protocol.calls], [['paused'], []]);
  });
  it('paused and resumed here, it waits again', async () => {
    second.uploader.pause();
    second.uploader.resume();
    await settle();
    assert.deepEqual(status(), {name: 'elsewhere', there: 'sending'});
  });
  it('paused, and resumed when the other tab is gone, goes on', async () => {
    second.uploader.pause();
    await die();
    second.uploader.resume();
    await settle();
    assert.deepEqual(arrivedOnce(), [true, 0]);
  });
});

describe('taking an upload over', limit, () => {
  beforeEach(async () => {
    await twoTabs();
    await sameFile();
    second.uploader.resume(second.upload().id);
    await settle();
  });

  it('lets it go on here from what the server has', () => assert.deepEqual(arrivedOnce(), [true, 0]));
  it('ends what the other tab had under way', () =>
    assert.equal(first.protocol.calls.findLast(({call}) => call === 'send')?.signal.aborted, true));
  it('is done in both, once in each', () => {
    assert.deepEqual([first.statuses, second.statuses], [['done'], ['done']]);
    assert.deepEqual([first.count('done'), second.count('done')], [1, 1]);
  });
  it('leaves no tab with a claim', () => assert.deepEqual([pages.tabs.held, pages.tabs.waiting], [[], 0]));
  it('leaves no record', async () => {
    await pages.clock.advance(5_000);
    assert.deepEqual(await pages.store.all(new AbortController().signal), []);
  });
});

describe('being robbed', limit, () => {
  const rob = async (): Promise<void> => {
    await sameFile();
    second.protocol.onPart(200, deaf, Infinity);
    second.uploader.resume(second.upload().id);
    await settle();
  };
  beforeEach(() => twoTabs());

  it('is told at once', async () => {
    await rob();
    assert.deepEqual(first.upload().status, {name: 'elsewhere', there: 'sending'});
  });
  it('is no failure', async () => {
    await rob();
    assert.deepEqual(first.errors, []);
  });
  it('is followed by its turn for the next one', async () => {
    first.uploader.set({filesAtOnce: 1});
    first.protocol.heal();
    first.add(300);
    await rob();
    assert.deepEqual(first.statuses, ['elsewhere', 'done']);
  });
  it('lets it come back when the other tab ends', async () => {
    await rob();
    first.protocol.heal();
    pages.leave(second);
    await settle();
    assert.deepEqual([first.statuses, arrivedOnce()], [['done'], [true, 0]]);
  });
  it('of what was paused: it is paused again when the other tab ends', async () => {
    first.uploader.pause();
    await rob();
    first.protocol.heal();
    const before = first.protocol.calls.length;
    pages.leave(second);
    await pages.clock.advance(60_000);
    assert.deepEqual([first.statuses, first.protocol.calls.length], [['paused'], before]);
  });
  it('of what has failed: it does not go on by itself when the other tab ends', async () => {
    first.uploader.pause();
    first.protocol.on('open', fails('corrupt'));
    first.uploader.resume();
    await settle();
    assert.deepEqual(first.statuses, ['failed']);
    await rob();
    pages.leave(second);
    await pages.clock.advance(60_000);
    assert.deepEqual(first.statuses, ['paused']);
  });
  it('while the tab is frozen is heard of when it wakes: it asks the server, and sends nothing', async () => {
    pages.tabOf(first).freeze();
    await sameFile();
    pages.tabs.rob(pages.tabs.held[0] ?? '');
    await settle();
    assert.deepEqual(arrivedOnce(), [true, 0]);
    const before = first.protocol.count('send');
    pages.tabOf(first).thaw();
    await settle();
    assert.deepEqual([first.statuses, first.count('done'), first.protocol.count('send')], [['done'], 1, before]);
  });
});

describe('an upload of an earlier page that another tab has', limit, () => {
  beforeEach(async () => {
    await twoTabs();
    await second.restore();
  });

  it('is listed as it is there', () => assert.deepEqual(status(), {name: 'elsewhere', there: 'sending'}));
  it('is not asked of the server', () => assert.deepEqual(second.protocol.calls, []));
  it('is interrupted when that tab is closed, with what the server has', async () => {
    await die();
    assert.deepEqual([status(), second.upload().progress.confirmed], [{name: 'interrupted', needs: 'nothing'}, 200]);
  });
  it('goes on by itself when that tab is closed, where that is asked for', async () => {
    second.uploader.set({autoResume: true});
    await die();
    assert.deepEqual(arrivedOnce(), [true, 0]);
  });
  it('is not canceled here while it is canceled there only: it is done when it is done there', async () => {
    await goesOn();
    assert.deepEqual([second.statuses, second.count('done')], [['done'], 1]);
  });
  it('goes on here when somebody asks for it here, and is told once', async () => {
    second.uploader.resume(second.upload().id);
    await settle();
    assert.deepEqual([arrivedOnce(), second.count('done')], [[true, 0], 1]);
  });
  it('cannot be paused: its file is not here', async () => {
    second.uploader.pause();
    assert.equal(second.upload().status.name, 'elsewhere');
  });
  it('is interrupted, not failed, when all was paused and resumed, and that tab is closed', async () => {
    second.uploader.pause();
    await die();
    second.uploader.resume();
    await settle();
    assert.deepEqual([second.errors, second.statuses], [[], ['done']]);
  });
  it('takes its file meanwhile, and goes on with it when that tab is closed', async () => {
    pages.keeper.lose();
    await second.give(second.upload().id, first.file().again());
    assert.equal(second.upload().status.name, 'elsewhere');
    await die();
    assert.deepEqual(arrivedOnce(), [true, 0]);
  });
  it('takes the right file after one that only looks the same', async () => {
    pages.keeper.lose();
    await second.give(second.upload().id, first.file().lookAlike());
    await second.give(second.upload().id, first.file().again());
    await die();
    assert.deepEqual([second.errors, arrivedOnce()], [[], [true, 0]]);
  });
  it('keeps its file that is given while the browser looks for the one it has kept', async () => {
    pages.keeper.on('find', 'silent');
    await die();
    await second.give(second.upload().id, first.file().again());
    await pages.clock.advance(5_000);
    assert.deepEqual(status(), {name: 'interrupted', needs: 'nothing'});
    pages.keeper.heal();
    second.uploader.resume(second.upload().id);
    await settle();
    assert.deepEqual([second.errors, arrivedOnce()], [[], [true, 0]]);
  });
  it('stays there, whatever other file it is given here', async () => {
    await second.give(second.upload().id, first.file().again(), 'other.bin');
    assert.equal(second.upload().status.name, 'elsewhere');
  });
});

describe('an upload that this tab has begun, and another one has taken', limit, () => {
  it('keeps its file, whatever other one it is given', async () => {
    await twoTabs();
    await sameFile();
    await second.give(second.upload().id, first.file().lookAlike());
    await die();
    assert.deepEqual([second.errors, arrivedOnce()], [[], [true, 0]]);
  });
});

describe('tabs that cannot hear of each other', limit, () => {
  it('are no reason to fail', async () => {
    await twoTabs();
    pages.tabOf(second).works = false;
    await second.begin(300);
    assert.deepEqual([second.errors, second.statuses], [[], ['done']]);
  });
  it('and where only waiting fails, one try is left to the server, not one after the other', async () => {
    await twoTabs();
    pages.tabOf(second).canWait = false;
    second.protocol.onPart(200, deaf, Infinity);
    await sameFile();
    assert.deepEqual([second.statuses, second.protocol.count('open')], [['sending'], 1]);
  });
});
