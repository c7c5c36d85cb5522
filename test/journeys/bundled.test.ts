import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {after, before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {bundled, bundlerNames} from '../support/bundles.js';
import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {removeFolder} from '../support/serve.js';

/** Bytes per second: it takes far longer to send the file than to digest it. */
const rate = 4 * MiB;

/** Where digests were made, and by what. */
const hasherOf = ({page}: UploaderPage): Promise<unknown> =>
  page.evaluate(() => {
    const {source, engine} = Reflect.get(document.querySelector('chunk-uploader') ?? {}, 'hasher') as Record<string, unknown>;
    return {source, engine};
  });

/** Sends a file from a page with this bundle, and then once more over a slow line from another page. */
const sentTwice = (bundle: string, csp?: string) => async (scene: Scene) => {
  const file = await scene.shelf.random(32 * MiB);
  const send = async () => {
    const page = await scene.page({bundle, attributes: {'no-resume': ''}, ...(csp !== undefined && {csp})});
    await page.pick(file.path);
    const {status} = await page.becomes('done', {limit: 120_000, every: 50});
    const hasher = await hasherOf(page);
    await page.page.close();
    return {hasher, instant: status.result.instant, stored: await scene.stored(status.result), errors: page.errors};
  };
  const first = await send();
  scene.relay.slow(rate);
  return {file, first, second: await send()};
};

for (const name of bundlerNames) {
  inEachBrowser(`A page that ${name} has bundled`, (browser) => {
    let bundle: string;
    let seen: Awaited<ReturnType<ReturnType<typeof sentTwice>>>;

    before(async () => {
      bundle = await bundled(name);
      seen = await inScene(browser(), {serve: {claims: 'owner'}}, sentTwice(bundle));
    });
    after(() => removeFolder(bundle));

    it('is divided: what a page needs later is in files of its own', async () => {
      const files = await readdir(bundle);
      for (const later of ['lasting', 'chunks-claim', 'coming-back', 'md5-wasm', 'inline-source', 'this-thread']) {
        assert.ok(
          files.some((file) => file.startsWith(later)),
          `${later}: ${files.join(' ')}`,
        );
      }
    });

    it('digests in the worker that lies beside it, by WebAssembly', () =>
      assert.deepEqual(seen.first.hasher, {source: 'module-worker', engine: 'wasm'}));
    it('brings a file whole', () => assert.equal(seen.first.stored, seen.file.md5));
    it('has no file sent that its owner has sent before', () => assert.deepEqual([seen.first.instant, seen.second.instant], [false, true]));
    it('throws nothing', () => assert.deepEqual([seen.first.errors, seen.second.errors], [[], []]));
  });

  inEachBrowser(`A page that ${name} has bundled, under a strict policy`, (browser) => {
    const csp = "default-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html chunk-uploader";
    let bundle: string;
    let seen: Awaited<ReturnType<ReturnType<typeof sentTwice>>>;

    before(async () => {
      bundle = await bundled(name);
      seen = await inScene(browser(), {serve: {claims: 'owner'}}, sentTwice(bundle, csp));
    });
    after(() => removeFolder(bundle));

    it('digests in the same worker, by spark-md5', () =>
      assert.deepEqual(seen.first.hasher, {source: 'module-worker', engine: 'spark-md5'}));
    it('brings a file whole', () => assert.equal(seen.first.stored, seen.file.md5));
    it('has no file sent that its owner has sent before', () => assert.equal(seen.second.instant, true));
    it('throws nothing', () => assert.deepEqual([seen.first.errors, seen.second.errors], [[], []]));
  });
}
