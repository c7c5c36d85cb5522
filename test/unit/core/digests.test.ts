import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE, FileDigests} from '../../../src/core/digests.js';
import {UploadError} from '../../../src/core/errors.js';
import type {Range} from '../../../src/core/ranges.js';
import {settle} from '../../support/fake-clock.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {md5, rootOf, ScriptedHasher, type ScriptedHasherOptions} from '../../support/scripted-hasher.js';

const size = 3 * BLOCK_SIZE + 1_000;
const whole = {start: 0, end: size};
const signal = new AbortController().signal;
const block = (first: number, last = first): Range => ({start: first * BLOCK_SIZE, end: Math.min(size, (last + 1) * BLOCK_SIZE)});
const expected = (file: ScriptedFile, index: number): string => md5(file.read(block(index)));

let file = new ScriptedFile(size);
let hasher = new ScriptedHasher();
let digests = new FileDigests(file.source, hasher, () => undefined);
let hashed: number[] = [];

function begin(options: ScriptedHasherOptions = {}, bytes = size): void {
  file = new ScriptedFile(bytes);
  hasher = new ScriptedHasher(options);
  hashed = [];
  digests = new FileDigests(file.source, hasher, (count) => hashed.push(count));
}

beforeEach(() => begin());

describe('asking for the digests of a span', () => {
  it('gives one for every block it touches, in order', async () =>
    assert.deepEqual(await digests.of({start: BLOCK_SIZE - 1, end: BLOCK_SIZE + 1}, signal), [expected(file, 0), expected(file, 1)]));
  it('gives that of the short last block', async () =>
    assert.deepEqual(await digests.of({start: size - 1, end: size}, signal), [expected(file, 3)]));
  it('gives none for an empty span', async () => assert.deepEqual(await digests.of({start: 5, end: 5}, signal), []));
  it('digests nothing else', async () => {
    await digests.of(block(2), signal);
    assert.deepEqual(hasher.digested, [2]);
  });
  it('tells how many bytes are digested by now', async () => {
    await digests.of(block(3), signal);
    await digests.of(block(0), signal);
    assert.deepEqual(hashed, [1_000, 1_000 + BLOCK_SIZE]);
  });
  it('gives none for a file of no bytes', async () => {
    begin({}, 0);
    assert.deepEqual(await digests.of({start: 0, end: 0}, signal), []);
  });
});

describe('a block that is known', () => {
  it('is not digested again', async () => {
    await digests.of(block(1), signal);
    await digests.of(block(0, 2), signal);
    assert.deepEqual(hasher.digested, [1, 0, 2]);
  });
  it('is not digested again by others who ask at the same time', async () => {
    await Promise.all([digests.of(block(0, 1), signal), digests.of(block(1, 2), signal), digests.of(block(0), signal)]);
    assert.deepEqual([...hasher.digested].sort(), [0, 1, 2]);
  });
  it('is not counted twice', async () => {
    await Promise.all([digests.of(whole, signal), digests.of(whole, signal), digests.ahead(signal)]);
    assert.equal(hashed.at(-1), size);
    assert.equal(hashed.length, 4);
  });
});

describe('digesting ahead', () => {
  it('digests everything, in order', async () => {
    await digests.ahead(signal);
    assert.deepEqual(hasher.digested, [0, 1, 2, 3]);
  });
  it('lets a part that waits go first', async () => {
    hasher.hold();
    const ahead = digests.ahead(signal);
    await settle();
    const part = digests.of(block(3), signal);
    hasher.release();
    await Promise.all([ahead, part]);
    assert.deepEqual(hasher.digested, [0, 3, 1, 2]);
  });
  it('lets several parts go in the order they came', async () => {
    hasher.hold();
    const ahead = digests.ahead(signal);
    await settle();
    const parts = [digests.of(block(3), signal), digests.of(block(2), signal)];
    hasher.release();
    await Promise.all([ahead, ...parts]);
    assert.deepEqual(hasher.digested, [0, 3, 2, 1]);
  });
  it('has nothing to do when all is known', async () => {
    await digests.of(whole, signal);
    await digests.ahead(signal);
    assert.equal(hasher.digested.length, 4);
  });
});

