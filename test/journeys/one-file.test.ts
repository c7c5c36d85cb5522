import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {clickOnRow} from '../support/loads.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import type {PageOptions} from '../support/site.js';
import {until} from '../support/wait.js';

const uploading = (options: PageOptions) => async (scene: Scene) => {
  const file = await scene.shelf.random(9 * MiB);
  const page = await scene.page(options);
  await page.pick(file.path);
  const {status, kept} = await page.becomes('done');
  return {
    ...{file, status, kept},
    stored: await scene.stored(status.result),
    hasher: await page.hasher(),
    errors: await page.events('upload-error'),
    warnings: (await page.events('upload-warning')).map(({code}) => code),
  };
};

inEachBrowser('Somebody has put only chunk-uploader.js on their site, and nothing that lies beside it', (browser) => {
  const story = uploading({without: ''});
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('brings the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
  });

  it('has its digests made, and compared by the server', () => {
    const {result} = seen.status;
    assert.deepEqual([result.verified, result.clientDigest === result.digest], ['digest', true]);
  });

  it("makes them on the page's own thread, and says why not elsewhere", () => {
    assert.equal(seen.hasher.source, 'this-thread');
    assert.deepEqual(
      seen.hasher.why.map((why) => why.split(':')[0]),
      ['module-worker', 'blob-worker'],
    );
  });

  it('warns once of each thing that it has to do without', () => {
    assert.deepEqual([...seen.warnings].sort(), ['storage-unavailable', 'worker-unavailable']);
  });

  it('shows no failure', () => {
    assert.deepEqual(seen.errors, []);
  });
});

inEachBrowser('Everything lies beside chunk-uploader.js', (browser) => {
  const story = uploading({});
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('brings the file whole, and warns of nothing', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.deepEqual([seen.warnings, seen.errors], [[], []]);
  });

  it('hashes in the worker', () => {
    assert.equal(seen.hasher.source, 'module-worker');
  });
});

/** A pointer comes to the button, and then a file is chosen. */
const nearThenChosen = async (scene: Scene) => {
  const file = await scene.shelf.random(9 * MiB);
  const page = await scene.page({});
  const scripts = (): readonly string[] => scene.relay.requests.map(({path}) => path).filter((path) => path.endsWith('.js'));
  const shown = scripts().length;
  await page.page.hover('chunk-uploader');
  await until('a worker', () => scripts().some((path) => path.endsWith('/hash.worker.js')));
  await until('what remembers uploads', () => scripts().some((path) => path.includes('/lasting')));
  const near = scripts().length;
  const uploads = scene.server.requests.filter(({method}) => method !== 'HEAD').length;
  await page.pick(file.path);
  const {status} = await page.becomes('done');
  return {file, uploads, near: near - shown, chosen: scripts().slice(near), stored: await scene.stored(status.result)};
};

inEachBrowser('A pointer comes to the button, and then a file is chosen', (browser) => {
  let seen: Awaited<ReturnType<typeof nearThenChosen>>;

  before(async () => {
    seen = await inScene(browser(), {}, nearThenChosen);
  });

  it('brings code when the pointer comes, and sends nothing but greetings', () => {
    assert.ok(seen.near >= 2, `${seen.near} scripts`);
    assert.equal(seen.uploads, 0);
  });

  it('has no code left to bring when the file is there', () => {
    assert.deepEqual(seen.chosen, []);
  });

  it('brings the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
  });
});

/** 16 MiB are left half-way by a page. The next one cannot load the code that goes on with them; the one after that can. */
const leftAndMissed = async (scene: Scene) => {
  const size = 16 * MiB;
  const attributes = {'chunk-size': String(2 * MiB), 'keep-files': String(64 * MiB)};
  const file = await scene.shelf.random(size);
  scene.relay.slow(4 * MiB);
  const first = await scene.page({attributes});
  await first.pick(file.path);
  const left = await first.when(
    'half of it',
    ({kept, progress}) => kept === 'copy' && progress.confirmed >= size / 2 && progress.confirmed,
  );
  await first.page.close();
  scene.relay.slow(Infinity);
  const readBefore = scene.server.bytesRead;

  const second = await scene.page({attributes, without: 'coming-back'});
  await second.pick(file.path);
  const {status: missed} = await second.becomes('failed');
  const seen = {
    listed: (await second.events('upload-restore')).length,
    warnings: (await second.events('upload-warning')).map(({code}) => code),
    requests: await second.page.evaluate(() => performance.getEntriesByType('resource').filter(({name}) => /\/uploads/.test(name)).length),
  };
  await second.page.close();

  const third = await scene.page({attributes});
  await clickOnRow(third);
  const {status} = await third.becomes('done');
  return {file, left, missed, seen, read: scene.server.bytesRead - readBefore, stored: await scene.stored(status.result), status, size};
};

inEachBrowser('The code that goes on with an upload of an earlier page cannot be loaded', (browser) => {
  let story: Awaited<ReturnType<typeof leftAndMissed>>;

  before(async () => {
    story = await inScene(browser(), {}, leftAndMissed);
  });

  it('lists nothing, and warns', () => {
    assert.deepEqual([story.seen.listed, story.seen.warnings], [0, ['storage-unavailable']]);
  });

  it('fails with words when the file is added all the same, and asks the server nothing', () => {
    assert.equal(story.missed.error.code, 'unexpected');
    assert.match(story.missed.error.message, /could not be loaded/);
    assert.equal(story.seen.requests, 0);
  });

  it('goes on in a page that has the code, from what the server had all the time', () => {
    assert.equal(story.stored, story.file.md5);
    // Besides what was missing: the parts that were under way when the first page was closed.
    assert.ok(story.read <= story.size - story.left + 7 * MiB, `${story.read} bytes were read after ${story.left} were confirmed`);
  });
});
