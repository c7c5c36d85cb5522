import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import type {Relay} from '../support/relay.js';
import {until} from '../support/wait.js';
import {underWay} from './requests.js';
import {comesBack, isOnItsWay} from './returns.js';
import type {Play, Row} from './row.js';
import type {Stage} from './stage.js';

/** The file is on its way in the page, and the same one is added in another tab. */
async function inAnotherTab(stage: Stage): Promise<UploaderPage> {
  await isOnItsWay(stage);
  const tab = await stage.visits.another();
  await tab.pick(stage.file.path);
  await tab.becomes('elsewhere');
  return tab;
}

/** Shown as elsewhere, and as it moves on there: a tab asks the other one once a second. */
async function mirrors(tab: UploaderPage, relay: Relay): Promise<void> {
  relay.slow(MiB);
  relay.brake(Infinity);
  const shown = new Set<number>();
  await until('progress in the other tab', async () => {
    const {status, progress} = await tab.upload();
    if (status.name === 'elsewhere') shown.add(progress.confirmed);
    return shown.size > 1;
  });
  assert.deepEqual(await tab.requests(), [], 'the other tab sends nothing meanwhile');
  relay.slow(Infinity);
}

/** All tabs tell that it is done, once each at most, and it was one upload. */
async function isOne({page, visits, scene}: Stage): Promise<void> {
  for (const tab of [page, ...visits.tabs]) {
    await tab.becomes('done');
    assert.deepEqual(await tab.events('upload-error'), []);
  }
  assert.equal((await scene.storedUploads()).length, 1, 'uploads that were begun');
}

const firstEnds: Play = {
  ...comesBack,
  variant: 'the first tab ends it',
  meanwhile: async (stage) => mirrors(await inAnotherTab(stage), stage.relay),
  again: 0,
  after: isOne,
};

const firstCloses: Play = {
  ...comesBack,
  variant: 'the first tab is closed',
  async meanwhile(stage) {
    const tab = await inAnotherTab(stage);
    await stage.visits.leave(({page}) => page.close());
    stage.relay.brake(Infinity);
    stage.visits.goesOnIn(tab);
  },
  after: isOne,
};

const firstFreezes: Play = {
  ...comesBack,
  notIn: {firefox: 'it freezes no page at the wish of its driver'},
  async meanwhile(stage) {
    const tab = await inAnotherTab(stage);
    const client = await stage.page.page.createCDPSession();
    await client.send('Page.setWebLifecycleState', {state: 'frozen'});
    stage.undo = () => client.send('Page.setWebLifecycleState', {state: 'active'});
    stage.relay.brake(Infinity);
    stage.visits.goesOnIn(tab, {beside: true});
  },
  async after(stage) {
    // It finds answers that waited for it, and may begin what they lead to before it learns that the upload is not its own any more.
    await stage.undo();
    await isOne(stage);
    const read = stage.scene.bytesRead - stage.file.size;
    assert.ok(read <= underWay, `${read} bytes were read a second time`);
  },
};

export const tabRows: readonly Row[] = [
  {
    number: 'B9',
    fault: 'The same file is added in two tabs',
    shows: '"Uploading in another tab" in the second one, with its progress; it goes on there when the first is closed',
    keeps: 'One upload, of which nothing is sent twice that was confirmed',
    play: [firstEnds, firstCloses],
  },
  {
    number: 'B10',
    fault: 'The tab that has an upload is frozen, and another wants to go on with it',
    shows: 'The other tab goes on after some seconds of silence; the first sees that when it wakes up',
    keeps: 'One upload; no more is sent twice than was under way',
    play: firstFreezes,
  },
];
