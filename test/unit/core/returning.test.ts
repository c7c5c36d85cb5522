import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {Kept} from '../../../src/core/ports.js';
import type {UploadSnapshot} from '../../../src/core/snapshot.js';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {scriptedFile, ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedKeeper} from '../../support/scripted-keeper.js';
import {ScriptedPages} from '../../support/scripted-pages.js';
import {ScriptedScene} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let pages = new ScriptedPages();
let page = new ScriptedScene();
let file = new ScriptedFile(400);

/** An upload of which the server has 200 of 400 bytes was left by one page, and is listed by the next. */
async function comeBack(keeper = new ScriptedKeeper(), meanwhile: () => void = () => undefined): Promise<void> {
  pages = new ScriptedPages({}, keeper);
  const earlier = await pages.leftBehind();
  file = earlier.file();
  meanwhile();
  page = pages.load();
  await page.restore();
}

const status = (): UploadSnapshot['status'] => page.upload().status;
const id = (): string => page.upload().id;
const resume = async (): Promise<void> => {
  page.uploader.resume(id());
  await settle();
};
/** Whether the server has the file whole, and got no byte of it twice. */
const arrived = (): unknown => {
  const {complete, bytes, resent} = pages.server.only;
  return [complete && Buffer.compare(bytes, file.content) === 0, resent];
};

describe('an upload whose file the browser has kept as a copy', limit, () => {
  beforeEach(() => comeBack());

  it('is interrupted and needs nothing', () => assert.deepEqual(status(), {name: 'interrupted', needs: 'nothing'}));
  it('has the name, size and type of the file', () => {
    const {name, size, type} = page.upload();
    assert.deepEqual([name, size, type], ['file-0.bin', 400, 'application/octet-stream']);
  });
  it('shows what the server has', () => assert.equal(page.upload().progress.confirmed, 200));
  it('shows what is digested already', () => assert.equal(page.upload().progress.hashed, 400));
  it('says that a later page would have the copy too', () => assert.equal(page.upload().kept, 'copy'));
  it('sends nothing before it is told to', () => assert.equal(page.protocol.count('open') + page.protocol.count('send'), 0));
  it('asks the server once', () => assert.equal(page.protocol.count('ask'), 1));
  it('goes on from what the server has when it is resumed', async () => {
    await resume();
    assert.deepEqual(arrived(), [true, 0]);
  });
  it('sends only what is missing', async () => {
    await resume();
    assert.deepEqual(page.protocol.sentParts, [
      [200, 300],
      [300, 400],
    ]);
  });
  it('does not keep the copy once more', async () => {
    await resume();
    assert.equal(pages.keeper.count('keep'), 1);
  });
  it('digests nothing again: the copy cannot have changed', async () => {
    await resume();
    assert.deepEqual(page.hasher.digested, []);
  });
  it('arrives whatever becomes of the file itself', async () => {
    const before = file.again();
    file.change();
    await resume();
    file = before;
    assert.deepEqual(arrived(), [true, 0]);
  });
  it('leaves no record when it is done', async () => {
    await resume();
    assert.deepEqual(await pages.store.all(new AbortController().signal), []);
  });
  it('gives out the file', () => assert.equal(page.uploader.file(id())?.blob.size, 400));
  it('can be canceled, and the server throws away what it has', async () => {
    page.uploader.cancel(id());
    await settle();
    assert.deepEqual([status().name, pages.server.uploads.length], ['canceled', 0]);
    assert.deepEqual(await pages.store.all(new AbortController().signal), []);
  });
  it('cannot be paused: it does not move', () => {
    page.uploader.pause(id());
    assert.equal(status().name, 'interrupted');
  });
  it('keeps to its copy when a file is given that only looks the same', async () => {
    await page.give(id(), file.lookAlike());
    assert.deepEqual([page.code(), arrived()], [undefined, [true, 0]]);
  });
});