describe('being stopped', () => {
  it('rejects with the reason', async () => {
    const stop = new AbortController();
    hasher.hold();
    const asked = digests.of(whole, stop.signal);
    stop.abort(new Error('paused'));
    await assert.rejects(asked, /paused/);
  });
  it('keeps the blocks that were ready', async () => {
    const stop = new AbortController();
    await digests.of(block(0), signal);
    hasher.hold();
    const asked = digests.of(whole, stop.signal);
    await settle();
    stop.abort();
    await assert.rejects(asked);
    hasher.release();
    await digests.of(whole, signal);
    assert.deepEqual(hasher.digested, [0, 1, 2, 3]);
  });
  it('leaves others who wait alone', async () => {
    const stop = new AbortController();
    hasher.hold();
    const stopped = digests.of(block(0), stop.signal);
    const other = digests.of(block(1), signal);
    stop.abort();
    await assert.rejects(stopped);
    hasher.release();
    assert.deepEqual(await other, [expected(file, 1)]);
  });
  it('before its turn came never begins', async () => {
    const stop = new AbortController();
    hasher.hold();
    const first = digests.of(block(0), signal);
    const second = digests.of(block(1), stop.signal);
    stop.abort();
    hasher.release();
    await first;
    await assert.rejects(second);
    assert.deepEqual(hasher.digested, [0]);
  });
});

describe('a hasher that dies once', () => {
  beforeEach(() => hasher.failNext());

  it('fails who asked', () => assert.rejects(digests.of(block(0), signal), {code: 'unexpected'}));
  it('does not fail who asks next', async () => {
    await assert.rejects(digests.of(block(0), signal));
    assert.deepEqual(await digests.of(block(0), signal), [expected(file, 0)]);
  });
  it('does not fail who waited behind', async () => {
    const first = digests.of(block(0), signal);
    const second = digests.of(block(1), signal);
    await assert.rejects(first);
    assert.deepEqual(await second, [expected(file, 1)]);
  });
});

describe('the root', () => {
  it('is the digest of the list of all digests', async () =>
    assert.equal(await digests.root(signal), rootOf([0, 1, 2, 3].map((index) => expected(file, index)))));
  it('makes what is missing', async () => {
    await digests.of(block(2), signal);
    await digests.root(signal);
    assert.deepEqual(hasher.digested, [2, 0, 1, 3]);
  });
  it('of a file of no bytes is the digest of nothing', async () => {
    begin({}, 0);
    assert.equal(await digests.root(signal), rootOf([]));
  });
  it('is null without digests', async () => {
    begin({algorithm: 'none'});
    assert.equal(await digests.root(signal), null);
  });
});

describe('several who want the same blocks at a time', () => {
  it('wait for the one who makes them', async () => {
    hasher.hold();
    const ahead = digests.ahead(signal);
    await settle();
    const part = digests.of(block(0), signal);
    hasher.release();
    assert.deepEqual(await part, [expected(file, 0)]);
    await ahead;
    assert.deepEqual(hasher.digested, [0, 1, 2, 3]);
  });
  it('make them themselves when that one is stopped', async () => {
    const stop = new AbortController();
    hasher.hold();
    const ahead = digests.ahead(stop.signal);
    await settle();
    const part = digests.of(block(0, 1), signal);
    stop.abort();
    await assert.rejects(ahead);
    hasher.release();
    assert.deepEqual(await part, [expected(file, 0), expected(file, 1)]);
  });
  it('make them themselves when that one fails', async () => {
    hasher.hold();
    const ahead = digests.ahead(signal);
    await settle();
    const part = digests.of(block(0), signal);
    hasher.failNext();
    const other = digests.of(block(2), signal);
    hasher.release();
    await assert.rejects(other);
    assert.deepEqual(await part, [expected(file, 0)]);
    await ahead;
  });
  it('digest ahead together, each block once', async () => {
    await Promise.all([digests.ahead(signal), digests.ahead(signal), digests.root(signal)]);
    assert.deepEqual([...hasher.digested].sort(), [0, 1, 2, 3]);
  });
  it('stop waiting when they are stopped', async () => {
    const stop = new AbortController();
    hasher.hold();
    const ahead = digests.ahead(signal);
    await settle();
    const part = digests.of(block(0), stop.signal);
    stop.abort(new Error('paused'));
    await assert.rejects(part, /paused/);
    hasher.release();
    await ahead;
  });
});

describe('a file that is forgotten while it is digested', () => {
  it('is digested anew by whoever waits, and what comes late does not count', async () => {
    hasher.hold();
    const part = digests.of(block(0), signal);
    await settle();
    digests.forget();
    const again = digests.of(block(0), signal);
    hasher.release();
    assert.deepEqual([await part, await again], [[expected(file, 0)], [expected(file, 0)]]);
    assert.equal(hashed.at(-1), BLOCK_SIZE);
  });
});

