import assert from 'node:assert/strict';
import {it} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {inEachBrowser} from '../support/browser.js';
import type {BrowserName} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import type {DiskFile} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import type {UploaderPage} from '../support/page.js';
import {until} from '../support/wait.js';

const size = 14 * MiB;
const deep = process.env['DEEP'] === '1';

/** When something happens to the file. */
interface Moment {
  /** Resolves when it is that moment. What comes back lets things go on. */
  readonly arrives: (scene: Scene, page: UploaderPage) => Promise<(() => void) | undefined>;
  /** Where the upload may get done all the same, with the file as it was, or as it is. */
  readonly mayBeDone?: readonly BrowserName[];
}

const moments: Readonly<Record<string, Moment>> = {
  // Firefox keeps nothing of a file it has not read: it uploads what is there when it starts.
  'before it starts': {arrives: async () => undefined, mayBeDone: ['firefox']},
  'between digesting and sending': {
    async arrives(scene, page) {
      const {release} = scene.door.hold(({method}) => method === 'PUT');
      await page.call('start');
      await page.when('all of it to be digested', ({progress}) => progress.hashed === size);
      return release;
    },
  },
  'in mid-part': {
    async arrives(scene, page) {
      scene.relay.slow(8 * MiB);
      scene.relay.brake(9 * MiB);
      await page.call('start');
      await page.when('some parts', ({progress}) => progress.confirmed > 4 * MiB && progress.sent > 0);
      return () => scene.relay.brake(Infinity);
    },
  },
  // The whole file may have been read by then.
  'near the end': {
    async arrives(scene, page) {
      scene.relay.slow(8 * MiB);
      await page.call('start');
      await page.when('nearly all', ({progress}) => progress.confirmed > size - 4 * MiB);
      return undefined;
    },
    mayBeDone: ['chromium', 'firefox'],
  },
};

/** What happens to the file, and how that may be called. */
interface Change {
  readonly act: (file: DiskFile) => Promise<void>;
  readonly codes: readonly string[];
}

const changes: Readonly<Record<string, Change>> = {
  'written to in the middle': {act: (file) => file.overwrite(9 * MiB, 5000), codes: ['file-changed']},
  'written to at its end': {act: (file) => file.overwrite(size - 6000, 5000), codes: ['file-changed']},
  'written to, with size and time put back,': {act: (file) => file.overwriteUnseen(size - 6000, 5000), codes: ['file-changed']},
  truncated: {act: (file) => file.truncate(3 * MiB), codes: ['file-changed']},
  deleted: {act: (file) => file.delete(), codes: ['file-unreadable', 'file-changed']},
};

/** What became of an upload whose file was changed at a moment. */
async function changedAt(scene: Scene, {arrives}: Moment, {act}: Change) {
  const file = await scene.shelf.random(size);
  const page = await scene.page({attributes: {'chunk-size': String(MiB), manual: true}});
  await page.pick(file.path);
  await page.when('the file in the list', ({status}) => status.name === 'queued');
  const goOn = await arrives(scene, page);
  await act(file);
  goOn?.();
  scene.relay.slow(Infinity);
  await page.call('start');
  const began = performance.now();
  const {status} = await page.when('an end', (upload) => (/done|failed/.test(upload.status.name) ? upload : undefined), {limit: 40_000});
  const took = performance.now() - began;
  const stored = status.name === 'done' ? await scene.stored(status.result) : undefined;
  return {status, took, stored, versions: [file.md5, await file.md5Now().catch(() => 'gone')]};
}

type Ended = Awaited<ReturnType<typeof changedAt>>;

function isOneVersion({stored, versions}: Ended): void {
  assert.ok(stored !== undefined && versions.includes(stored), 'a mixed file was called done');
}

function failedAs({status}: Ended, codes: readonly string[]): void {
  assert.equal(status.name, 'failed', 'a file that was changed is not called done');
  assert.ok(status.name === 'failed' && codes.includes(status.error.code), JSON.stringify(status));
}

/** Every change in mid-part, one change at every moment, and what takes a browser longest to notice; all of them when there is time. */
const chosen = (change: string, moment: string): boolean =>
  deep || moment === 'in mid-part' || change === 'written to at its end' || (change === 'deleted' && moment === 'before it starts');

for (const [change, what] of Object.entries(changes)) {
  for (const [moment, when] of Object.entries(moments)) {
    if (!chosen(change, moment)) continue;
    inEachBrowser(`A file is ${change} ${moment}`, (browser, name) => {
      const mayBeDone = when.mayBeDone?.includes(name) ?? false;
      it(`${mayBeDone ? 'is one version of it, or ' : ''}fails as ${what.codes.join(' or ')}`, async () => {
        const ended = await inScene(browser(), {}, (scene) => changedAt(scene, when, what));
        if (mayBeDone && ended.status.name === 'done') isOneVersion(ended);
        else failedAs(ended, what.codes);
        assert.ok(ended.took < 30_000, `it took ${Math.round(ended.took)} ms to tell`);
      });
    });
  }
}

inEachBrowser('Most of a file is written to at any moment at all', (browser) => {
  const delays = deep ? Array.from({length: 20}, (_, step) => step * 75) : [150, 400, 800];

  for (const delay of delays) {
    it(`is one version of it, if it is called done at all (${delay} ms after the start)`, async () => {
      const moment: Moment = {
        async arrives({relay}, page) {
          relay.slow(16 * MiB);
          await page.call('start');
          await sleep(delay);
          return undefined;
        },
      };
      const ended = await inScene(browser(), {}, (scene) =>
        changedAt(scene, moment, {act: (file) => file.overwrite(MiB, 12 * MiB), codes: []}),
      );
      if (ended.status.name === 'done') isOneVersion(ended);
      else failedAs(ended, ['file-changed']);
    });
  }
});

inEachBrowser('A file is only touched', (browser) => {
  it('is uploaded, or refused as changed where the browser takes it for that', async () => {
    const [moment] = Object.values(moments);
    assert.ok(moment);
    const ended = await inScene(browser(), {}, (scene) => changedAt(scene, moment, {act: (file) => file.touch(), codes: []}));
    if (ended.status.name === 'done') isOneVersion(ended);
    else failedAs(ended, ['file-changed']);
  });
});

inEachBrowser('A file that was changed is chosen again', (browser) => {
  it('is uploaded as it is now', () =>
    inScene(browser(), {}, async (scene) => {
      const file = await scene.shelf.random(size);
      scene.relay.slow(4 * MiB);
      // So early that the last parts have not left the browser, not even for the relay's memory.
      scene.relay.brake(5 * MiB);
      const page = await scene.page({attributes: {'chunk-size': String(MiB), multiple: true}});
      await page.pick(file.path);
      await page.when('some parts', ({progress}) => progress.confirmed > MiB);
      await file.overwrite(0, size);
      scene.relay.brake(Infinity);
      const failed = await page.becomes('failed');
      assert.equal(failed.status.error.code, 'file-changed');
      scene.relay.slow(Infinity);
      await page.pick(file.path);
      const done = await until('the second to be done', async () => (await page.uploads()).find(({status}) => status.name === 'done'));
      assert.ok(done.status.name === 'done');
      assert.equal(await scene.stored(done.status.result), await file.md5Now());
    }));
});