describe('an upload of whose file a handle was kept', limit, () => {
  const handles = (): ScriptedKeeper => new ScriptedKeeper('handle');

  it('needs nothing where access is still allowed', async () => {
    await comeBack(handles());
    assert.deepEqual(status(), {name: 'interrupted', needs: 'nothing'});
  });
  it('reads nothing again when all was digested and the file has the same date', async () => {
    await comeBack(handles());
    await resume();
    assert.deepEqual([page.hasher.digested, ...(arrived() as unknown[])], [[], true, 0]);
  });
  it('proves a file with another date by its digests, and goes on', async () => {
    await comeBack(handles(), () => file.touch());
    await resume();
    assert.deepEqual([page.hasher.digested, ...(arrived() as unknown[])], [[0], true, 0]);
  });
  it('keeps to a file with the same date when one is given that only looks the same', async () => {
    await comeBack(handles());
    await page.give(id(), file.lookAlike());
    assert.deepEqual([page.code(), arrived()], [undefined, [true, 0]]);
  });
  it('takes the right file in place of one that has other content by now', async () => {
    const right = new ScriptedFile(400);
    await comeBack(handles(), () => {
      file.touch();
      file.change();
    });
    await page.give(id(), right);
    file = right;
    assert.deepEqual([page.errors, arrived()], [[], [true, 0]]);
  });
  it('is refused when the file has other content by now: the server keeps what it has', async () => {
    await comeBack(handles(), () => {
      file.touch();
      file.change();
    });
    await resume();
    assert.deepEqual([status().name, page.code(), pages.server.only.received], ['interrupted', 'other-file', [{start: 0, end: 200}]]);
  });
  it('needs the file when it has another size by now', async () => {
    await comeBack(handles(), () => pages.keeper.replace(new ScriptedFile(500)));
    assert.deepEqual(status(), {name: 'interrupted', needs: 'file'});
  });
  it('needs the file, and says why, when it is gone', async () => {
    const keeper = handles();
    await comeBack(keeper, () => keeper.on('find', 'gone'));
    assert.deepEqual([status().name, page.code()], ['interrupted', 'file-unreadable']);
  });
});

describe('a handle that needs access', limit, () => {
  beforeEach(async () => {
    const keeper = new ScriptedKeeper('handle');
    keeper.locked = true;
    await comeBack(keeper);
  });

  it('is told as what the upload needs', () => assert.deepEqual(status(), {name: 'interrupted', needs: 'access'}));
  it('is told as what is kept of it', () => assert.equal(page.upload().kept, 'handle'));
  it('asks nobody by itself', () => assert.equal(pages.keeper.count('ask'), 0));
  it('asks when this upload is resumed, and goes on', async () => {
    await resume();
    assert.deepEqual([pages.keeper.count('ask'), ...(arrived() as unknown[])], [1, true, 0]);
  });
  it('says that it was refused, and can be asked again', async () => {
    pages.keeper.allows = false;
    await resume();
    assert.deepEqual([status().name, page.code()], ['interrupted', 'file-unreadable']);
    pages.keeper.allows = true;
    await resume();
    assert.deepEqual(arrived(), [true, 0]);
  });
  it('takes a question that is never answered as refused after a minute', async () => {
    pages.keeper.on('ask', 'silent');
    await resume();
    await pages.clock.advance(59_999);
    assert.equal(page.code(), undefined);
    await pages.clock.advance(1);
    assert.deepEqual([status().name, page.code()], ['interrupted', 'file-unreadable']);
  });
  it('asks once more when it is told to while nobody has answered', async () => {
    pages.keeper.on('ask', 'silent');
    await resume();
    pages.keeper.heal();
    await resume();
    assert.deepEqual(arrived(), [true, 0]);
  });
  it('needs the file when it turns out to be gone', async () => {
    pages.keeper.on('ask', 'gone');
    await resume();
    const now = status();
    assert.deepEqual([now.name === 'interrupted' && now.needs, page.code()], ['file', 'file-unreadable']);
  });
  it('needs the file when it has another size by now', async () => {
    pages.keeper.replace(new ScriptedFile(300));
    await resume();
    assert.deepEqual(status(), {name: 'interrupted', needs: 'file'});
  });
  it('takes the file itself as well', async () => {
    await page.give(id(), file.again());
    assert.deepEqual(arrived(), [true, 0]);
  });
  it('goes on with the file itself when that is given while somebody is asked and does not answer', async () => {
    pages.keeper.on('ask', 'silent');
    await resume();
    page.uploader.give(id(), file.again().named('file-0.bin'));
    await pages.clock.advance(60_000);
    pages.keeper.heal();
    assert.deepEqual([page.errors, arrived()], [[], [true, 0]]);
  });
  it('can be canceled while somebody is asked', async () => {
    pages.keeper.on('ask', 'silent');
    await resume();
    page.uploader.cancel(id());
    await pages.clock.advance(120_000);
    assert.equal(status().name, 'canceled');
  });
});

