import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {Courses} from '../../../src/hash/courses.js';
import type {Pieces} from '../../../src/hash/pieces.js';
import {takeAll} from '../../../src/hash/read.js';
import {never} from './scene.js';
import {patternBlob} from './vectors.js';

const block = 300_000;
const size = 4 * block;
const pattern = patternBlob(size);

/** Counts the streams that are begun. */
class CountedBlob extends Blob {
  readonly #count: () => void;
  constructor(blob: Blob, count: () => void) {
    super([blob]);
    this.#count = count;
  }
  override slice(start?: number, end?: number): Blob {
    return new CountedBlob(super.slice(start, end), this.#count);
  }
  override stream(): ReturnType<Blob['stream']> {
    this.#count();
    return super.stream();
  }
}

let streams = 0;
let courses = new Courses();
let blob = new CountedBlob(pattern, () => undefined);

beforeEach(() => {
  streams = 0;
  courses = new Courses();
  blob = new CountedBlob(pattern, () => (streams += 1));
});

const span = (index: number): {start: number; end: number} => ({start: index * block, end: (index + 1) * block});

async function all(pieces: Pieces): Promise<Buffer> {
  const list: Buffer[] = [];
  for await (const piece of takeAll(pieces, block, never)) list.push(Buffer.from(piece));
  return Buffer.concat(list);
}

const read = (index: number, file = 1, signal = never): Promise<Buffer> => courses.read(file, blob, span(index), all, signal);
const bytesOf = async (index: number): Promise<Buffer> => {
  const {start, end} = span(index);
  return Buffer.from(await pattern.slice(start, end).arrayBuffer());
};

describe('spans that follow each other', () => {
  it('are read from one stream when they are asked for together', async () => {
    await Promise.all([read(0), read(1), read(2), read(3)]);
    assert.equal(streams, 1);
  });
  it('have the right bytes', async () => {
    const got = await Promise.all([read(0), read(1), read(2), read(3)]);
    assert.deepEqual(got, await Promise.all([0, 1, 2, 3].map(bytesOf)));
  });
  it('are read one after the other', async () => {
    const order: number[] = [];
    await Promise.all([0, 1, 2].map((index) => read(index).then(() => order.push(index))));
    assert.deepEqual(order, [0, 1, 2]);
  });
  it('are read from one stream when each is asked for after the answer to the one before', async () => {
    await read(0);
    await read(1);
    assert.equal(streams, 1);
  });
  it('are read anew a while later: what was read ahead may be out of date', async () => {
    await read(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual([await read(1), streams], [await bytesOf(1), 2]);
  });
});

describe('spans that do not', () => {
  it('are read from streams of their own', async () => {
    const got = await Promise.all([read(0), read(2)]);
    assert.deepEqual([streams, got], [2, [await bytesOf(0), await bytesOf(2)]]);
  });
  it('do not wait for each other', async () => {
    const stuck = courses.read(1, blob, span(0), () => new Promise<never>(() => undefined), never);
    stuck.catch(() => undefined);
    assert.deepEqual(await read(2), await bytesOf(2));
  });
  it('are kept apart when they are of different files', async () => {
    await Promise.all([read(0, 1), read(1, 2)]);
    assert.equal(streams, 2);
  });
});

describe('a span that was stopped in the middle', () => {
  it('leaves the next one its bytes all the same', async () => {
    const half = courses.read(
      1,
      blob,
      span(0),
      async (pieces) => {
        await pieces.take(10, never);
        throw new Error('enough');
      },
      never,
    );
    const next = read(1);
    await assert.rejects(half, /enough/);
    assert.deepEqual(await next, await bytesOf(1));
  });
  it('while it waited lets those behind it wait for the one before it', async () => {
    const stop = new AbortController();
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const first = courses.read(1, blob, span(0), async (pieces) => gate.then(() => all(pieces)), never);
    const stopped = read(1, 1, stop.signal);
    const last = read(2);
    stop.abort(new Error('not wanted'));
    await assert.rejects(stopped, /not wanted/);
    go();
    assert.deepEqual([await first, await last], [await bytesOf(0), await bytesOf(2)]);
  });
});
