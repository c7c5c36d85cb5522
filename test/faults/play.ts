import assert from 'node:assert/strict';

import type {Browser, BrowserContext} from 'puppeteer-core';

import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {launch} from '../support/browser.js';
import type {BrowserName} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {LastingBrowser} from '../support/lasting-browser.js';
import type {UploaderPage} from '../support/page.js';
import {inScene, inSceneAt} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';
import {shortLimits} from './limits.js';
import {PromiseWatch} from './promises.js';
import type {Outcome, Play, Story} from './row.js';
import {Stage} from './stage.js';
import {Visits} from './visits.js';

/** How long a row may take to come to an outcome, in ms. */
const patience = 40_000;

/** Plays a fault from its beginning to the file's safe arrival, and checks what its row says and all promises. */
export async function playRow(shared: Browser, name: BrowserName, play: Play | Story): Promise<void> {
  if (play.lasting) {
    const lasting = await LastingBrowser.start(name, play.browser);
    return inSceneAt(lasting, play.scene ?? {}, (scene) => playIn(scene, name, play, lasting));
  }
  const own = play.browser && (await launch(name, play.browser));
  try {
    await inScene(own ?? shared, play.scene ?? {}, (scene) => playIn(scene, name, play));
  } finally {
    await own?.close();
  }
}

async function playIn(scene: Scene, name: BrowserName, play: Play | Story, lasting?: LastingBrowser): Promise<void> {
  const stage = await setUp(scene, name, play, lasting);
  if ('inject' in play) await play.inject?.(stage);
  const watch = PromiseWatch.begin(stage, play);
  try {
    await ('story' in play ? play.story(stage) : act(stage, play, typeof play.expect === 'function' ? play.expect(name) : play.expect));
    assert.equal((await watch.breaches()).join('\n'), '', 'promises that were broken');
    assert.equal(errorsOf(stage).join('\n'), '', 'errors that nobody caught');
    assert.equal(stage.notMet.join('\n'), '', 'faults that never came about');
  } finally {
    await watch.end();
  }
}

async function setUp(scene: Scene, name: BrowserName, play: Play | Story, lasting?: LastingBrowser): Promise<Stage> {
  const {page: options = {}, limits, size = 2 * MiB, file} = play;
  // Three of eight parts at a time: what happens in the middle finds something that is still to be sent.
  const attributes = {'chunk-size': String(MiB / 4), concurrency: '3', ...options.attributes};
  const waits = {...shortLimits, ...limits};
  // A page that comes back goes on as soon as it is there. Where no script of its own may run, the limits come a moment later.
  const script = `Object.assign(document.querySelector('chunk-uploader'), {limits: ${JSON.stringify(waits)}});${options.script ?? ''}`;
  const open = async (context?: BrowserContext): Promise<UploaderPage> => {
    if (options.csp === undefined) return scene.page({...options, attributes, script}, context);
    const page = await scene.page({...options, attributes}, context);
    await page.set('limits', waits);
    return page;
  };
  const visits = new Visits(scene, await open(), open);
  return new Stage(name, scene, visits, await (file ? file(scene) : scene.shelf.random(size)), lasting);
}

/** What nobody caught. Firefox's driver tells what the browser says of requests to other origins as if it were an error of the page. */
const errorsOf = ({visits}: Stage): readonly string[] => visits.errors.filter((error) => !error.includes('Cross-Origin Request Blocked'));

async function act(stage: Stage, play: Play, outcome: Outcome): Promise<void> {
  await stage.page.pick(stage.file.path);
  await play.meanwhile?.(stage);
  const first = await comesTo(stage, outcome);
  await play.look?.(stage, first);
  if (first.status.name === 'failed' && outcome.ends === 'failed') await recover(stage, play, outcome);
  await arrived(stage, play, outcome);
  await play.after?.(stage);
}

async function comesTo({page}: Stage, outcome: Outcome): Promise<UploadSnapshot> {
  const {ends} = outcome;
  const mayFail = outcome.ends === 'done' ? (outcome.failures ?? 0) : 1;
  const mayBeDone = outcome.ends === 'done' || outcome.orDone;
  const over = async (): Promise<UploadSnapshot | undefined> => {
    const upload = await page.upload();
    const {name} = upload.status;
    return name === ends || name === 'done' || (name === 'failed' && mayFail === 0) ? upload : undefined;
  };
  const upload = await until(`it to be ${ends}`, over, {limit: patience}).catch(async (error: unknown) => {
    throw new Error(`It is not ${ends} but ${JSON.stringify(await page.upload())}`, {cause: error});
  });
  if (upload.status.name !== 'done' || !mayBeDone) assert.equal(upload.status.name, ends, JSON.stringify(upload.status));
  const failures = (await page.events('upload-error')).map(({code}) => code);
  assert.ok(failures.length <= mayFail, `It failed on its way: ${failures.join()}`);
  return upload;
}

/** A failure is told once, in words, the bar stands at what is confirmed, and nothing is under way any more. Then it goes on. */
async function recover(stage: Stage, play: Play, outcome: Outcome & {ends: 'failed'}): Promise<void> {
  const {page} = stage;
  const failed = await page.becomes('failed');
  const {code, status} = failed.status.error;
  const codes = [outcome.code].flat();
  assert.ok(codes.includes(code), `It failed as ${code} (${failed.status.error.message}) and not as ${codes.join(' or ')}`);
  if (outcome.http !== undefined) assert.equal(status, outcome.http);
  assert.equal((await page.events('upload-error')).length, 1, 'times the failure was told');
  const {shown, wanted} = await stage.failureText(failed);
  assert.equal(shown, wanted, 'text of the failure');
  assert.equal(failed.progress.sent, 0, 'bytes shown as on their way after a failure');
  const {confirmed, size} = failed.progress;
  assert.equal((await page.bars())[0]?.now, size > 0 ? Math.min(99, Math.floor((confirmed / size) * 100)) : 0, 'the bar');
  await until('nothing to be under way', async () => (await page.pending()) === 0);
  await stage.undo();
  await play.heal?.(stage);
  if (outcome.final) return;
  await page.call('retry', failed.id);
  await page.becomes('done', {limit: patience});
}

async function arrived(stage: Stage, {again}: Play, outcome: Outcome): Promise<void> {
  const {page, scene, file} = stage;
  const {status} = await page.upload();
  if (outcome.ends === 'failed' && outcome.final) return assert.notEqual(status.name, 'done');
  assert.ok(status.name === 'done');
  assert.equal(await scene.stored(status.result), file.md5, 'MD5 of the stored file');
  const read = scene.bytesRead - file.size;
  assert.ok(read <= again, `${read} bytes were read a second time, more than ${again}`);
}
