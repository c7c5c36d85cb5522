import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {enough, happened, keepsItsPromises, propertyLimit} from '../../support/scripted-property.js';
import {pagesSchedules, pagesWorlds} from '../../support/scripted-pages-schedule.js';

describe('one file over any number of page loads, whatever goes wrong, then peace', {timeout: 2 * propertyLimit}, () => {
  it('keeps P1 to P6 at every step, and arrives once', (test) =>
    keepsItsPromises(test, pagesWorlds([1, 99, 350, 777]), pagesSchedules, 0.4));

  it('keeps them with a file of two blocks', (test) => keepsItsPromises(test, pagesWorlds([4_194_304 + 300]), pagesSchedules, 0.1));

  it('has seen it end as done', {skip: !enough}, () => assert.ok(happened(/^ended done/) > 0));
  it('has seen many pages', {skip: !enough}, () => assert.ok(happened(/^over many pages/) > 20));
});
