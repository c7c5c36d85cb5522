import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {after, before, it} from 'node:test';

import type {Browser} from 'puppeteer-core';

import {inEachBrowser} from '../support/browser.js';
import {GiB, MiB, Shelf} from '../support/disk-file.js';
import type {DiskFile} from '../support/disk-file.js';
import {watchMainThread} from '../support/main-thread.js';
import {UploaderPage} from '../support/page.js';
import {freshFolder, removeFolders} from '../support/serve.js';
import {startServer} from '../support/server-process.js';
import type {ServerProcess} from '../support/server-process.js';

const size = process.env['DEEP'] === '1' ? GiB : 64 * MiB;

let shelf: Shelf;
let server: ServerProcess;
let file: DiskFile;

before(async () => {
  shelf = await Shelf.open();
  server = await startServer({uploads: await freshFolder()});
  file = await shelf.random(size);
});

after(async () => {
  await server.kill();
  await shelf.close();
  await removeFolders();
});

async function md5At(url: string | null): Promise<string> {
  const answer = await fetch(new URL(url ?? '', server.origin));
  assert.ok(answer.ok && answer.body);
  const hash = createHash('md5');
  for await (const piece of answer.body) hash.update(piece);
  return hash.digest('hex');
}

/** Opens the demo, brings the file in, and waits until it has arrived. */
async function sendThroughDemo(browser: Browser, bring: (page: UploaderPage) => Promise<void>, watched: boolean) {
  const context = await browser.createBrowserContext();
  try {
    const page = await UploaderPage.open(context, `${server.origin}/`);
    const send = async () => {
      await bring(page);
      return page.becomes('done', {limit: 400_000, every: 200});
    };
    const {result: upload, thread} = watched ? await watchMainThread(page.page, send) : {result: await send(), thread: undefined};
    return {
      upload,
      thread,
      hasher: await page.hasher(),
      events: await page.events(),
      errors: page.errors,
      stored: await md5At(upload.status.result.url),
    };
  } finally {
    await context.close();
  }
}

type Sent = Awaited<ReturnType<typeof sendThroughDemo>>;

function arrivesWhole(seen: () => Sent): void {
  it('arrives with the same MD5, readable at result.url', () => {
    assert.equal(seen().stored, file.md5);
  });

  it('was checked by digests, the same ones on both sides', () => {
    const {result} = seen().upload.status;
    assert.equal(result.verified, 'digest');
    assert.match(result.digest ?? '', /^[0-9a-f]{32}$/);
    assert.equal(result.digest, result.clientDigest);
  });

  it('was digested in a worker', () => {
    assert.equal(seen().hasher.source, 'module-worker');
  });

  it('is done once, and not before all is confirmed', () => {
    const done = seen().events.filter(({type}) => type === 'upload-done');
    assert.equal(done.length, 1);
    assert.equal(done[0]?.upload?.progress.confirmed, size);
  });

  it('leaves no error in the page', () => {
    assert.deepEqual(seen().errors, []);
  });
}

inEachBrowser('A large random file is picked in the demo', (browser, name) => {
  let seen: Sent;

  before(async () => {
    seen = await sendThroughDemo(browser(), (page) => page.pick(file.path), name === 'chromium');
  });

  arrivesWhole(() => seen);

  if (name !== 'chromium') return;

  it('leaves the page responsive: no task on its main thread over 50 ms of CPU while it digests and sends', (context) => {
    const {longest = [], tasks = 0} = seen.thread ?? {};
    context.diagnostic(
      `${tasks} tasks; longest, in ms of thread CPU: ${longest.map(({cpu, what}) => `${cpu.toFixed(1)} (${what})`).join(', ')}`,
    );
    assert.ok(tasks > 0);
    assert.ok((longest[0]?.cpu ?? Infinity) <= 50);
  });
});

inEachBrowser(
  'A large random file is dropped on the demo',
  (browser) => {
    let seen: Sent;

    before(async () => {
      seen = await sendThroughDemo(browser(), (page) => page.drop(file.path), false);
    });

    arrivesWhole(() => seen);
  },
  ['chromium'],
);