describe('several parts in the same block', () => {
  it('get their digests in the order they asked', async () => {
    const order: number[] = [];
    const parts = [0, 100, 200].map((start) => digests.of({start, end: start + 100}, signal).then(() => order.push(start)));
    await Promise.all(parts);
    assert.deepEqual(order, [0, 100, 200]);
  });
  it('fail each for itself, and at once', async () => {
    hasher.hold();
    const first = digests.of(block(0), signal);
    hasher.failNext();
    await assert.rejects(digests.of(block(1), signal), {code: 'unexpected'});
    hasher.release();
    assert.deepEqual(await first, [expected(file, 0)]);
  });
});

describe('reading a short file', () => {
  const read = async (): Promise<Uint8Array | undefined> => {
    const bytes = await digests.read(signal);
    return bytes && new Uint8Array(bytes);
  };

  it('gives its bytes, and makes its digest of them', async () => {
    begin({}, 1_000);
    assert.deepEqual(await read(), Uint8Array.from(file.content));
    assert.deepEqual(await digests.of({start: 0, end: 1_000}, signal), [md5(file.content)]);
    assert.deepEqual([hasher.shorts, hasher.digested], [1, [0]]);
  });

  it('makes its root of them, too: nobody is asked for it', async () => {
    begin({}, 1_000);
    await read();
    hasher.hold();
    assert.equal(await digests.root(signal), rootOf([md5(file.content)]));
  });

  it('has no root any more when it was forgotten: the hasher is asked again', async () => {
    begin({}, 1_000);
    await read();
    digests.forget();
    hasher.hold();
    let isThere = false;
    const root = digests.root(signal).finally(() => (isThere = true));
    await settle();
    assert.equal(isThere, false);
    hasher.release();
    assert.equal(await root, rootOf([md5(file.content)]));
  });

  it('tells that it is digested', async () => {
    begin({}, 1_000);
    await read();
    assert.deepEqual(hashed, [1_000]);
  });

  it('lets those who want its digest meanwhile wait for that', async () => {
    begin({}, 1_000);
    const [, list] = await Promise.all([read(), digests.of({start: 0, end: 1_000}, signal)]);
    assert.deepEqual([list, hasher.digested], [[md5(file.content)], [0]]);
  });

  const rows: readonly [string, () => void][] = [
    ['longer than 64 KiB', () => begin({}, 65_537)],
    ['without a byte', () => begin({}, 0)],
    ['whose digest nobody wants', () => begin({algorithm: 'none'}, 1_000)],
  ];
  for (const [title, make] of rows) {
    it(`gives nothing of one ${title}, and reads nothing`, async () => {
      make();
      assert.deepEqual([await read(), hasher.shorts], [undefined, 0]);
    });
  }

  it('takes one of 64 KiB', async () => {
    begin({}, 65_536);
    assert.equal((await read())?.length, 65_536);
  });

  it('gives nothing when the digest is there already', async () => {
    begin({}, 1_000);
    await digests.of({start: 0, end: 1_000}, signal);
    assert.deepEqual([await read(), hasher.shorts], [undefined, 0]);
  });

  it('gives nothing where the hasher reads no short files', async () => {
    begin({}, 1_000);
    Object.defineProperty(hasher, 'short', {value: undefined});
    assert.equal(await read(), undefined);
    assert.deepEqual(await digests.of({start: 0, end: 1_000}, signal), [md5(file.content)]);
  });

  it('fails as reading does, and can be tried again', async () => {
    begin({}, 1_000);
    hasher.failNext(new UploadError('file-unreadable', 'The drive is gone.'));
    await assert.rejects(read(), {code: 'file-unreadable'});
    assert.equal((await read())?.length, 1_000);
  });

  it('counts for nothing when it was forgotten meanwhile', async () => {
    begin({}, 1_000);
    hasher.hold();
    const reading = read();
    digests.forget();
    hasher.release();
    await reading;
    assert.deepEqual(digests.made?.list, [undefined]);
  });
});

describe('digests that are forgotten while they are made', () => {
  it('are made to their end, for those who have asked, and count for nothing', async () => {
    hasher.hold();
    const asked = digests.of(whole, signal);
    await settle();
    digests.forget();
    hasher.release();
    assert.equal((await asked).length, 4);
    assert.deepEqual([digests.made?.list, hashed], [[undefined, undefined, undefined, undefined], [0]]);
  });

  it('are made anew for whoever asks then', async () => {
    await digests.of(block(0), signal);
    digests.forget();
    await digests.of(block(0), signal);
    assert.deepEqual(hasher.digested, [0, 0]);
  });
});
