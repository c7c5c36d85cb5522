import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {enough, happened, keepsItsPromises, propertyLimit} from '../../support/scripted-property.js';
import {large, seamSchedules, seamWorlds, small} from '../../support/scripted-seam-schedule.js';

describe('any schedule of faults, pauses, retries and cancels, then peace', {timeout: 3 * propertyLimit}, () => {
  it('keeps P1 to P6 at every step, and small files arrive whole', (test) =>
    keepsItsPromises(test, seamWorlds(small), seamSchedules(small, false), 0.6));

  it('keeps them when files change meanwhile', (test) => keepsItsPromises(test, seamWorlds(small), seamSchedules(small, true), 0.2));

  it('keeps them with files of several blocks, which change meanwhile', (test) =>
    keepsItsPromises(test, seamWorlds(large), seamSchedules(large, true), 0.2));

  it('has seen most of them end as done', {skip: !enough}, () => {
    assert.ok(happened(/^ended done/) > happened(/^ended/) / 2, `${happened(/^ended done/)} of ${happened(/^ended/)}`);
  });
});
