import assert from 'node:assert/strict';
import {basename} from 'node:path';
import {before, it} from 'node:test';

import {english} from '../../src/element/messages.js';
import {inEachBrowser} from '../support/browser.js';
import {MiB, type DiskFile} from '../support/disk-file.js';
import {keptRecords} from '../support/kept-records.js';
import {addWithHandle, askedForAccess, handlePermissions, type Consent} from '../support/known-file.js';
import {chooseAgain, clickOnRow, openAgain, plainPicker, rowWords} from '../support/loads.js';
import type {UploaderPage} from '../support/page.js';
import {inScene, type Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';

const size = 12 * MiB;
const part = MiB;
/** Requests with a part that are under way at a time, and the first bytes that travel with the creation. */
const inFlight = 3 * part + MiB;

/** An upload whose file can be had through its handle, in the next page load, where access has to be allowed. */
async function needsAccess(scene: Scene, ...answers: readonly Consent[]): Promise<{file: DiskFile; page: UploaderPage}> {
  const file = await scene.shelf.random(size);
  scene.relay.slow(4_000_000);
  const page = await scene.page({
    attributes: {'chunk-size': String(part), multiple: true},
    script: `${plainPicker}${handlePermissions(...answers)}`,
  });
  await addWithHandle(page, file);
  await page.when('some bytes', ({progress}) => progress.confirmed >= 0.4 * size);
  await openAgain(page);
  await page.becomes('interrupted');
  scene.relay.slow(Infinity);
  return {file, page};
}

/** Somebody says no when the browser asks, and then this is done. */
const refusedFirst =
  (then: (page: UploaderPage, file: DiskFile) => Promise<void>, ...answers: readonly Consent[]) =>
  async (scene: Scene) => {
    const {file, page} = await needsAccess(scene, ...answers);
    await until('the server to be idle', () => scene.server.running === 0);
    const read = scene.server.bytesRead;
    await clickOnRow(page);
    const refused = await page.when('the refusal', ({status}) => status.name === 'interrupted' && status.error && status);
    const told = await page.shownErrors();
    const words = await rowWords(page);
    await stays('nothing is sent', () => scene.server.bytesRead === read, 300);
    await then(page, file);
    const {status} = await page.becomes('done', {limit: 60_000});
    return {
      file,
      refused,
      told,
      words,
      asked: await askedForAccess(page),
      readTwice: scene.server.bytesRead - size,
      stored: await scene.stored(status.result),
      atServer: await scene.namesAtServer(),
      errors: page.errors,
    };
  };

type Seen = Awaited<ReturnType<ReturnType<typeof refusedFirst>>>;

function saysSoAndEndsWhole(seen: () => Seen): void {
  it('is told in the row, which still needs access', () => {
    assert.deepEqual([seen().refused.needs, seen().refused.error?.code], ['access', 'file-unreadable']);
    assert.deepEqual(seen().told, [english.errors['file-unreadable']]);
  });

  it('leaves two ways to go on, and one out', () => {
    const {access, choose, discard} = english.actions;
    assert.deepEqual(seen().words, [access, choose, discard]);
  });

  it('does not keep the upload from ending whole, as one, with no more read again than the parts that were under way', () => {
    assert.equal(seen().stored, seen().file.md5);
    assert.equal(seen().atServer.length, 1);
    assert.ok(seen().readTwice <= inFlight, `${seen().readTwice} bytes were read twice`);
    assert.deepEqual(seen().errors, []);
  });
}

inEachBrowser('Access to the file is refused, and allowed when it is asked for again', (browser) => {
  let seen: Seen;

  before(async () => {
    seen = await inScene(
      browser(),
      {},
      refusedFirst((page) => clickOnRow(page), 'denied', 'granted'),
    );
  });

  saysSoAndEndsWhole(() => seen);

  it('is asked for once for each click', () => {
    assert.deepEqual(seen.asked, [true, true]);
  });
});

inEachBrowser('Access to the file is refused for good, and the file is chosen again', (browser) => {
  let seen: Seen;

  before(async () => {
    seen = await inScene(
      browser(),
      {},
      refusedFirst((page, {path}) => chooseAgain(page, path), 'denied'),
    );
  });

  saysSoAndEndsWhole(() => seen);

  it('is not asked for again', () => {
    assert.deepEqual(seen.asked, [true]);
  });
});

inEachBrowser('The browser’s question for access is never answered', (browser) => {
  const story = async (scene: Scene) => {
    const {page} = await needsAccess(scene, 'none');
    await clickOnRow(page);
    await until('the question', async () => (await askedForAccess(page)).length === 1);
    const meanwhile = await page.upload();
    const other = await scene.shelf.random(2 * MiB);
    await page.pick(other.path);
    const {status} = await page.becomes('done', {name: basename(other.path)});
    const stored = await scene.stored(status.result);
    await clickOnRow(page);
    await until('the next question', async () => (await askedForAccess(page)).length === 2);
    await clickOnRow(page, 'cancel');
    await page.becomes('canceled');
    await until('all to be forgotten', async () => (await keptRecords(page)).uploads.length === 0);
    await until('the server to throw it away', async () => (await scene.received()) === other.size);
    return {meanwhile, other, stored, words: await page.shownErrors(), errors: page.errors};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('leaves the row as it was', () => {
    assert.deepEqual(seen.meanwhile.status, {name: 'interrupted', needs: 'access'});
  });

  it('does not keep another file from being uploaded', () => {
    assert.equal(seen.stored, seen.other.md5);
  });

  it('can be asked again, and the upload be discarded', () => {
    assert.deepEqual([seen.words, seen.errors], [[], []]);
  });
});
