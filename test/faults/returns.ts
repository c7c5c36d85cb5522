import assert from 'node:assert/strict';

import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import {until} from '../support/wait.js';
import {quarter, underWay} from './requests.js';
import type {Stage} from './stage.js';

/** What rows have in common whose page goes away: a file that takes some seconds, and gets done with no part sent again that was confirmed. */
export const comesBack = {
  size: 6 * MiB,
  inject: ({relay}: Stage): void => relay.slow(3 * MiB),
  // It may take a while until the next page is there.
  limits: {stall: 20_000},
  expect: {ends: 'done'},
  again: underWay,
} as const;

/** An element whose uploads come back without anybody. */
export const byItself = {'keep-files': true, 'auto-resume': true} as const;

/** A MiB of the file is confirmed, more is under way, and next to nothing follows before the relay's brake is taken off. */
export async function isOnItsWay(stage: Stage): Promise<UploadSnapshot> {
  await stage.confirmed(4 * quarter);
  stage.relay.brake(stage.relay.bodyBytes + quarter);
  return stage.page.upload();
}

/**
 * The page goes away by `leave` while its file is on its way, and `back` gives the next one. The server has kept all that was confirmed, and
 * the upload is listed, once. What the row shows then is what comes back.
 */
export async function leftAndBack(
  stage: Stage,
  leave: (page: UploaderPage) => Promise<unknown>,
  back: () => Promise<UploaderPage> = () => stage.visits.comeBack(),
): Promise<UploadSnapshot> {
  const {scene, relay, visits} = stage;
  const left = await isOnItsWay(stage);
  await visits.leave(leave);
  relay.brake(Infinity);
  const has = await scene.received();
  assert.ok(has >= left.progress.confirmed, `the server has ${has} bytes of ${left.progress.confirmed} that were confirmed`);
  const page = await back();
  const listed = await until('the upload to be listed again', async () => (await page.events('upload-restore'))[0]?.upload);
  assert.equal(listed.name, left.name);
  assert.equal(listed.size, left.size);
  assert.deepEqual(await page.shownNames(), [left.name]);
  return listed;
}

/** The upload was listed again once, and is the same one at the server, with its digests: nothing began anew. */
export async function wentOn({page, scene}: Stage): Promise<void> {
  const {status, startedAgain} = await page.becomes('done');
  assert.equal((await page.events('upload-restore')).length, 1, 'times the upload was listed again');
  assert.equal(startedAgain, false);
  assert.equal(status.result.verified, 'digest');
  assert.equal((await scene.storedUploads()).length, 1, 'uploads that were begun');
}
