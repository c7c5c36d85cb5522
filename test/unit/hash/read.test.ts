import assert from 'node:assert/strict';
import {openAsBlob} from 'node:fs';
import {mkdtemp, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, it} from 'node:test';
import {UploadError, type UploadErrorCode} from '../../../src/core/errors.js';
import {Pieces} from '../../../src/hash/pieces.js';
import {readShort} from '../../../src/hash/read-short.js';
import {gather, pieceOf} from '../../../src/hash/read.js';
import type {Range} from '../../../src/core/ranges.js';

const MiB = 1024 * 1024;
const never = new AbortController().signal;

/** The bytes of `span`, as everything that reads a file gets them. */
async function readSpan(blob: Blob, span: Range, signal: AbortSignal): Promise<ArrayBuffer> {
  const pieces = new Pieces(pieceOf(blob, span));
  try {
    return (await gather(pieces, span.end - span.start, signal)).buffer;
  } finally {
    pieces.close();
  }
}

const textOf = (bytes: ArrayBuffer): string => new TextDecoder().decode(bytes);
const withCode =
  (code: UploadErrorCode) =>
  (thrown: unknown): boolean =>
    thrown instanceof UploadError && thrown.code === code;

/** A file whose reads do what a browser was seen to do: `stream` and `slice` say what one read gives. */
class ScriptedFile extends Blob {
  readonly #size: number;
  readonly #reads: Reads;

  constructor(size: number, reads: Reads) {
    super();
    this.#size = size;
    this.#reads = reads;
  }

  override get size(): number {
    return this.#size;
  }

