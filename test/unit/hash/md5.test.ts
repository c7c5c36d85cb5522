import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {before, describe, it} from 'node:test';
import fc from 'fast-check';
import {sparkMd5, type Md5} from '../../../src/hash/md5.js';
import {wasmMd5} from '../../../src/hash/wasm-md5.js';
import {module} from './module.js';

const MiB = 1024 * 1024;
const openssl = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const pattern = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).map((_, at) => at % 253);

/** The digest of `bytes`, added in pieces that end at `cuts`. */
function digest(md5: () => Md5, bytes: Uint8Array<ArrayBuffer>, cuts: readonly number[] = []): string {
  const one = md5();
  const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    one.add(bytes.subarray(from, end));
    from = end;
  }
  return one.end();
}

const engines: Record<string, () => Md5> = {'spark-md5': sparkMd5};

before(async () => {
  engines['WebAssembly'] = await wasmMd5(await module());
});

for (const name of ['spark-md5', 'WebAssembly']) {
  const md5 = (): Md5 => {
    const make = engines[name];
    if (!make) throw new Error(`no ${name}`);
    return make();
  };

  describe(`${name}: the test suite of RFC 1321`, () => {
    const suite: readonly [string, string][] = [
      ['', 'd41d8cd98f00b204e9800998ecf8427e'],
      ['a', '0cc175b9c0f1b6a831c399e269772661'],
      ['abc', '900150983cd24fb0d6963f7d28e17f72'],
      ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
      ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
      ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
      ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
    ];
    for (const [text, expected] of suite) {
      it(`"${text}"`, () => assert.equal(digest(md5, new TextEncoder().encode(text)), expected));
    }
  });

  describe(`${name}: any bytes at all`, () => {
    const sizes = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 16_383, 16_384, 16_385, MiB, 4 * MiB, 4 * MiB + 1, 5 * MiB - 77];
    for (const size of sizes) {
      it(`have the digest that OpenSSL makes: ${size} of them`, () => assert.equal(digest(md5, pattern(size)), openssl(pattern(size))));
    }

    it('have the digest that OpenSSL makes, in whatever pieces they come', () =>
      fc.assert(
        fc.property(fc.uint8Array({maxLength: 300}), fc.array(fc.nat(300), {maxLength: 5}), (bytes, cuts) => {
          assert.equal(digest(md5, new Uint8Array(bytes), cuts), openssl(bytes));
        }),
      ));

    it('have it too when the pieces are large', () =>
      fc.assert(
        fc.property(fc.nat(600_000), fc.array(fc.nat(600_000), {maxLength: 5}), (size, cuts) => {
          const bytes = pattern(size);
          assert.equal(digest(md5, bytes, cuts), openssl(bytes));
        }),
        {numRuns: 30},
      ));
  });

  describe(`${name}: two digests in the making`, () => {
    it('do not get into each other', () => {
      const [one, other] = [md5(), md5()];
      for (let at = 0; at < 100; at += 1) {
        one.add(pattern(at));
        other.add(pattern(2 * at));
      }
      const all = (factor: number): Uint8Array => Buffer.concat(Array.from({length: 100}, (_, at) => pattern(factor * at)));
      assert.deepEqual([one.end(), other.end()], [openssl(all(1)), openssl(all(2))]);
    });

    it('may follow each other for ever', () => {
      for (let at = 0; at < 1000; at += 1) assert.equal(digest(md5, pattern(at)), openssl(pattern(at)));
    });
  });

  describe(`${name}: bytes that were added`, () => {
    it('stay as they were', () => {
      const bytes = new Uint8Array([1, 2, 3]);
      digest(md5, bytes);
      assert.deepEqual([...bytes], [1, 2, 3]);
    });

    it('may be changed at once', () => {
      const bytes = pattern(100);
      const one = md5();
      one.add(bytes);
      bytes.fill(0);
      assert.equal(one.end(), openssl(pattern(100)));
    });
  });
}

describe('code that is no module', () => {
  it('is refused', () => assert.rejects(wasmMd5(new Uint8Array([1, 2, 3])), WebAssembly.CompileError));
});
