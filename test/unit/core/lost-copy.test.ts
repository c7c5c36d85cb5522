import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {settle} from '../../support/fake-clock.js';
import {deaf} from '../../support/scripted-faults.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedPages} from '../../support/scripted-pages.js';
import type {ScriptedScene} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
let pages = new ScriptedPages();
let page = pages.load();

/** Whether the server has the file as it was chosen, and how many bytes it got twice. */
const arrived = (content: Uint8Array): readonly [boolean, number] => {
  const {complete, bytes, resent} = pages.server.only;
  return [complete && Buffer.compare(bytes, content) === 0, resent];
};

/** What happens when the part that begins at 200 of 400 bytes is about to leave; it then leaves. */
function before200(scene: ScriptedScene, what: () => void): void {
  scene.protocol.onPart(200, async ({serve}) => {
    what();
    return serve();
  });
}

beforeEach(() => {
  pages = new ScriptedPages();
  page = pages.load();
});

describe('the copy of a file is lost while it is sent, and the file is there', limit, () => {
  beforeEach(async () => {
    before200(page, () => pages.keeper.spoil());
    await page.begin(400);
  });

  it('goes on from the file itself', () => assert.deepEqual(arrived(page.file().content), [true, 0]));
  it('is no failure', () => assert.deepEqual([page.statuses, page.errors], [['done'], []]));
  it('asks for nothing', () => assert.ok(!page.path(page.upload().id).includes('interrupted')));
  it('digests nothing again but what proves that nobody has changed it', () => assert.deepEqual(page.hasher.digested, [0]));
  it('makes no second copy', () => assert.equal(pages.keeper.count('keep'), 1));
});

describe('the copy of a file is lost, and more of it is to come', limit, () => {
  beforeEach(async () => {
    before200(page, () => {
      pages.keeper.spoil();
      page.protocol.onPart(300, deaf, Infinity);
    });
    await page.begin(400);
  });

  it('had been kept as a copy', () => assert.ok(page.told.some((event) => 'upload' in event && event.upload.kept === 'copy')));
  it('tells that a later page will have nothing but the record', () => {
    assert.deepEqual([page.upload().status.name, page.upload().kept], ['sending', 'record']);
  });
  it('still gives out the file', () => assert.equal(page.uploader.file(page.upload().id)?.blob, page.file()));
});

describe('the copy of a file is lost, and the file is not what it was', limit, () => {
  it('and has changed: no mixed file arrives', async () => {
    before200(page, () => {
      pages.keeper.spoil();
      page.file().change();
    });
    await page.begin(400);
    assert.deepEqual([page.statuses, page.errors, pages.server.only.complete], [['failed'], ['file-changed'], false]);
  });
  it('and has changed where the browser does not notice: no mixed file arrives either', async () => {
    page = pages.load({noticesChange: false});
    before200(page, () => {
      pages.keeper.spoil();
      page.file().change();
    });
    await page.begin(400);
    assert.deepEqual([page.statuses, page.errors, pages.server.only.complete], [['failed'], ['file-changed'], false]);
  });
  it('and is gone too: that is told once', async () => {
    before200(page, () => {
      pages.keeper.spoil();
      page.file().remove();
    });
    await page.begin(400);
    assert.deepEqual([page.statuses, page.errors], [['failed'], ['file-unreadable']]);
  });
});

describe('the copy that an earlier page has left cannot be read', limit, () => {
  let file = new ScriptedFile(400);
  beforeEach(async () => {
    const earlier = await pages.leftBehind();
    file = earlier.file();
    page = pages.load();
    await page.restore();
    pages.keeper.spoil();
    page.uploader.resume(page.upload().id);
    await settle();
  });

  it('the upload is interrupted, and needs its file', () => {
    const {status} = page.upload();
    assert.deepEqual([status.name, status.name === 'interrupted' && status.needs], ['interrupted', 'file']);
  });
  it('says why, once', () => assert.deepEqual([page.code(), page.errors], ['file-unreadable', ['file-unreadable']]));
  it('leaves the server what it has', () => assert.deepEqual(pages.server.only.received, [{start: 0, end: 200}]));
  it('has no file to give out', () => assert.equal(page.uploader.file(page.upload().id), undefined));
  it('lets another tab have it', () => assert.deepEqual(pages.tabs.held, []));
  it('does not go on by itself', async () => {
    page.uploader.set({autoResume: true});
    await pages.clock.advance(60_000);
    assert.equal(page.upload().status.name, 'interrupted');
  });
  it('goes on when it gets the file, from what the server has', async () => {
    await page.give(page.upload().id, file.again());
    assert.deepEqual(arrived(file.content), [true, 0]);
  });
  it('refuses another file', async () => {
    await page.give(page.upload().id, file.lookAlike());
    assert.deepEqual([page.upload().status.name, page.code()], ['interrupted', 'other-file']);
  });
  it('has the file kept anew when it is the same', async () => {
    page.protocol.onPart(300, deaf, Infinity);
    await page.give(page.upload().id, file.again());
    assert.deepEqual([page.upload().kept, pages.keeper.count('keep')], ['copy', 2]);
  });
});

describe('the copy that an earlier page has left is there but cannot be read as it was', limit, () => {
  it('the upload needs its file: a copy that has changed is none', async () => {
    await pages.leftBehind();
    page = pages.load();
    await page.restore();
    page.protocol.onPart(200, () => Promise.reject(new UploadError('file-changed', 'The browser refuses to read it.')));
    page.uploader.resume(page.upload().id);
    await settle();
    const {status} = page.upload();
    assert.deepEqual([status.name, status.name === 'interrupted' && status.needs, page.code()], ['interrupted', 'file', 'file-changed']);
  });
});
