import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE, FileDigests} from '../../../src/core/digests.js';
import {UploadError} from '../../../src/core/errors.js';
import type {Range} from '../../../src/core/ranges.js';
import {settle} from '../../support/fake-clock.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedHasher, type ScriptedHasherOptions} from '../../support/scripted-hasher.js';

const size = 3 * BLOCK_SIZE + 1_000;
const whole = {start: 0, end: size};
const signal = new AbortController().signal;
const block = (first: number, last = first): Range => ({start: first * BLOCK_SIZE, end: Math.min(size, (last + 1) * BLOCK_SIZE)});
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

describe('without digests', () => {
  beforeEach(() => begin({algorithm: 'none'}));

  it('a span has none', async () => assert.deepEqual(await digests.of(whole, signal), []));
  it('nothing is read', async () => {
    await digests.ahead(signal);
    assert.deepEqual([hasher.digested, hasher.checked], [[], []]);
  });
  it('the proof is one byte', async () => {
    await digests.prove(signal);
    assert.deepEqual(hasher.checked, [{start: size - 1, end: size}]);
  });
});

describe('proving the file unchanged where the browser notices changes', () => {
  it('reads one byte', async () => {
    await digests.ahead(signal);
    await digests.prove(signal);
    assert.deepEqual(hasher.checked, [{start: size - 1, end: size}]);
  });
  it('needs no second pass', () => assert.equal(digests.rereads, false));
  it('finds a change', async () => {
    await digests.ahead(signal);
    file.change();
    await assert.rejects(digests.prove(signal), {code: 'file-changed'});
  });
  it('finds a file that is gone', async () => {
    file.remove();
    await assert.rejects(digests.prove(signal), {code: 'file-unreadable'});
  });
  it('is done once', async () => {
    await digests.prove(signal);
    await digests.prove(signal);
    assert.equal(hasher.checked.length, 1);
  });
  it('of a file of no bytes reads nothing', async () => {
    begin({}, 0);
    await digests.prove(signal);
    assert.deepEqual(hasher.checked, [{start: 0, end: 0}]);
  });
});

describe('proving the file unchanged where the browser hands out new bytes silently', () => {
  beforeEach(() => begin({noticesChange: false}));

  it('needs a second pass', () => assert.equal(digests.rereads, true));
  it('digests every block again', async () => {
    await digests.ahead(signal);
    await digests.prove(signal);
    assert.deepEqual(hasher.digested, [0, 1, 2, 3, 0, 1, 2, 3]);
  });
  it('finds a change', async () => {
    await digests.ahead(signal);
    file.change();
    await assert.rejects(digests.prove(signal), {code: 'file-changed', message: /block 0\)/});
  });
  it('finds a change between two blocks', async () => {
    await digests.of(block(0, 1), signal);
    file.change();
    await digests.of(block(2, 3), signal);
    await assert.rejects(digests.prove(signal), {code: 'file-changed'});
  });
  it('needs no second pass once it is proven', async () => {
    await digests.prove(signal);
    assert.equal(digests.rereads, false);
  });
  it('can be tried again when it was stopped', async () => {
    await digests.ahead(signal);
    const stop = new AbortController();
    hasher.hold();
    const proof = digests.prove(stop.signal);
    await settle();
    stop.abort();
    await assert.rejects(proof);
    hasher.release();
    file.change();
    await assert.rejects(digests.prove(signal), {code: 'file-changed'});
  });
  it('does not count bytes as digested a second time', async () => {
    await digests.prove(signal);
    assert.equal(hashed.at(-1), size);
  });
  it('needs no second pass for a single block: the server compares what it got', async () => {
    begin({noticesChange: false}, 1_000);
    assert.equal(digests.rereads, false);
    await digests.prove(signal);
    assert.deepEqual(hasher.digested, []);
  });
});

describe('comparing a block that a server found damaged', () => {
  beforeEach(async () => {
    begin({noticesChange: false});
    await digests.of(whole, signal);
  });

  it('says nothing when it is the same', async () => assert.equal(await digests.compare(digests.block(1), signal), undefined));
  it('digests that block only', async () => {
    await digests.compare(digests.block(1), signal);
    assert.deepEqual(hasher.digested.slice(4), [1]);
  });
  it('names the file when it is another one', async () => {
    file.change();
    await assert.rejects(digests.compare(digests.block(1), signal), {code: 'file-changed', message: /"a\.bin".*block 1/});
  });
  it('says that it cannot be read when that is so', async () => {
    file.remove();
    await assert.rejects(digests.compare(digests.block(1), signal), {code: 'file-unreadable'});
  });
  it('fails with what the hasher says', async () => {
    hasher.failNext(new UploadError('unexpected', 'dead'));
    await assert.rejects(digests.compare(digests.block(1), signal), {code: 'unexpected'});
  });
});

describe('the bytes of a block', () => {
  it('are 4 MiB', () => assert.deepEqual(digests.block(1), {start: 4_194_304, end: 8_388_608}));
  it('are fewer in the last one', () => assert.deepEqual(digests.block(3), {start: 12_582_912, end: size}));
});