  override slice(start = 0, end = this.#size): Blob {
    return new ScriptedFile(Math.min(end, this.#size) - start, this.#reads);
  }

  override stream(): ReturnType<Blob['stream']> {
    const {stream} = this.#reads;
    if (!stream) throw new TypeError('no such stream');
    return new ReadableStream({type: 'bytes', pull: stream});
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#reads.slice?.(this.#size) ?? Promise.reject(new Error('no slices here'));
  }
}
interface Reads {
  readonly stream?: (controller: ReadableByteStreamController) => void | Promise<void>;
  readonly slice?: (size: number) => Promise<ArrayBuffer>;
}

const dom = (name: string) => (): Promise<never> => Promise.reject(new DOMException('as seen', name));
const broken = (): never => {
  throw new TypeError('network error');
};

describe('reading a span', () => {
  const blob = new Blob(['0123', '4567', '89']);

  it('gives its bytes and no others', async () => assert.equal(textOf(await readSpan(blob, {start: 3, end: 7}, never)), '3456'));
  it('gives nothing for an empty span', async () => assert.equal((await readSpan(blob, {start: 4, end: 4}, never)).byteLength, 0));
  it('reads up to the last byte', async () => assert.equal(textOf(await readSpan(blob, {start: 9, end: 10}, never)), '9'));

  it('puts many short reads together', async () => {
    let next = 0;
    const one = (controller: ReadableByteStreamController): void => {
      controller.enqueue(new Uint8Array([next]));
      next += 1;
    };
    const bytes = await readSpan(new ScriptedFile(200, {stream: one}), {start: 0, end: 200}, never);
    assert.deepEqual(
      [...new Uint8Array(bytes)],
      Array.from({length: 200}, (_, at) => at),
    );
  });
});

describe('a browser that cannot stream into a buffer', () => {
  it('reads by slices', async () => {
    const file = new ScriptedFile(3, {slice: async () => new Uint8Array([7, 8, 9]).buffer});
    assert.deepEqual([...new Uint8Array(await readSpan(file, {start: 0, end: 3}, never))], [7, 8, 9]);
  });

  it('reads at most 4 MiB at a time', async () => {
    const sizes: number[] = [];
    const slice = async (size: number): Promise<ArrayBuffer> => {
      sizes.push(size);
      return new ArrayBuffer(size);
    };
    await readSpan(new ScriptedFile(9 * MiB, {slice}), {start: 0, end: 9 * MiB}, never);
    assert.deepEqual(sizes, [4 * MiB, 4 * MiB, MiB]);
  });
});

const end = (controller: ReadableByteStreamController): void => {
  controller.close();
  controller.byobRequest?.respond(0);
};

/** What browsers were seen to do with a file that cannot be read, and what that is. */
const rows: readonly [string, UploadErrorCode, Reads][] = [
  ['Chromium, changed', 'file-changed', {stream: broken, slice: dom('NotReadableError')}],
  ['Chromium, removed', 'file-unreadable', {stream: broken, slice: dom('NotFoundError')}],
  ['Firefox, removed', 'file-unreadable', {stream: broken, slice: dom('AbortError')}],
  ['Firefox, shortened, by stream', 'file-changed', {stream: (controller) => end(controller)}],
  ['Firefox, shortened, by slices', 'file-changed', {slice: async (size) => new ArrayBuffer(Math.min(size, 3))}],
  ['Firefox, emptied, by slices', 'file-changed', {slice: async () => new ArrayBuffer(0)}],
  ['access withdrawn', 'file-unreadable', {slice: dom('SecurityError')}],
  ['no memory', 'unexpected', {slice: () => Promise.reject(new RangeError('Array buffer allocation failed'))}],
  ['something nobody has seen', 'file-unreadable', {slice: () => Promise.reject(new Error('?'))}],
];

describe('a read that fails', () => {
  for (const [title, code, reads] of rows) {
    it(`is ${code}: ${title}`, () => assert.rejects(readSpan(new ScriptedFile(10, reads), {start: 0, end: 10}, never), withCode(code)));
  }

  it('keeps the browser’s error as the cause', () =>
    assert.rejects(readSpan(new ScriptedFile(10, {slice: dom('NotReadableError')}), {start: 0, end: 10}, never), (thrown: UploadError) => {
      return thrown.cause instanceof DOMException && thrown.cause.name === 'NotReadableError';
    }));

  it('is no failure when only the stream failed', async () => {
    const file = new ScriptedFile(2, {stream: broken, slice: async () => new Uint8Array([1, 2]).buffer});
    assert.equal((await readSpan(file, {start: 0, end: 2}, never)).byteLength, 2);
  });

  it('says how much is missing', () =>
    assert.rejects(readSpan(new ScriptedFile(10, {slice: async () => new ArrayBuffer(0)}), {start: 0, end: 10}, never), /10 bytes early/));
});

describe('a short file', () => {
  it('is read whole', async () => assert.equal(textOf(await readShort(new Blob(['01', '23']), never)), '0123'));

  for (const [title, code, {slice}] of rows.filter(([, , reads]) => reads.slice)) {
    it(`is ${code}: ${title}`, () => assert.rejects(readShort(new ScriptedFile(10, slice ? {slice} : {}), never), withCode(code)));
  }

  it('is left at once when the signal is aborted, though the disk never answers', async () => {
    const controller = new AbortController();
    const reading = readShort(new ScriptedFile(10, {slice: () => new Promise(() => undefined)}), controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(reading, reason);
  });

  it('counts as unreadable when the disk has not answered for a minute', async (context) => {
    context.mock.timers.enable({apis: ['setTimeout']});
    const reading = readShort(new ScriptedFile(10, {slice: () => new Promise(() => undefined)}), never);
    context.mock.timers.tick(60_000);
    await assert.rejects(reading, withCode('file-unreadable'));
  });
});

describe('a disk that never answers', () => {
  const silent = new ScriptedFile(10, {stream: () => new Promise(() => undefined)});

  it('is left at once when the signal is aborted', async () => {
    const controller = new AbortController();
    const reading = readSpan(silent, {start: 0, end: 10}, controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(reading, reason);
  });

  it('counts as unreadable after a minute', async (context) => {
    context.mock.timers.enable({apis: ['setTimeout']});
    const reading = readSpan(silent, {start: 0, end: 10}, never);
    context.mock.timers.tick(60_000);
    await assert.rejects(reading, withCode('file-unreadable'));
  });

  it('is waited for until then', async (context) => {
    context.mock.timers.enable({apis: ['setTimeout']});
    let answer: (bytes: ArrayBuffer) => void = () => undefined;
    const slice = (): Promise<ArrayBuffer> => new Promise((resolve) => (answer = resolve));
    const reading = readSpan(new ScriptedFile(10, {slice}), {start: 0, end: 10}, never);
    await new Promise((resolve) => setImmediate(resolve));
    context.mock.timers.tick(59_999);
    answer(new ArrayBuffer(10));
    assert.equal((await reading).byteLength, 10);
  });
});

describe('an abort between two reads', () => {
  it('is the last thing that happens', async () => {
    const controller = new AbortController();
    let reads = 0;
    const slice = async (size: number): Promise<ArrayBuffer> => {
      reads += 1;
      if (reads === 2) controller.abort();
      return new ArrayBuffer(size);
    };
    await assert.rejects(readSpan(new ScriptedFile(40 * MiB, {slice}), {start: 0, end: 40 * MiB}, controller.signal), {
      name: 'AbortError',
    });
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(reads, 2);
  });

  it('is not mistaken for a file that cannot be read', async () => {
    const controller = new AbortController();
    const slice = (): Promise<ArrayBuffer> => {
      controller.abort();
      return dom('AbortError')();
    };
    const reason = await readSpan(new ScriptedFile(1, {slice}), {start: 0, end: 1}, controller.signal).catch((thrown: unknown) => thrown);
    assert.equal(reason, controller.signal.reason);
  });
});

describe('a file on disk', () => {
  let folder = '';
  let path = '';
  let blob = new Blob();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-'));
    path = join(folder, 'a.bin');
    await writeFile(path, new Uint8Array(9 * MiB).fill(5));
    blob = await openAsBlob(path);
  });
  afterEach(() => rm(folder, {recursive: true}));

  it('gives the bytes of a span', async () => {
    const bytes = new Uint8Array(await readSpan(blob, {start: 5 * MiB, end: 9 * MiB}, never));
    assert.deepEqual([bytes.length, bytes[0], bytes.at(-1)], [4 * MiB, 5, 5]);
  });

  it('that was changed is told from one that was not', async () => {
    await writeFile(path, new Uint8Array(9 * MiB + 1));
    await assert.rejects(readSpan(blob, {start: 0, end: 9 * MiB}, never), withCode('file-changed'));
  });

  it('that was cut short is noticed', async () => {
    await truncate(path, 6 * MiB);
    await assert.rejects(readSpan(blob, {start: 4 * MiB, end: 8 * MiB}, never), withCode('file-changed'));
  });
});