describe('a keeper that is not there', limit, () => {
  it('and never answers: after 5 s the upload is listed, and needs its file', async () => {
    const keeper = new ScriptedKeeper();
    pages = new ScriptedPages({}, keeper);
    await pages.leftBehind();
    keeper.on('find', 'silent');
    page = pages.load();
    const listed = page.uploader.restore();
    await pages.clock.advance(4_999);
    assert.deepEqual(page.statuses, []);
    await pages.clock.advance(1);
    await listed;
    assert.deepEqual(status(), {name: 'interrupted', needs: 'file'});
  });
  it('and fails: the upload needs its file', async () => {
    const keeper = new ScriptedKeeper();
    await comeBack(keeper, () => keeper.on('find', 'fails'));
    assert.deepEqual(status(), {name: 'interrupted', needs: 'file'});
  });
});

describe('an upload that needs its file', limit, () => {
  beforeEach(() => comeBack(new ScriptedKeeper('nothing')));

  it('says so', () => assert.deepEqual(status(), {name: 'interrupted', needs: 'file'}));
  it('has no file to give out', () => assert.equal(page.uploader.file(id()), undefined));
  it('does not go on when it is only told to', async () => {
    await resume();
    assert.deepEqual([status().name, page.protocol.count('open')], ['interrupted', 0]);
  });
  it('goes on when it gets it, from what the server has', async () => {
    await page.give(id(), file.again());
    assert.deepEqual(arrived(), [true, 0]);
  });
  it('has read the file once to know that it is the same', async () => {
    await page.give(id(), file.again());
    assert.deepEqual(page.hasher.digested, [0]);
  });
  it('takes the file with another date', async () => {
    const again = file.again();
    again.touch();
    await page.give(id(), again);
    assert.deepEqual(arrived(), [true, 0]);
  });
  const wrong: Record<string, () => Promise<void>> = {
    name: () => page.give(id(), file.again(), 'other.bin'),
    size: () => page.give(id(), new ScriptedFile(401)),
  };
  for (const [what, give] of Object.entries(wrong)) {
    it(`refuses one with another ${what} at once`, async () => {
      await give();
      assert.deepEqual([page.code(), page.errors, page.protocol.count('open')], ['other-file', ['other-file'], 0]);
    });
    it(`refuses one with another ${what}, and takes the right one afterwards`, async () => {
      await give();
      await page.give(id(), file.again());
      assert.deepEqual(arrived(), [true, 0]);
    });
  }
  describe('and gets one that only looks the same', limit, () => {
    beforeEach(() => page.give(id(), file.lookAlike()));

    it('refuses it', () => assert.deepEqual([status().name, page.code(), page.errors], ['interrupted', 'other-file', ['other-file']]));
    it('needs the file still', () => {
      const now = status();
      assert.equal(now.name === 'interrupted' && now.needs, 'file');
    });
    it('has sent nothing of it', () => assert.equal(page.protocol.count('send'), 0));
    it('leaves the server what it has', () => assert.deepEqual(pages.server.only.received, [{start: 0, end: 200}]));
    it('has not kept it in place of the right one', () => assert.equal(pages.keeper.count('keep'), 1));
    it('does not count it as digested', () => assert.equal(page.upload().progress.hashed, 0));
    it('takes the right one afterwards', async () => {
      await page.give(id(), file.again());
      assert.deepEqual(arrived(), [true, 0]);
    });
    it('lets the next page take the right one', async () => {
      await pages.clock.advance(5_000);
      pages.leave(page);
      page = pages.load();
      await page.restore();
      await page.give(id(), file.again());
      assert.deepEqual(arrived(), [true, 0]);
    });
    it('lets another tab have it meanwhile', () => assert.deepEqual(pages.tabs.held, []));
  });
  describe('and gets one that only looks the same, and the right one before it is told to go on', limit, () => {
    const choose = (chosen: ScriptedFile): void => page.uploader.give(id(), chosen.named('file-0.bin'));
    const chooseBoth = (): void => {
      choose(file.lookAlike());
      choose(file.again());
    };

    it('needs nothing more', () => {
      chooseBoth();
      assert.deepEqual(status(), {name: 'interrupted', needs: 'nothing'});
    });
    it('gives out the one that was given last', () => {
      const last = file.again();
      choose(file.lookAlike());
      choose(last);
      assert.equal(page.uploader.file(id())?.blob, last);
    });
    it('goes on with the right one, and refuses nothing', async () => {
      chooseBoth();
      await resume();
      assert.deepEqual([page.errors, arrived()], [[], [true, 0]]);
    });
    it('sends the right one also where the server has nothing to compare it with', async () => {
      pages.server.forget();
      chooseBoth();
      await resume();
      assert.deepEqual(arrived(), [true, 0]);
    });
    it('keeps the right one for a later page', async () => {
      pages.keeper.keeps = 'copy';
      page.protocol.onPart(200, deaf, Infinity);
      chooseBoth();
      await resume();
      const kept = await pages.keeper.find(pages.keeper.keys[0] ?? '', new AbortController().signal);
      assert.ok(kept.kind === 'file' && scriptedFile(kept.blob).content === file.content);
    });
    it('still refuses the other one when that was given last', async () => {
      choose(file.again());
      choose(file.lookAlike());
      await resume();
      assert.deepEqual([page.code(), pages.server.only.received], ['other-file', [{start: 0, end: 200}]]);
    });
    it('keeps the right one when one of another size is given after it', async () => {
      chooseBoth();
      choose(new ScriptedFile(401));
      await resume();
      assert.deepEqual([page.errors, arrived()], [['other-file'], [true, 0]]);
    });
  });
  it('lets the next page take the right one though the wrong one was digested for long', async () => {
    page.protocol.on('open', async ({serve, clock, signal}) => {
      const opened = serve();
      page.hasher.hold();
      await clock.sleep(1, signal);
      return opened;
    });
    page.uploader.give(id(), file.lookAlike().named('file-0.bin'));
    page.uploader.resume(id());
    await pages.clock.advance(10);
    page.hasher.release();
    await settle();
    assert.equal(page.code(), 'other-file');
    await pages.clock.advance(5_000);
    pages.leave(page);
    page = pages.load();
    await page.restore();
    await page.give(id(), file.again());
    assert.deepEqual(arrived(), [true, 0]);
  });
});

