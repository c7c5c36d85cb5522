import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import type {Browser} from 'puppeteer-core';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {keptRecords, occupyRecords, removeRecords} from '../support/kept-records.js';
import type {UploaderPage} from '../support/page.js';
import {inScene, type Scene} from '../support/scene.js';
import {stays} from '../support/wait.js';

const size = 8 * MiB;
const attributes = {'keep-files': true, 'auto-resume': true, 'chunk-size': String(MiB)} as const;

/** What goes wrong with the storage, before a file is added or while it is on its way. */
interface Trouble {
  readonly first?: (scene: Scene, page: UploaderPage) => Promise<unknown>;
  readonly meanwhile?: (page: UploaderPage) => Promise<unknown>;
}

/** A file is uploaded though something is wrong with the storage. */
const sentWith =
  ({first, meanwhile}: Trouble) =>
  async (scene: Scene) => {
    const file = await scene.shelf.random(size);
    scene.relay.slow(4_000_000);
    const page = await scene.page({attributes});
    await first?.(scene, page);
    await page.pick(file.path);
    await page.when('some bytes', ({progress}) => progress.confirmed > MiB);
    const came = await meanwhile?.(page);
    scene.relay.slow(Infinity);
    const upload = await page.becomes('done', {limit: 60_000});
    return {
      file,
      came,
      upload,
      warnings: (await page.events('upload-warning')).map(({code}) => code),
      failures: await page.events('upload-error'),
      readTwice: scene.server.bytesRead - size,
      stored: await scene.stored(upload.status.result),
      errors: page.errors,
    };
  };

type Seen = Awaited<ReturnType<ReturnType<typeof sentWith>>>;

function arrives(browser: () => Browser, trouble: Trouble): () => Seen {
  let seen: Seen;

  before(async () => {
    seen = await inScene(browser(), {}, sentWith(trouble));
  });

  it('goes on, and ends with the same bytes, none of them sent twice', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.equal(seen.readTwice, 0);
  });

  it('fails nowhere, and throws nothing', () => {
    assert.deepEqual([seen.failures, seen.errors], [[], []]);
  });

  return () => seen;
}

inEachBrowser('The database is removed in the middle of an upload', (browser) => {
  const seen = arrives(browser, {meanwhile: removeRecords});

  it('is not in the way of that', () => {
    assert.equal(seen().came, 'gone');
  });

  it('warns once at most', () => {
    assert.ok(['', 'storage-unavailable'].includes(seen().warnings.join()), seen().warnings.join());
  });
});

inEachBrowser('Another tab has the database open in a later version', (browser) => {
  const seen = arrives(browser, {
    first: async (scene) => occupyRecords(await scene.page({attributes: {'no-resume': true}}), 99),
  });

  it('warns once that nothing is remembered, and keeps nothing', () => {
    assert.deepEqual(seen().warnings, ['storage-unavailable']);
    assert.equal(seen().upload.kept, 'nothing');
  });
});

inEachBrowser('Another tab keeps the database from being upgraded, and a third waits for that', (browser) => {
  const seen = arrives(browser, {
    first: async (scene) => {
      const [holder, upgrader] = [await scene.page({attributes: {'no-resume': true}}), await scene.page({attributes: {'no-resume': true}})];
      await occupyRecords(holder, 1);
      void occupyRecords(upgrader, 99).catch(() => undefined);
    },
  });

  it('does not wait for ever: it goes on without', () => {
    assert.ok(['', 'storage-unavailable'].includes(seen().warnings.join()), seen().warnings.join());
  });
});

inEachBrowser(
  'There is no room left in the browser’s storage',
  (browser) => {
    const seen = arrives(browser, {
      first: async (_, {page}) => {
        const client = await page.createCDPSession();
        await client.send('Storage.overrideQuotaForOrigin', {origin: new URL(page.url()).origin, quotaSize: MiB});
      },
    });

    it('keeps no copy of the file', () => {
      assert.notEqual(seen().upload.kept, 'copy');
    });
  },
  // Firefox's driver sets no quota.
  ['chromium'],
);

inEachBrowser('A private window', (browser) => {
  it('shows nothing of others, and its own upload arrives', () =>
    inScene(browser(), {}, async (scene) => {
      const file = await scene.shelf.random(size);
      scene.relay.slow(2_000_000);
      const page = await scene.page({attributes});
      await page.pick(file.path);
      await page.when('a copy', ({kept}) => kept === 'copy');
      const context = await browser().createBrowserContext();
      try {
        const other = await scene.page({attributes}, context);
        await stays('nothing is shown', async () => (await other.uploads()).length === 0, 1_000);
        assert.deepEqual(await keptRecords(other), {uploads: [], files: []});
        scene.relay.slow(Infinity);
        await other.pick(file.path);
        const {status} = await other.becomes('done');
        assert.equal(await scene.stored(status.result), file.md5);
      } finally {
        await context.close();
      }
    }));
});
