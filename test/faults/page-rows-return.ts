import assert from 'node:assert/strict';

import type {Dialog} from 'puppeteer-core';

import {english} from '../../src/element/messages.js';
import {MiB} from '../support/disk-file.js';
import {chooseAgain, clickOnRow, crash, openAgain, plainPicker, reload, rowWords} from '../support/loads.js';
import {until} from '../support/wait.js';
import {quarter, underWay} from './requests.js';
import {byItself, comesBack, leftAndBack, wentOn} from './returns.js';
import type {Play, Row} from './row.js';

const {actions} = english;

/** Somebody is asked whether to leave, and stays. */
const whoStays: Play = {
  variant: 'who stays',
  expect: {ends: 'done'},
  again: underWay,
  inject: ({relay}) => relay.slow(MiB),
  async meanwhile(stage) {
    const {page} = stage.page;
    await stage.confirmed(2 * quarter);
    const dialogs: Dialog[] = [];
    page.on('dialog', (dialog) => void dialogs.push(dialog));
    // Browsers ask only who has touched the page.
    await page.mouse.click(1, 1);
    void page.reload().catch(() => undefined);
    const dialog = await until('the question', () => dialogs[0]);
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
  },
};

/** The file is in the browser, and the next page may go on with it at once: nobody is asked, before or after. */
const withCopy: Play = {
  ...comesBack,
  variant: 'who leaves, and the browser has a copy of the file',
  page: {attributes: byItself},
  async meanwhile(stage) {
    await stage.page.page.mouse.click(1, 1);
    const asked = {before: true};
    const listed = await leftAndBack(
      stage,
      async (page) => (asked.before = await reload(page)),
      async () => stage.page,
    );
    assert.equal(asked.before, false, 'nobody is asked about what comes back by itself');
    assert.equal(listed.kept, 'copy');
  },
  after: wentOn,
};

/** Nothing but the record is in the browser. */
const withRecord: Play = {
  ...comesBack,
  variant: 'who leaves, and has to choose the file again',
  page: {script: plainPicker},
  async meanwhile(stage) {
    const listed = await leftAndBack(stage, openAgain, async () => stage.page);
    assert.deepEqual(listed.status, {name: 'interrupted', needs: 'file'});
    assert.deepEqual(await rowWords(stage.page), [actions.choose, actions.discard]);
    await chooseAgain(stage.page, stage.file.path);
  },
  after: wentOn,
};

export const returnRows: readonly Row[] = [
  {
    number: 'B1',
    fault: 'Somebody is about to reload or leave the page while a file is on its way',
    shows:
      'The browser asks first, unless the upload comes back by itself; the next page lists it and goes on: by itself where it may, else with one click, or with the file chosen again',
    keeps: 'Everything for who stays; across a page load all that was confirmed',
    play: [whoStays, withCopy, withRecord],
  },
  {
    number: 'B2',
    fault: "The page's process crashes",
    shows: 'The page that is opened again lists the upload and goes on, as after a reload',
    keeps: 'All that was confirmed',
    play: {
      ...comesBack,
      browser: {},
      page: {attributes: byItself},
      meanwhile: async (stage) => void (await leftAndBack(stage, crash)),
      after: wentOn,
    },
  },
  {
    number: 'B3',
    fault: 'The browser is killed, or the power fails',
    shows: 'The page that is opened again lists the upload and goes on, as after a reload',
    keeps: 'All that was confirmed',
    play: {
      ...comesBack,
      lasting: true,
      page: {attributes: byItself},
      async meanwhile(stage) {
        await leftAndBack(stage, async () => {
          await stage.lasting.kill();
          await stage.lasting.restart();
        });
      },
      after: wentOn,
    },
  },
  {
    number: 'B6',
    fault: 'The browser throws the page away to save memory',
    shows: 'The page that comes back lists the upload, to be resumed with one click where the browser has the file',
    keeps: 'All that was confirmed',
    play: {
      ...comesBack,
      page: {attributes: {'keep-files': true}},
      async meanwhile(stage) {
        const listed = await leftAndBack(stage, ({page}) => page.close());
        assert.deepEqual(listed.status, {name: 'interrupted', needs: 'nothing'});
        assert.deepEqual(await rowWords(stage.page), [actions.resume, actions.discard]);
        await clickOnRow(stage.page);
      },
      after: wentOn,
    },
  },
];
