import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {crash} from '../support/loads.js';
import type {UploaderPage} from '../support/page.js';
import {inScene, type Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const size = 24 * MiB;
const part = MiB;
/** Requests with a part that are under way at a time, and the first bytes that travel with the creation. */
const inFlight = 3 * part + MiB;

/**
 * The same file in two tabs, one after the other; then something becomes of the first. The second lists the upload by itself, and takes its
 * file for that one also where there is room for one only.
 */
const inTwoTabs = (then: (first: UploaderPage) => Promise<unknown>) => async (scene: Scene) => {
  const file = await scene.shelf.random(size);
  scene.relay.slow(4_000_000);
  const attributes = {'chunk-size': String(part)} as const;
  const first = await scene.page({attributes});
  await first.pick(file.path);
  await first.when('some bytes', ({progress}) => progress.confirmed > 0);
  const second = await scene.page({attributes});
  const {id} = await second.becomes('elsewhere');
  await second.pick(file.path);
  const shown = new Set<number>();
  await until('progress in the second tab', async () => {
    const {status, progress} = await second.upload();
    if (status.name === 'elsewhere') shown.add(progress.confirmed);
    return shown.size >= 4;
  });
  const sentBySecond = (await second.requests()).length;
  const left = await second.upload();
  await then(first);
  scene.relay.slow(Infinity);
  const {status} = await second.becomes('done', {limit: 60_000});
  return {
    file,
    first,
    left,
    id,
    listed: (await second.uploads()).map((upload) => upload.id),
    refused: await second.events('upload-reject'),
    shown: [...shown],
    sentBySecond,
    readTwice: scene.server.bytesRead - size,
    done: (await second.events('upload-done')).length,
    failures: await second.events('upload-error'),
    stored: await scene.stored(status.result),
    atServer: await scene.namesAtServer(),
  };
};

type Seen = Awaited<ReturnType<ReturnType<typeof inTwoTabs>>>;

function isOneUpload(seen: () => Seen): void {
  it('is shown in the second tab as elsewhere, and as it moves on there', () => {
    assert.deepEqual(seen().left.status, {name: 'elsewhere', there: 'sending'});
    assert.deepEqual(
      seen().shown,
      seen().shown.toSorted((one, other) => one - other),
    );
  });

  it('is the upload that takes the same file there, though there is room for one only', () => {
    assert.deepEqual([seen().left.id, seen().listed, seen().refused], [seen().id, [seen().id], []]);
  });

  it('has the second tab send nothing meanwhile', () => {
    assert.equal(seen().sentBySecond, 0);
  });

  it('ends in the second tab with the same bytes, told once, as one upload', () => {
    assert.equal(seen().stored, seen().file.md5);
    assert.equal(seen().done, 1);
    assert.equal(seen().atServer.length, 1);
    assert.deepEqual(seen().failures, []);
  });
}

inEachBrowser('The same file is added in two tabs, and the first ends it', (browser) => {
  let seen: Seen;

  before(async () => {
    seen = await inScene(
      browser(),
      {},
      inTwoTabs((first) => first.becomes('done', {limit: 60_000})),
    );
  });

  isOneUpload(() => seen);

  it('has the server read each byte once', () => {
    assert.equal(seen.readTwice, 0);
  });
});

const ends: Readonly<Record<string, (first: UploaderPage) => Promise<unknown>>> = {
  closed: ({page}) => page.close(),
  crashed: crash,
};

for (const [how, end] of Object.entries(ends))
  inEachBrowser(
    `The same file is added in two tabs, and the first is ${how}`,
    (browser) => {
      let seen: Seen;

      before(async () => {
        seen = await inScene(browser(), {}, inTwoTabs(end));
      });

      isOneUpload(() => seen);

      it('has the server read no more twice than the parts that were under way', () => {
        assert.ok(seen.readTwice <= inFlight, `${seen.readTwice} bytes were read twice`);
      });
    },
    // Firefox's driver has all pages in one process: both would crash.
    how === 'crashed' ? ['chromium'] : ['chromium', 'firefox'],
  );
