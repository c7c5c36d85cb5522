import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {cellText, figureText, goalText, isMet, median} from '../../bench/frame/figures.js';

describe('The median of a figure', () => {
  it('is the middle one of an odd number of values, whatever their order', () => {
    assert.equal(median([3, 1, 2]), 2);
  });

  it('lies between the two middle ones of an even number', () => {
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it('is no number when nothing was measured', () => {
    assert.ok(Number.isNaN(median([])));
  });
});

describe('A figure in a table', () => {
  it('shows the median and the range', () => {
    assert.equal(figureText({values: [1.234, 1.1, 2]}), '1.23 (1.10–2.00)');
  });

  it('shows a single value without a range', () => {
    assert.equal(figureText({values: [17.4], digits: 0}), '17');
  });

  it('shows a dash when nothing was measured', () => {
    assert.equal(cellText({values: [], goal: {most: 1}}), '–');
  });

  it('says whether the goal is met', () => {
    assert.equal(cellText({values: [0.9], goal: {most: 1}}), '0.90 ✔ ≤ 1.00');
    assert.equal(cellText({values: [4.9], goal: {least: 5}}), '4.90 ✘ ≥ 5.00');
  });

  it('says nothing of a goal where there is none', () => {
    assert.equal(cellText({values: [0.9]}), '0.90');
    assert.equal(goalText({values: [0.9]}), '');
  });
});

describe('A goal', () => {
  it('is judged by the median, not by the best round', () => {
    assert.equal(isMet({values: [0.9, 1.2, 1.3], goal: {most: 1}}), false);
  });

  it('is judged by the digits that are shown', () => {
    assert.equal(isMet({values: [1.004], goal: {most: 1}}), true);
    assert.equal(isMet({values: [1.006], goal: {most: 1}}), false);
  });

  it('is neither met nor missed when nothing was measured', () => {
    assert.equal(isMet({values: [], goal: {most: 1}}), undefined);
  });
});
