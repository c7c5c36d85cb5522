import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {blocks, lineSchedules, lineWorlds, parted, whole} from '../../support/scripted-line-schedule.js';
import {count, enough, happened, keepsItsPromises, propertyLimit} from '../../support/scripted-property.js';

describe('the chunks protocol over any line, whatever goes wrong, then peace', {timeout: 4 * propertyLimit}, () => {
  it('keeps P1 to P6 at every step, with files that need some parts', (test) =>
    keepsItsPromises(test, lineWorlds(parted), lineSchedules(parted, false), 0.5));

  it('keeps them with files that travel whole', (test) => keepsItsPromises(test, lineWorlds(whole), lineSchedules(whole, false), 0.2));

  it('keeps them with files that change meanwhile', (test) => keepsItsPromises(test, lineWorlds(parted), lineSchedules(parted, true), 0.2));

  it('keeps them with files of several blocks, which change meanwhile', (test) =>
    keepsItsPromises(test, lineWorlds(blocks), lineSchedules(blocks, true), 0.1));

  it('has seen most of them end as done', {skip: !enough}, () => {
    assert.ok(happened(/^ended done/) > happened(/^ended/) / 2, `${happened(/^ended done/)} of ${happened(/^ended/)}`);
  });

  const kinds: readonly [what: string, words: RegExp][] = [
    ['broken connections', /request (is (lost|cut|silent|repeated)|loses|never|drips|leaves|takes)/],
    ['refusals', /request is (refused|answered \d)/],
    ['creations that are spread', /request brings bytes beside a creation/],
    ['success that is none', /request (meets|is led|has half|is answered (204|\{|\[|"|early|of)|is told)/],
  ];
  for (const [what, words] of kinds) {
    it(`has met ${what} in one schedule of ten at least`, {skip: !enough}, () => {
      assert.ok(happened(words) > count / 10, `${happened(words)} in ${count} schedules`);
    });
  }
});
