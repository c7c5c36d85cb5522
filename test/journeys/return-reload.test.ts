import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser, type BrowserName} from '../support/browser.js';
import {MiB, type DiskFile} from '../support/disk-file.js';
import {addWithHandle, askedForAccess, handlePermissions} from '../support/known-file.js';
import {clickOnRow, openAgain, reload} from '../support/loads.js';
import type {UploaderPage} from '../support/page.js';
import {inScene, type Scene} from '../support/scene.js';
import type {PageOptions} from '../support/site.js';
import {until} from '../support/wait.js';

const part = 4 * MiB;
/** Requests with a part that are under way at a time, and the first bytes that travel with the creation. */
const inFlight = 3 * part + MiB;

/** How a file gets into the page, and how the upload goes on in the next page load. */
interface Way {
  readonly page: PageOptions;
  readonly size: number;
  /** Bytes per second on the line. */
  readonly line: number;
  /** @default `reload` */
  readonly load?: (page: UploaderPage) => Promise<unknown>;
  readonly add: (page: UploaderPage, file: DiskFile) => Promise<void>;
  readonly goOn: (page: UploaderPage, file: DiskFile) => Promise<unknown>;
}

const pick = (page: UploaderPage, file: DiskFile): Promise<void> => page.pick(file.path);

/** A file is 40 % there when the page is loaded again. */
const reloaded =
  ({page: options, size, line, add, goOn, load = reload}: Way) =>
  async (scene: Scene) => {
    const file = await scene.shelf.random(size);
    scene.relay.slow(line);
    // Two parts at a time: with more the first that are confirmed are nearly the whole file.
    const page = await scene.page({...options, attributes: {'chunk-size': String(part), concurrency: '2', ...options.attributes}});
    await add(page, file);
    const left = await page.when('40 %', (upload) => upload.progress.confirmed >= 0.4 * size && upload, {limit: 60_000});
    const doneBefore = await page.events('upload-done');
    await load(page);
    const readBefore = scene.server.bytesRead;
    const {upload: back} = await until('the upload to be listed', async () => (await page.events('upload-restore'))[0]);
    scene.relay.slow(Infinity);
    await goOn(page, file);
    const {status} = await page.becomes('done', {limit: 60_000});
    return {
      file,
      left,
      back,
      readAfter: scene.server.bytesRead - readBefore,
      readTwice: scene.server.bytesRead - size,
      done: [doneBefore.length, (await page.events('upload-done')).length],
      restored: (await page.events('upload-restore')).length,
      asked: await askedForAccess(page),
      listed: (await page.uploads()).map(({id}) => id),
      refused: await page.events('upload-reject'),
      failures: await page.events('upload-error'),
      stored: await scene.stored(status.result),
      atServer: await scene.namesAtServer(),
      errors: page.errors,
    };
  };

type Seen = Awaited<ReturnType<ReturnType<typeof reloaded>>>;

function goesOn(seen: () => Seen, size: number): void {
  it('is listed again, once, with the bytes that were confirmed', () => {
    assert.equal(seen().restored, 1);
    assert.equal(seen().back?.size, size);
  });

  it('has the server read what was missing, and no more again than the parts that were under way', () => {
    const {left, readAfter, readTwice} = seen();
    assert.ok(readAfter <= size - left.progress.confirmed + inFlight, `${readAfter} read after ${left.progress.confirmed} were confirmed`);
    assert.ok(readTwice <= inFlight, `${readTwice} bytes were read twice`);
  });

  it('ends with the same bytes, as one upload', () => {
    assert.equal(seen().stored, seen().file.md5);
    assert.equal(seen().atServer.length, 1);
  });

  it('is told to be done once, by the page that saw it', () => {
    assert.deepEqual(seen().done, [0, 1]);
  });

  it('fails nowhere on its way', () => {
    assert.deepEqual([seen().failures, seen().errors], [[], []]);
  });
}

