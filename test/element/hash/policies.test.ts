import {framed} from './framed.js';
import {expect} from '@open-wc/testing';
import {builtText} from './built.js';

interface Outcome {
  readonly source: string;
  readonly why: readonly string[];
  readonly digest: string;
}

/** The page's own origin is named, because Firefox takes 'self' for nothing in a page made of text. Digests "abc" in a page of its own that has a content security policy, and says how it went. */
async function under(policy: string): Promise<Outcome> {
  const text = JSON.stringify(await builtText()).replaceAll('</', '<\\/');
  return framed<Outcome>(`<!doctype html>
    <meta http-equiv="Content-Security-Policy" content="script-src ${location.origin} 'unsafe-inline'; ${policy}">
    <script type="module">
      const [{WorkerHasher}, {rungs}] = await Promise.all([import('/src/hash/worker-hasher.js'), import('/src/hash/spawn.js')]);
      const hasher = new WorkerHasher(rungs({}, async () => ${text}));
      let digest = '';
      await hasher.blocks(new Blob(['abc']), {start: 0, end: 3}, 3, (_, one) => (digest = one), new AbortController().signal);
      const {source, why} = hasher;
      hasher.close();
      parent.postMessage({source, why, digest}, '*');
    </script>`);
}

describe('a page whose policy', () => {
  const rows: readonly [string, string, string, readonly RegExp[]][] = [
    ['allows its own workers', `worker-src ${location.origin}`, 'module-worker', []],
    ['allows Blob workers only', 'worker-src blob:', 'blob-worker', [/^module-worker: ./]],
    ['allows no workers', "worker-src 'none'", 'this-thread', [/^module-worker: ./, /^blob-worker: ./]],
    ['asks for Trusted Types and allows ours', "require-trusted-types-for 'script'; trusted-types chunk-uploader", 'module-worker', []],
    [
      'asks for Trusted Types and allows none',
      "require-trusted-types-for 'script'; trusted-types 'none'",
      'this-thread',
      [/^module-worker: ./, /^blob-worker: ./],
    ],
  ];
  for (const [title, policy, source, why] of rows) {
    it(`${title}: digests by ${source}`, async () => {
      const outcome = await under(policy);
      expect(outcome.source).to.equal(source);
      expect(outcome.digest).to.equal('900150983cd24fb0d6963f7d28e17f72');
    });

    it(`${title}: says why not by the ways before`, async () => {
      const outcome = await under(policy);
      expect(outcome.why).to.have.length(why.length);
      why.forEach((pattern, at) => expect(outcome.why[at]).to.match(pattern));
    });
  }
});
