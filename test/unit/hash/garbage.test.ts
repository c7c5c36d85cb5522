import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import {Courses} from '../../../src/hash/courses.js';
import {Garbage} from '../../../src/hash/garbage.js';
import type {Pieces} from '../../../src/hash/pieces.js';

const MiB = 1024 * 1024;
const usual = ArrayBuffer;
let reserved: number[] = [];
let garbage = new Garbage();

/** Every buffer that is made is noted; with `room` 0 none can be. */
function watchBuffers(room: number): void {
  globalThis.ArrayBuffer = class extends usual {
    constructor(bytes: number) {
      if (bytes > room) throw new RangeError('Array buffer allocation failed');
      super(bytes);
      reserved.push(bytes);
    }
  } as ArrayBufferConstructor;
}

beforeEach(() => {
  reserved = [];
  garbage = new Garbage();
  watchBuffers(Infinity);
});

afterEach(() => {
  globalThis.ArrayBuffer = usual;
});

describe('what reading leaves behind', () => {
  it('makes a buffer of 16 MiB for every 32 MiB that were read', () => {
    for (let block = 0; block < 24; block += 1) garbage.left(4 * MiB);
    assert.deepEqual(reserved, [16 * MiB, 16 * MiB, 16 * MiB]);
  });

  it('makes none for short files', () => {
    for (let file = 0; file < 1_000; file += 1) garbage.left(4_096);
    assert.deepEqual(reserved, []);
  });

  it('counts many short files together', () => {
    for (let file = 0; file < 8_192; file += 1) garbage.left(4_096);
    assert.deepEqual(reserved, [16 * MiB]);
  });

  it('is no failure where there is no room', () => {
    watchBuffers(0);
    garbage.left(32 * MiB);
    assert.deepEqual(reserved, []);
  });

  it('tries again later where there was no room', () => {
    watchBuffers(0);
    garbage.left(32 * MiB);
    watchBuffers(Infinity);
    garbage.left(32 * MiB);
    assert.deepEqual(reserved, [16 * MiB]);
  });
});

describe('whoever reads spans of files', () => {
  const {signal} = new AbortController();
  const blob = new Blob([]);
  const nothing = (): Promise<void> => Promise.resolve();

  it('counts what was read', async () => {
    const courses = new Courses();
    for (let at = 0; at < 8; at += 1) await courses.read(1, blob, {start: at * 4 * MiB, end: (at + 1) * 4 * MiB}, nothing, signal);
    assert.deepEqual(reserved, [16 * MiB]);
  });

  it('does not count what could not be read', async () => {
    const courses = new Courses();
    const fail = (_: Pieces): Promise<void> => Promise.reject(new Error('gone'));
    await assert.rejects(courses.read(1, blob, {start: 0, end: 32 * MiB}, fail, signal));
    assert.deepEqual(reserved, []);
  });
});