inEachBrowser('A page whose upload has a copy of its file is loaded again, with auto-resume', (browser) => {
  const size = 200 * MiB;
  let seen: Seen;

  before(async () => {
    const attributes = {'keep-files': true, 'auto-resume': true} as const;
    seen = await inScene(browser(), {}, reloaded({page: {attributes}, size, line: 20_000_000, add: pick, goOn: async () => undefined}));
  });

  goesOn(() => seen, size);

  it('had a copy, and needed nothing of anybody', () => {
    assert.equal(seen.left.kept, 'copy');
    assert.equal(seen.back?.kept, 'copy');
  });
});

inEachBrowser('A page whose upload has a copy of its file is loaded again, without auto-resume', (browser) => {
  const size = 16 * MiB;
  let seen: Seen;

  before(async () => {
    const goOn = async (page: UploaderPage) => {
      await page.becomes('interrupted');
      await clickOnRow(page);
    };
    seen = await inScene(browser(), {}, reloaded({page: {attributes: {'keep-files': true}}, size, line: 8_000_000, add: pick, goOn}));
  });

  goesOn(() => seen, size);

  it('waits for one click', () => {
    assert.deepEqual(seen.back?.status, {name: 'interrupted', needs: 'nothing'});
  });
});

/** Firefox gives the file back with the form when a page is loaded again. */
const loadWithoutForms = (name: BrowserName) => (name === 'firefox' ? openAgain : reload);

/** Drops the file where the driver can, and picks it as any other file elsewhere. */
const addOnceMore =
  (name: BrowserName) =>
  (page: UploaderPage, {path}: DiskFile) =>
    name === 'chromium' ? page.drop(path) : page.pick(path);

inEachBrowser('A page whose upload has nothing but its record is loaded again, and its file is added once more', (browser, name) => {
  const size = 16 * MiB;
  let seen: Seen;

  before(async () => {
    const way = {page: {}, size, line: 8_000_000, add: pick, load: loadWithoutForms(name), goOn: addOnceMore(name)};
    seen = await inScene(browser(), {}, reloaded(way));
  });

  goesOn(() => seen, size);

  it('has nothing but the record, and needs the file', () => {
    assert.equal(seen.left.kept, 'record');
    assert.deepEqual(seen.back?.status, {name: 'interrupted', needs: 'file'});
  });

  it('takes the file for that upload, though there is room for one only', () => {
    assert.deepEqual(seen.listed, [seen.back?.id]);
    assert.deepEqual(seen.refused, []);
  });
});

inEachBrowser('A page whose upload has a handle of its file is loaded again, and access is allowed', (browser, name) => {
  const size = 16 * MiB;
  let seen: Seen;

  before(async () => {
    const page = {attributes: {'auto-resume': true}, script: handlePermissions('granted')} as const;
    seen = await inScene(
      browser(),
      {},
      reloaded({page, size, line: 8_000_000, add: addWithHandle, load: loadWithoutForms(name), goOn: (page) => clickOnRow(page)}),
    );
  });

  goesOn(() => seen, size);

  it('needs access, also with auto-resume', () => {
    assert.equal(seen.left.kept, 'handle');
    assert.deepEqual(seen.back?.status, {name: 'interrupted', needs: 'access'});
  });

  it('asks for it once, in answer to the click', () => {
    assert.deepEqual(seen.asked, [true]);
  });
});

inEachBrowser(
  'A page whose upload has nothing but its record is loaded again, where the browser restores forms, with auto-resume',
  (browser) => {
    const size = 16 * MiB;
    let seen: Seen;

    before(async () => {
      const page = {attributes: {'auto-resume': true}} as const;
      seen = await inScene(browser(), {}, reloaded({page, size, line: 8_000_000, add: pick, goOn: async () => undefined}));
    });

    goesOn(() => seen, size);

    it('gets the file back with the form, and nobody has to do anything', () => {
      assert.equal(seen.left.kept, 'record');
    });
  },
  // Chromium restores forms on the way back, and not when a page is loaded again.
  ['firefox'],
);
