import {framed} from './framed.js';
import {expect} from '@open-wc/testing';
import {builtText} from './built.js';

interface Outcome {
  readonly source: string;
  readonly engine: string;
  readonly digests: readonly string[];
}

/** 2 MiB of the byte 7, digested in a page of its own that has a policy, before and after the fast engine was offered. */
async function under(policy: string, kind: 'module-worker' | 'blob-worker'): Promise<Outcome> {
  const text = JSON.stringify(await builtText()).replaceAll('</', '<\\/');
  return framed<Outcome>(`<!doctype html>
    <meta http-equiv="Content-Security-Policy" content="script-src ${location.origin} 'unsafe-inline' ${policy}; worker-src ${location.origin} blob:">
    <script type="module">
      const [{WorkerHasher}, {rungs}, {thisThread}, {md5Wasm}] = await Promise.all(
        ['/src/hash/worker-hasher.js', '/src/hash/spawn.js', '/src/hash/this-thread.js', '/dist/hash/md5-wasm.js'].map((url) => import(url)));
      const code = async () => Uint8Array.from(atob(md5Wasm), (char) => char.charCodeAt(0));
      const ladder = rungs({}, async () => ${text}).filter(({source}) => source === '${kind}');
      const hasher = new WorkerHasher(ladder, {}, {code, thisThread: async () => thisThread});
      const blob = new Blob([new Uint8Array(2 * 1024 * 1024).fill(7)]);
      const digests = [];
      const once = () => hasher.blocks(blob, {start: 0, end: blob.size}, blob.size, (_, one) => digests.push(one), new AbortController().signal);
      for (let turn = 0; turn < 20 && (turn < 3 || hasher.engine !== 'wasm'); turn += 1) await once();
      await once();
      const {source, engine} = hasher;
      hasher.close();
      parent.postMessage({source, engine, digests}, '*');
    </script>`);
}

/** MD5 of these 2 MiB, made with OpenSSL. */
const right = '02be6fa5865787ef074eefff70bacd33';

describe('a page whose policy', () => {
  const rows = [
    ['allows WebAssembly: a Blob worker', "'wasm-unsafe-eval'", 'blob-worker', 'wasm'],
    ['forbids WebAssembly: a Blob worker, which has the same policy,', '', 'blob-worker', 'spark-md5'],
    ['forbids WebAssembly: a worker with a URL, which has a policy of its own,', '', 'module-worker', 'wasm'],
  ] as const;
  for (const [title, policy, kind, engine] of rows) {
    it(`${title} digests by ${engine}, and the digests are the same`, async () => {
      const outcome = await under(policy, kind);
      expect(outcome.source).to.equal(kind);
      expect(outcome.engine).to.equal(engine);
      expect([...new Set(outcome.digests)]).to.deep.equal([right]);
    });
  }
});
