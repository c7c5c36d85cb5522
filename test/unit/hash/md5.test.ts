import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {md5} from '../../../src/hash/md5.js';

const bytesOf = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;
const noPause = (): Promise<void> => Promise.resolve();

describe('the test suite of RFC 1321', () => {
  const suite: readonly [string, string][] = [
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ];
  for (const [text, digest] of suite) {
    it(`"${text}" in one go`, async () => assert.equal(await md5(bytesOf(text)), digest));
    it(`"${text}" with pauses`, async () => assert.equal(await md5(bytesOf(text), noPause), digest));
  }
});

describe('digesting with pauses', () => {
  const slice = 512 * 1024;

  for (const size of [0, 1, slice - 1, slice, slice + 1, 3 * slice + 77]) {
    it(`makes the digest that one go makes, of ${size} bytes`, async () => {
      const bytes = new Uint8Array(size).map((_, at) => at % 253).buffer;
      assert.equal(await md5(bytes, noPause), createHash('md5').update(new Uint8Array(bytes)).digest('hex'));
    });
  }

  it('pauses after every 512 KiB', async () => {
    let pauses = 0;
    await md5(new ArrayBuffer(4 * 1024 * 1024), async () => void (pauses += 1));
    assert.equal(pauses, 8);
  });

  it('stops where a pause throws', async () => {
    let pauses = 0;
    const stop = new Error('stop');
    const pause = async (): Promise<void> => {
      pauses += 1;
      if (pauses === 2) throw stop;
    };
    await assert.rejects(md5(new ArrayBuffer(4 * 1024 * 1024), pause), stop);
    assert.equal(pauses, 2);
  });

  it('leaves the bytes as they were', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await md5(bytes.buffer, noPause);
    assert.deepEqual([...bytes], [1, 2, 3]);
  });
});

describe('any bytes at all', () => {
  it('have the digest that OpenSSL makes', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({maxLength: 300}), async (bytes) => {
        assert.equal(await md5(new Uint8Array(bytes).buffer), createHash('md5').update(bytes).digest('hex'));
      }),
    ));
});
