import assert from 'node:assert/strict';
import {utimes} from 'node:fs/promises';
import {before, it} from 'node:test';

import {english} from '../../src/element/messages.js';
import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {chooseAgain, openAgain, plainPicker} from '../support/loads.js';
import {lookAlike} from '../support/look-alike.js';
import {inScene, type Scene} from '../support/scene.js';
import {stays, until} from '../support/wait.js';

const size = 24 * MiB;
const part = 4 * MiB;

/** After a page load first another file is chosen that looks the same, and then the right one. */
async function wrongThenRight(scene: Scene) {
  const file = await scene.shelf.random(size);
  // Browsers know of whole seconds and ms only; so do both files.
  const time = new Date('2026-01-01T00:00:00Z');
  await utimes(file.path, time, time);
  scene.relay.slow(8_000_000);
  const page = await scene.page({attributes: {'chunk-size': String(part)}, script: plainPicker});
  await page.pick(file.path);
  await page.when('two blocks', ({progress}) => progress.confirmed >= 9 * MiB);
  await openAgain(page);
  await page.becomes('interrupted');
  await until('the server to notice', () => scene.server.running === 0);
  const [had, read] = [await scene.received(), scene.server.bytesRead];
  await chooseAgain(page, await lookAlike(scene.shelf, file, MiB));
  const refused = await page.when('the refusal', ({status}) => status.name === 'interrupted' && status.error && status);
  const told = await page.shownErrors();
  await stays('nothing is sent of it', () => scene.server.bytesRead === read, 500);
  const has = await scene.received();
  scene.relay.slow(Infinity);
  await chooseAgain(page, file.path);
  const {status} = await page.becomes('done', {limit: 60_000});
  return {file, refused, told, had, has, readTwice: scene.server.bytesRead - size, stored: await scene.stored(status.result)};
}

inEachBrowser('Another file is chosen for an interrupted upload that has the same name, size and time', (browser) => {
  let seen: Awaited<ReturnType<typeof wrongThenRight>>;

  before(async () => {
    seen = await inScene(browser(), {}, wrongThenRight);
  });

  it('is refused, and its row says so', () => {
    assert.equal(seen.refused.error?.code, 'other-file');
    assert.deepEqual(seen.told, [english.errors['other-file']]);
  });

  it('still needs the file', () => {
    assert.equal(seen.refused.needs, 'file');
  });

  it('loses nothing of what the server has', () => {
    assert.ok(seen.had >= 9 * MiB);
    assert.equal(seen.has, seen.had);
  });

  it('goes on with the right file, and ends whole', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.ok(seen.readTwice <= 3 * part + MiB, `${seen.readTwice} bytes were read twice`);
  });
});
