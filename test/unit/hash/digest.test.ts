import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {afterEach, beforeEach, describe, it} from 'node:test';
import fc from 'fast-check';
import {UploadError} from '../../../src/core/errors.js';
import type {DigestAlgorithm} from '../../../src/core/hasher-ports.js';
import type {Range} from '../../../src/core/ranges.js';
import {blocksTouched, canDigest, requireDigest} from '../../../src/hash/can-digest.js';
import {digestRoot, digestSpan} from '../../../src/hash/digest.js';
import {inlineHasher} from '../../../src/hash/inline-hasher.js';
import {sparkMd5} from '../../../src/hash/md5.js';
import {workerHasher} from '../../../src/hash/worker-hasher.js';

const never = new AbortController().signal;

describe('the blocks a range touches', () => {
  const rows: readonly [string, readonly [number, number], readonly [number, number]][] = [
    ['none of an empty file', [0, 0], [0, 0]],
    ['none for an empty range in mid-block', [5, 5], [0, 0]],
    ['none for an empty range at a border', [100, 100], [10, 10]],
    ['one for one byte', [19, 20], [1, 2]],
    ['one up to the border', [10, 20], [1, 2]],
    ['two across a border', [19, 21], [1, 3]],
    ['the short last one', [104, 105], [10, 11]],
  ];
  for (const [title, [start, end], [first, after]] of rows) {
    it(title, () => assert.deepEqual(blocksTouched({start, end}, 10), {first, after}));
  }

  it('hold every byte of the range, and no block in vain', () =>
    fc.assert(
      fc.property(fc.nat(500), fc.integer({min: 1, max: 500}), fc.integer({min: 1, max: 70}), (start, length, blockSize) => {
        const {first, after} = blocksTouched({start, end: start + length}, blockSize);
        assert.ok(first * blockSize <= start && start < (first + 1) * blockSize);
        assert.ok((after - 1) * blockSize < start + length && start + length <= after * blockSize);
      }),
    ));
});

describe('a root', () => {
  it('is the digest of the binary digests, not of their hex', async () => {
    const digests = ['00ff', 'a0b1'];
    assert.equal(await digestRoot('md5', digests), createHash('md5').update(Buffer.from('00ffa0b1', 'hex')).digest('hex'));
  });

  it('depends on the order', async () => assert.notEqual(await digestRoot('md5', ['00', '01']), await digestRoot('md5', ['01', '00'])));

  it('is the digest of nothing for no blocks', async () => assert.equal(await digestRoot('md5', []), 'd41d8cd98f00b204e9800998ecf8427e'));

  it('of 4,000 blocks is right', async () => {
    const digests = Array.from({length: 4000}, (_, at) => createHash('sha256').update(String(at)).digest('hex'));
    assert.equal(
      await digestRoot('sha-256', digests),
      createHash('sha256')
        .update(Buffer.from(digests.join(''), 'hex'))
        .digest('hex'),
    );
  });
});

describe('a span', () => {
  const digest = (algorithm: DigestAlgorithm, blob: Blob, span: Range, nonce = ''): Promise<string> =>
    digestSpan({algorithm, md5: sparkMd5}, blob, span, nonce, never);

  it('has the digest of its bytes alone', async () => {
    const blob = new Blob(['0123456789']);
    assert.equal(await digest('md5', blob, {start: 3, end: 6}), createHash('md5').update('345').digest('hex'));
  });

  for (const [algorithm, name] of [['md5', 'md5'] as const, ['sha-256', 'sha256'] as const]) {
    it(`has the ${algorithm} of a nonce and its bytes where there is a nonce`, async () =>
      assert.equal(
        await digest(algorithm, new Blob(['0123456789']), {start: 3, end: 6}, '00ff10'),
        createHash(name).update(Buffer.from('00ff10', 'hex')).update('345').digest('hex'),
      ));
  }

  it('has none with algorithm none', async () => assert.equal(await digest('none', new Blob(['abc']), {start: 0, end: 3}), ''));
});

describe('a page without crypto.subtle', () => {
  const real = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  const replace = (value: PropertyDescriptor | undefined): void => void Object.defineProperty(globalThis, 'crypto', value ?? {});

  beforeEach(() => replace({configurable: true, value: {getRandomValues: () => undefined}}));
  afterEach(() => replace(real));

  const refused = (thrown: unknown): boolean =>
    thrown instanceof UploadError && thrown.code === 'unexpected' && thrown.message.includes('secure context');

  it('cannot make sha-256', () => assert.equal(canDigest('sha-256'), false));
  it('can make md5', () => assert.equal(canDigest('md5'), true));
  it('can do without', () => assert.equal(canDigest('none'), true));
  it('says what to do instead', () => assert.throws(() => requireDigest('sha-256'), refused));
  it('gets no inline hasher for sha-256', () => assert.throws(() => inlineHasher('sha-256'), refused));
  it('gets no worker hasher for sha-256', () => assert.throws(() => workerHasher({algorithm: 'sha-256'}), refused));
  it('gets a hasher for md5', async () => assert.equal(await inlineHasher().root([], never), 'd41d8cd98f00b204e9800998ecf8427e'));
});
