import assert from 'node:assert/strict';
import {basename} from 'node:path';
import {before, it} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {inEachBrowser} from '../support/browser.js';
import type {BrowserName} from '../support/browser.js';
import {MiB, type DiskFile} from '../support/disk-file.js';
import {inLastingScene, type LastingBrowser} from '../support/lasting-browser.js';
import type {UploaderPage} from '../support/page.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const deep = process.env['DEEP'] === '1';
const size = (deep ? 200 : 64) * MiB;
const part = (deep ? 4 : 1) * MiB;
/** Requests with a part that are under way at a time, and the first bytes that travel with the creation. */
const inFlight = 3 * part + MiB;
/** Bytes per second on the line: until all kills are over the file alone takes 11 s, longer than they do. */
const line = size / 11;
/** How often a browser is killed during one upload, and how many such uploads there are. */
const killsEach = deep ? 3 : 2;
const rounds = deep ? 10 : 1;
/** How often it is killed right after a file was added. */
const earlyKills = deep ? 5 : 2;
/** What is digested is saved within a second, and what was saved stays. In ms, with what writing it may take. */
const saving = 1_500;
/** The size of a block with a digest. */
const block = 4 * MiB;

const attributes = {'keep-files': true, 'auto-resume': true, 'chunk-size': String(part)} as const;

/** What was seen of one kill. */
interface Killed {
  /** ms after the page had said that there is a copy, and that some of it is digested. */
  readonly moment: number;
  /** What was shown last. */
  readonly confirmed: number;
  readonly hashed: number;
  /** What was digested long enough before to be saved. */
  readonly saved: number;
  /** What the server had when it had noticed. */
  readonly has: number;
  /** What the next page began with. */
  readonly next: {readonly confirmed: number; readonly hashed: number};
}

interface Look {
  readonly at: number;
  readonly confirmed: number;
  readonly hashed: number;
}

/** Looks again and again until `time` ms are over, and gives what was seen last, and what had been digested long enough before that. */
async function lookFor(page: UploaderPage, time: number): Promise<Pick<Killed, 'confirmed' | 'hashed' | 'saved'>> {
  const looks: Look[] = [];
  const end = performance.now() + time;
  do {
    const at = performance.now();
    const {confirmed, hashed} = (await page.upload()).progress;
    looks.push({at, confirmed, hashed});
    await sleep(30);
  } while (performance.now() < end);
  const old = looks.findLast(({at}) => at < performance.now() - saving);
  const {confirmed = 0, hashed = 0} = looks.at(-1) ?? {};
  return {confirmed, hashed, saved: old?.hashed ?? 0};
}

/** Kills the browser at some moment, long enough after the file has been kept to have something saved, and opens the page in a new one. */
async function killOnce(scene: Scene, browser: LastingBrowser, page: UploaderPage) {
  await page.when('a copy of the file, and some of it digested', ({kept, progress}) => kept === 'copy' && progress.hashed > 0);
  const moment = saving + 100 + Math.random() * 1_000;
  const last = await lookFor(page, moment);
  await browser.kill();
  await until('the server to notice', () => scene.server.running === 0);
  const has = await scene.received();
  await browser.restart();
  const back = await scene.page({attributes});
  const [restored] = await back.when('the upload to be listed again', () =>
    back.events('upload-restore').then((all) => all.length > 0 && all),
  );
  const {hashed = 0} = restored?.upload?.progress ?? {};
  const {confirmed} = await back.when('the server to have been asked', ({progress}) => progress.confirmed > 0 && progress);
  const killed: Killed = {moment, ...last, has, next: {hashed, confirmed}};
  return {back, killed};
}

/** One upload during which the browser is killed again and again. */
const killedAgainAndAgain = (name: BrowserName) =>
  inLastingScene(name, {}, async (scene, browser) => {
    const file = await scene.shelf.random(size);
    scene.relay.slow(line);
    let page = await scene.page({attributes});
    await page.pick(file.path);
    const kills: Killed[] = [];
    for (let kill = 0; kill < killsEach; kill += 1) {
      const {back, killed} = await killOnce(scene, browser, page);
      kills.push(killed);
      page = back;
    }
    scene.relay.slow(Infinity);
    const {status, startedAgain} = await page.becomes('done', {limit: 60_000});
    return {
      file,
      kills,
      startedAgain,
      readTwice: scene.server.bytesRead - size,
      stored: await scene.stored(status.result),
      atServer: await scene.namesAtServer(),
      done: (await page.events('upload-done')).length,
      failures: await page.events('upload-error'),
    };
  });

