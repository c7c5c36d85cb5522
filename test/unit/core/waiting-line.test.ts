import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Upload} from '../../../src/core/upload.js';
import {WaitingLine} from '../../../src/core/waiting-line.js';

/** What stands for an upload: the line looks at nothing but its place. */
const uploads = Array.from({length: 10_000}, (_, place) => ({place})) as unknown as (Upload & {readonly place: number})[];

/** A line with those of these places, and how often it has asked for a place. */
function lineOf(...places: readonly number[]): {line: WaitingLine; asked: () => number; take: () => number | undefined} {
  let asked = 0;
  const line = new WaitingLine((upload) => {
    asked += 1;
    return (upload as (typeof uploads)[number]).place;
  });
  for (const place of places) line.add(uploads[place] as Upload);
  const take = (): number | undefined => (line.next(() => true) as (typeof uploads)[number] | undefined)?.place;
  return {line, asked: () => asked, take};
}

const places = (count: number): number[] => Array.from({length: count}, (_, place) => place);

describe('the line of those that wait for their turn', () => {
  it('gives them in the order of the list, however they came', () => {
    const {take} = lineOf(3, 1, 2, 0);
    assert.deepEqual([take(), take(), take(), take(), take()], [0, 1, 2, 3, undefined]);
  });

  it('has each once, however often it was added', () => {
    const {take} = lineOf(1, 1, 1);
    assert.deepEqual([take(), take()], [1, undefined]);
  });

  it('takes one back that it has given', () => {
    const {line, take} = lineOf(0, 1);
    take();
    line.add(uploads[0] as Upload);
    assert.deepEqual([take(), take()], [0, 1]);
  });

  it('lets go of those that may not go, and gives the first that may', () => {
    const {line} = lineOf(0, 1, 2, 3);
    const given = line.next((upload) => (upload as (typeof uploads)[number]).place === 2);
    assert.deepEqual([given, line.next(() => true)], [uploads[2], uploads[3]]);
  });

  it('gives none, and keeps the first, where there is no room for it', () => {
    const {line, take} = lineOf(0, 1);
    const none = line.next(
      () => true,
      () => false,
    );
    assert.deepEqual([none, take()], [undefined, 0]);
  });

  it('looks at no more than two for each that joins at its end', () => {
    const {asked} = lineOf(...places(10_000));
    assert.ok(asked() <= 20_000, `${asked()} places were asked for`);
  });

  it('looks at no place to give the next one', () => {
    const {asked, take} = lineOf(...places(10_000));
    const before = asked();
    for (let count = 0; count < 10_000; count += 1) take();
    assert.equal(asked(), before);
  });
});
