import assert from 'node:assert/strict';
import {utimes} from 'node:fs/promises';

import {english} from '../../src/element/messages.js';
import type {DiskFile} from '../support/disk-file.js';
import {MiB} from '../support/disk-file.js';
import {chooseAgain, openAgain, plainPicker} from '../support/loads.js';
import {lookAlike} from '../support/look-alike.js';
import {stays, until} from '../support/wait.js';
import type {Play, Row, Story} from './row.js';
import type {Stage} from './stage.js';

const attributes = {'chunk-size': String(MiB)} as const;

/** Browsers know of whole ms only; so do both files. */
const datesOf = ({path}: DiskFile): Promise<void> => utimes(path, new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'));

/** More than a block of the file is at the server. */
async function moreThanBlock({page, relay, file}: Stage): Promise<void> {
  await datesOf(file);
  relay.slow(3 * MiB);
  relay.brake(file.size - MiB);
  await page.pick(file.path);
  await page.when('more than a block to be confirmed', ({progress}) => progress.confirmed > 4 * MiB);
}

/** The first upload has failed and is off the list: nobody waits for its file. */
const afterFailure: Story = {
  variant: 'after a failure, as a new upload',
  size: 6 * MiB,
  page: {attributes},
  mayFall: true,
  async story(stage) {
    const {page, relay, scene, file} = stage;
    await moreThanBlock(stage);
    relay.refuse();
    await page.becomes('failed');
    await page.call('clear');
    relay.pass();
    relay.slow(Infinity);
    relay.brake(Infinity);
    await file.overwrite(0, file.size);
    await datesOf(file);
    await page.pick(file.path);
    const {status} = await page.becomes('done');
    assert.equal(await scene.stored(status.result), await file.md5Now());
  },
};

/** Chooses another file for an upload that an earlier page has begun, and sees it refused. */
async function isRefused({page, scene, file}: Stage): Promise<void> {
  await until('the server to notice', () => scene.server.running === 0);
  const [had, read] = [await scene.received(), scene.server.bytesRead];
  await chooseAgain(page, await lookAlike(scene.shelf, file, MiB));
  const refused = await page.when('the refusal', ({status}) => status.name === 'interrupted' && status.error && status);
  assert.equal(refused.error?.code, 'other-file');
  assert.equal(refused.needs, 'file');
  assert.deepEqual(await page.shownErrors(), [english.errors['other-file']]);
  await stays('nothing is sent of it', () => scene.server.bytesRead === read, 500);
  assert.equal(await scene.received(), had, 'what the server has');
}

const afterPageLoad: Play = {
  variant: 'for an upload that an earlier page has begun',
  size: 12 * MiB,
  page: {attributes, script: plainPicker},
  // The refusal is told as a failure.
  expect: {ends: 'done', failures: 1},
  again: 5 * MiB,
  inject: ({file}) => datesOf(file),
  async meanwhile(stage) {
    const {page, relay, visits, file} = stage;
    relay.slow(6 * MiB);
    await page.when('more than a block to be confirmed', ({progress}) => progress.confirmed > 4 * MiB);
    relay.brake(relay.bodyBytes + MiB);
    await visits.leave(openAgain);
    relay.brake(Infinity);
    await isRefused(stage);
    await chooseAgain(page, file.path);
  },
};

export const otherFileRow: Row = {
  number: 'F18',
  fault: 'Another file is chosen that has the same name, size and time',
  shows:
    '"This is another file" where an earlier page has begun the upload, and its row waits for the right one; else nothing: what the server has turns out not to be this file, and it is sent from its beginning',
  keeps: 'No mixed file is ever called done; what an earlier page has sent stays',
  play: [afterFailure, afterPageLoad],
};