inEachBrowser(`The browser is killed ${killsEach} times during an upload whose file is kept`, (_, name) => {
  const all: Awaited<ReturnType<typeof killedAgainAndAgain>>[] = [];
  const kills = () => all.flatMap((one) => one.kills);

  before(async () => {
    for (let round = 0; round < rounds; round += 1) all.push(await killedAgainAndAgain(name));
  });

  it('comes back by itself each time, and ends with the same bytes as one upload', (context) => {
    const moments = kills().map(({moment}) => Math.round(moment));
    const again = kills().map(({hashed, next}) => Math.ceil((hashed - next.hashed) / block));
    context.diagnostic(`killed ${moments.length} times, after ${moments.join(', ')} ms`);
    context.diagnostic(`read twice of one upload: ${Math.max(...all.map(({readTwice}) => readTwice))} bytes of ${size} at most`);
    context.diagnostic(`digested again after one kill: ${Math.max(...again)} blocks at most`);
    assert.equal(kills().length, rounds * killsEach);
    assert.deepEqual(
      all.map(({stored, atServer}) => [stored, atServer.length]),
      all.map(({file}) => [file.md5, 1]),
    );
  });

  it('has lost no byte that was confirmed', () => {
    const lost = kills().filter(({confirmed, has, next}) => has < confirmed || next.confirmed < confirmed);
    assert.deepEqual(lost, []);
    assert.ok(all.every(({startedAgain}) => !startedAgain));
  });

  it('has the server read no more again than the parts that were under way', () => {
    const most = killsEach * inFlight;
    assert.deepEqual(
      all.filter(({readTwice}) => readTwice > most),
      [],
    );
  });

  it('digests again what was digested in the last second at most', () => {
    const forgotten = kills().filter(({saved, next}) => saved === 0 || next.hashed < saved);
    assert.deepEqual(forgotten, []);
  });

  it('is told to be done once, and fails nowhere', () => {
    assert.deepEqual(
      all.map(({done, failures}) => [done, failures]),
      all.map(() => [1, []]),
    );
  });
});

/** Adds the file where the page has nothing that waits for it or goes on with it. */
async function addAgain(page: UploaderPage, file: DiskFile): Promise<void> {
  await sleep(500);
  const [upload] = await page.uploads();
  if (!upload || (upload.status.name === 'interrupted' && upload.status.needs === 'file')) await page.pick(file.path);
}

/** The browser is killed right after a file was added, before anything of it can be certain to be kept; again and again. */
const killedTooEarly = (name: BrowserName) =>
  inLastingScene(name, {}, async (scene, browser) => {
    const file = await scene.shelf.random(32 * MiB);
    scene.relay.slow(16_000_000);
    const shown: string[][] = [];
    let page = await scene.page({attributes});
    for (let kill = 0; kill < earlyKills; kill += 1) {
      await page.pick(file.path);
      await sleep(Math.random() * 150);
      await browser.kill();
      await browser.restart();
      page = await scene.page({attributes});
      await sleep(300);
      shown.push((await page.uploads()).map((upload) => upload.name));
    }
    scene.relay.slow(Infinity);
    await addAgain(page, file);
    const {status} = await page.becomes('done', {limit: 60_000});
    return {file, shown, stored: await scene.stored(status.result), listed: (await page.uploads()).length, errors: page.errors};
  });

inEachBrowser(`The browser is killed ${earlyKills} times right after a file was added`, (_, name) => {
  let seen: Awaited<ReturnType<typeof killedTooEarly>>;

  before(async () => {
    seen = await killedTooEarly(name);
  });

  it('shows nothing each time, or the file', (context) => {
    context.diagnostic(JSON.stringify(seen.shown));
    const allowed = ['', basename(seen.file.path)];
    assert.deepEqual(
      seen.shown.filter((names) => !allowed.includes(names.join())),
      [],
    );
  });

  it('takes the same file again, which arrives whole, as one upload', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.equal(seen.listed, 1);
    assert.deepEqual(seen.errors, []);
  });
});
