import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import type {PageOptions} from '../support/site.js';

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
  const story = uploading({alone: true});
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
