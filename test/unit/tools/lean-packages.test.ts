import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {rollup, type Plugin} from 'rollup';
import SparkMD5 from 'spark-md5';
import {leanComlink, leanSparkMd5} from '../../../tools/lean-packages.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a build makes of a module; `changed`: its text before the plugin sees it. */
async function built(path: string, plugin: Plugin, changed: (code: string) => string = (code) => code): Promise<string> {
  const first: Plugin = {name: 'changed', transform: (code) => ({code: changed(code), map: null})};
  const bundle = await rollup({input: `${root}/${path}`, plugins: [first, plugin], logLevel: 'silent'});
  const {output} = await bundle.generate({format: 'es'});
  await bundle.close();
  return output[0].code;
}

const loaded = <T>(code: string): Promise<T> => import(`data:text/javascript,${encodeURIComponent(code)}`) as Promise<T>;

describe('spark-md5 as it is built', () => {
  const code = built('node_modules/spark-md5/spark-md5.js', leanSparkMd5());
  const lean = async (): Promise<typeof SparkMD5> => (await loaded<{default: typeof SparkMD5}>(await code)).default;
  const bytes = (length: number): ArrayBuffer => Uint8Array.from({length}, (_, at) => (at * 31) % 256).buffer;

  for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1_000, 65_536]) {
    it(`makes the digest of ${length} bytes`, async () => {
      const {ArrayBuffer: Lean} = await lean();
      assert.equal(new Lean().append(bytes(length)).end(), SparkMD5.ArrayBuffer.hash(bytes(length)));
    });
  }

  it('makes it of pieces of any length', async () => {
    const digest = new (await lean()).ArrayBuffer();
    for (const length of [1, 63, 64, 7, 200]) digest.append(bytes(length));
    const all = Buffer.concat([1, 63, 64, 7, 200].map((length) => Buffer.from(bytes(length))));
    assert.equal(digest.end(), SparkMD5.ArrayBuffer.hash(Uint8Array.from(all).buffer));
  });

  it('can be used again after a digest', async () => {
    const digest = new (await lean()).ArrayBuffer();
    digest.append(bytes(100)).end();
    assert.equal(digest.append(bytes(9)).end(), SparkMD5.ArrayBuffer.hash(bytes(9)));
  });

  it('has nothing for strings', async () => assert.doesNotMatch(await code, /unescape|encodeURIComponent|hashBinary/));
});

describe('Comlink as it is built', () => {
  const path = 'node_modules/comlink/dist/esm/comlink.mjs';
  interface Lean {
    readonly transferHandlers: ReadonlyMap<string, unknown>;
    expose(thing: unknown, port: unknown): void;
    wrap(port: unknown): {sum(...numbers: number[]): Promise<number>; fail(): Promise<void>; readonly size: Promise<number>};
  }

  it('knows no functions as values, and still errors', async () => {
    const {transferHandlers} = await loaded<Lean>(await built(path, leanComlink()));
    assert.deepEqual([...transferHandlers.keys()], ['throw']);
  });

  it('calls over a port, and hears of what is thrown', async () => {
    const {expose, wrap} = await loaded<Lean>(await built(path, leanComlink()));
    const {port1, port2} = new MessageChannel();
    const fail = (): never => {
      throw new RangeError('no');
    };
    expose({sum: (...numbers: number[]) => numbers.reduce((all, one) => all + one, 0), fail, size: 3}, port1);
    const there = wrap(port2);
    assert.deepEqual([await there.sum(1, 2, 3), await there.size], [6, 3]);
    await assert.rejects(there.fail(), {name: 'RangeError', message: 'no'});
    port1.close();
  });

  it('cannot be built when it has changed: nobody would notice that nothing is left out', async () => {
    const other = (code: string): string => code.replace('["proxy", proxyTransferHandler]', '["proxy",proxyTransferHandler]');
    await assert.rejects(built(path, leanComlink(), other), /Comlink has changed/);
  });
});