describe('the server, asked about an interrupted upload', limit, () => {
  const ask = async (meanwhile: () => void, prepare: (scene: ScriptedScene) => void = () => undefined): Promise<void> => {
    pages = new ScriptedPages();
    file = (await pages.leftBehind()).file();
    meanwhile();
    page = pages.load();
    prepare(page);
    await page.restore();
  };

  it('tells how much it has by now', async () => {
    await ask(() => pages.server.only.write(200, file.content.subarray(200, 250)));
    assert.equal(page.upload().progress.confirmed, 250);
  });
  it('may have everything: then it is done, without a byte', async () => {
    await ask(() => {
      pages.server.only.write(200, file.content.subarray(200));
      pages.server.only.result('digest');
    });
    assert.deepEqual([status().name, page.protocol.count('open'), page.count('done')], ['done', 0, 1]);
  });
  it('and if it has everything, no record is left', async () => {
    await ask(() => {
      pages.server.only.write(200, file.content.subarray(200));
      pages.server.only.result('digest');
    });
    assert.deepEqual(await pages.store.all(new AbortController().signal), []);
  });
  it('may have another file: then that is not taken for done', async () => {
    await ask(() => {
      pages.server.only.write(200, file.lookAlike().content.subarray(200));
      pages.server.only.result('digest');
    });
    assert.deepEqual([status().name, page.count('done')], ['interrupted', 0]);
  });
  it('may have forgotten it: nothing counts as confirmed', async () => {
    await ask(() => pages.server.forget());
    assert.deepEqual([status().name, page.upload().progress.confirmed], ['interrupted', 0]);
  });
  it('and if it has forgotten it, it starts again once, and says so', async () => {
    await ask(() => pages.server.forget());
    assert.equal(page.upload().startedAgain, false);
    await resume();
    assert.deepEqual([status().name, page.upload().startedAgain, ...(arrived() as unknown[])], ['done', true, true, 0]);
  });
  it('may be out of reach: then what it had said last is shown, and nothing has failed', async () => {
    await ask(
      () => undefined,
      ({protocol}) => protocol.on('ask', fails('network')),
    );
    assert.deepEqual([status(), page.upload().progress.confirmed, page.errors], [{name: 'interrupted', needs: 'nothing'}, 200, []]);
  });
  it('may be silent: what it had said last is shown when its time is over', async () => {
    await ask(
      () => undefined,
      ({protocol}) => protocol.on('ask', () => new Promise(() => undefined)),
    );
    await pages.clock.advance(3_000);
    assert.equal(page.upload().progress.confirmed, 200);
  });
});

