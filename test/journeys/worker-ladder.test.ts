import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import type {PageOptions} from '../support/site.js';

/** It takes some seconds, of which a worker that never answers takes 3; a busy machine gets many times that. */
const limit = 60_000;

const uploading = (options: PageOptions) => async (scene: Scene) => {
  const file = await scene.shelf.random(9 * MiB);
  const page = await scene.page(options);
  const began = performance.now();
  await page.pick(file.path);
  const {status} = await page.becomes('done', {limit: limit + 10_000});
  const took = performance.now() - began;
  return {file, took, hasher: await page.hasher(), stored: await scene.stored(status.result), errors: await page.events('upload-error')};
};

const self = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

/** What a worker meets, which rung is the next, and whether it has to be told why the first was not used. */
const ladder: Readonly<Record<string, {readonly page: PageOptions; readonly source: string}>> = {
  'is there': {page: {}, source: 'module-worker'},
  'is allowed by a strict policy': {page: {csp: `${self}; worker-src 'self'`}, source: 'module-worker'},
  'is forbidden but as a Blob': {page: {csp: `${self}; worker-src blob:`}, source: 'blob-worker'},
  'is forbidden': {page: {csp: `${self}; worker-src 'none'`}, source: 'this-thread'},
  'is missing': {page: {worker: 'missing'}, source: 'blob-worker'},
  'is missing, and Blobs are forbidden': {page: {worker: 'missing', csp: `${self}; worker-src 'self'`}, source: 'this-thread'},
  'never answers': {page: {worker: 'silent'}, source: 'blob-worker'},
};

for (const [what, {page, source}] of Object.entries(ladder)) {
  inEachBrowser(`The worker ${what}`, (browser) => {
    const story = uploading(page);
    let seen: Awaited<ReturnType<typeof story>>;

    before(async () => {
      seen = await inScene(browser(), {}, story);
    });

    it(`hashes in ${source}`, () => {
      assert.equal(seen.hasher.source, source, seen.hasher.why.join(' | '));
    });

    it('brings the file whole, and soon', () => {
      assert.equal(seen.stored, seen.file.md5);
      assert.ok(seen.took < limit, `${Math.round(seen.took)} ms`);
    });

    it('shows no failure', () => {
      assert.deepEqual(seen.errors, []);
    });

    it('says why the better ones were not used', () => {
      const better = {'module-worker': 0, 'blob-worker': 1, 'this-thread': 2}[source];
      assert.equal(seen.hasher.why.length, better);
    });
  });
}

inEachBrowser('The worker is terminated while it digests', (browser) => {
  const story = async (scene: Scene) => {
    const file = await scene.shelf.random(24 * MiB);
    const page = await scene.page({attributes: {'chunk-size': String(2 * MiB)}});
    scene.relay.slow(6 * MiB);
    await page.pick(file.path);
    const hashed = await page.terminateWorkers();
    scene.relay.slow(Infinity);
    const began = performance.now();
    const {status} = await page.becomes('done', {limit: limit + 10_000});
    return {
      file,
      hashed,
      took: performance.now() - began,
      hasher: await page.hasher(),
      stored: await scene.stored(status.result),
      errors: await page.events('upload-error'),
    };
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('died before all was digested', () => {
    assert.ok(seen.hashed < seen.file.size, `${seen.hashed} bytes were digested`);
  });

  it('finishes all the same', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.ok(seen.took < limit, `${Math.round(seen.took)} ms`);
  });

  it('shows no failure', () => {
    assert.deepEqual(seen.errors, []);
  });

  it('says where it digests now', () => {
    assert.match(seen.hasher.source, /^(module-worker|blob-worker|this-thread)$/);
    assert.ok(seen.hasher.why.length > 0, 'and why not where it did');
  });
});
