import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const deep = process.env['DEEP'] === '1';

/** Bytes per second of a line of 300 kbit/s, and ms that everything takes in each direction. */
const rate = 37_500;
const oneWay = 100;

/** When the server's confirmed bytes were seen to grow, in ms of the page; the first is when the upload was listed. */
async function confirmations(page: UploaderPage): Promise<readonly number[]> {
  const events = (await page.events()).filter(({upload}) => upload);
  let most = -1;
  return events.flatMap(({at, upload}) => {
    const confirmed = upload?.progress.confirmed ?? 0;
    if (confirmed <= most) return [];
    most = confirmed;
    return [at];
  });
}

/** The longest of the times between one and the next, in ms. */
const longest = (times: readonly number[]): number => Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));

/** A page whose line is slow from now on. */
async function slowPage(scene: Scene): Promise<UploaderPage> {
  const page = await scene.page();
  scene.relay.slow(rate);
  scene.relay.delay(oneWay);
  return page;
}

inEachBrowser('A line of 300 kbit/s with a round trip of 200 ms', (browser) => {
  const size = (deep ? 8 : 1) * MiB;
  const story = async (scene: Scene) => {
    const file = await scene.shelf.random(size);
    const page = await slowPage(scene);
    await page.pick(file.path);
    const {status} = await page.becomes('done', {limit: 20_000 + (2_000 * size) / rate, every: 250});
    const stalls = (await page.events()).filter(({type}) => type === 'upload-error').length;
    const lengths = scene.relay.requests.map(({length}) => length);
    const times = await confirmations(page);
    return {file, stalls, lengths, times, read: scene.server.bytesRead, stored: await scene.stored(status.result)};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('is no failure', () => assert.equal(seen.stalls, 0));
  it('has nothing cut: no byte is sent twice', () => assert.equal(seen.read, size));
  it('sends no part that takes such a line more than 3 s', () => {
    assert.ok(Math.max(...seen.lengths) <= 3 * rate, seen.lengths.join());
  });
  // 3 s for a part, and as much again for a busy machine.
  it('shows progress that the server has confirmed all the time', () => {
    const pause = longest(seen.times);
    assert.ok(pause <= 6_000, `once ${Math.round(pause)} ms went by`);
  });
  it('brings the file there', () => assert.equal(seen.stored, seen.file.md5));
});

inEachBrowser('A line of 300 kbit/s that was greeted before there was a file', (browser) => {
  const size = MiB / 2;
  const story = async (scene: Scene) => {
    const file = await scene.shelf.random(size);
    const page = await slowPage(scene);
    await page.call('prepare');
    await until('the greetings', async () => scene.relay.requests.filter(({method}) => method === 'HEAD').length === 7);
    await until('their answers', async () => (await page.pending()) === 0);
    await page.pick(file.path);
    await page.becomes('done', {limit: 20_000 + (2_000 * size) / rate, every: 250});
    return {lengths: scene.relay.requests.map(({length}) => length), read: scene.server.bytesRead};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('is not taken for a fast one: no part takes more than 3 s', () => {
    assert.ok(Math.max(...seen.lengths) <= 3 * rate, seen.lengths.join());
  });
  it('has nothing sent twice', () => assert.equal(seen.read, size));
});

/** How long after the last acknowledgement an upload fails whose server falls silent, with the limits that everybody has. */
async function silenceTold(scene: Scene, page: UploaderPage): Promise<{code: string; after: number; unacknowledged: number}> {
  scene.relay.brake(7 * MiB);
  await page.pick((await scene.shelf.random(8 * MiB)).path);
  await page.when('a part that was acknowledged', ({progress, status}) => progress.confirmed > 65_536 && status.name === 'sending');
  scene.relay.silence();
  scene.relay.brake(Infinity);
  const failed = await page.becomes('failed', {limit: 120_000, every: 250});
  const times = await confirmations(page);
  const [told] = (await page.events()).filter(({type}) => type === 'upload-error');
  const sent = (await page.events()).map(({upload}) => upload?.progress.sent ?? 0);
  return {code: failed.status.error.code, after: (told?.at ?? NaN) - (times.at(-1) ?? NaN), unacknowledged: Math.max(...sent)};
}

inEachBrowser('A server that falls silent after the first parts', (browser) => {
  it('is told as a timeout within 30 s of the last acknowledgement', async () => {
    const told = await inScene(browser(), {}, async (scene) => {
      const page = await scene.page();
      scene.relay.slow(4 * MiB); // slow enough to be caught on its way; far from slow enough to matter to a limit
      return silenceTold(scene, page);
    });
    assert.equal(told.code, 'timeout');
    assert.ok(told.after <= 30_000, `after ${Math.round(told.after)} ms`);
  });

  if (!deep) return;
  it('on a line of 300 kbit/s within 30 s, or four times what the rest of the part should take', async () => {
    const told = await inScene(browser(), {}, async (scene) => silenceTold(scene, await slowPage(scene)));
    assert.equal(told.code, 'timeout');
    const allowed = Math.max(30_000, (4_000 * told.unacknowledged) / rate);
    assert.ok(told.after <= allowed, `after ${Math.round(told.after)} ms of ${Math.round(allowed)}`);
  });
});