describe('an upload that was left before anything of its file was remembered', limit, () => {
  /** The next page is given a look-alike, of which no byte gets through. The page after that lists the upload again. */
  const deceived = async (keeps: Kept): Promise<void> => {
    const keeper = new ScriptedKeeper('nothing');
    pages = new ScriptedPages({}, keeper);
    const earlier = pages.load();
    earlier.protocol.onPart(200, deaf, Infinity);
    await earlier.begin(400);
    // Within the second: none of its digests are saved.
    pages.leave(earlier);
    file = earlier.file();
    keeper.keeps = keeps;
    page = pages.load();
    await page.restore();
    page.protocol.onPart(200, fails('network'), Infinity);
    await page.give(id(), file.lookAlike());
    await pages.clock.advance(5_000);
    pages.leave(page);
    page = pages.load();
    await page.restore();
  };

  it('tells nobody that the look-alike is another file: that cannot be known', async () => {
    await deceived('nothing');
    assert.deepEqual([page.errors, pages.server.only.received], [[], [{start: 0, end: 200}]]);
  });
  const instead = {
    nothing: 'afterwards',
    handle: 'in place of a handle to the look-alike',
    copy: 'in place of a copy of the look-alike of which nothing is known',
  } as const;
  for (const keeps of ['nothing', 'handle', 'copy'] as const) {
    it(`takes the right file ${instead[keeps]}`, async () => {
      await deceived(keeps);
      await page.give(id(), file.again());
      assert.deepEqual([page.errors, arrived()], [[], [true, 0]]);
    });
  }
  it('takes the right file when a copy of the look-alike went on for a while, and is lost', async () => {
    await deceived('copy');
    page.protocol.onPart(200, fails('network'), Infinity);
    await resume();
    await pages.clock.advance(5_000);
    pages.leave(page);
    pages.keeper.lose();
    page = pages.load();
    await page.restore();
    await page.give(id(), file.again());
    assert.deepEqual([page.errors, arrived()], [[], [true, 0]]);
  });
});
