import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Challenge} from '../../../src/core/hasher-ports.js';
import type {ServerResult} from '../../../src/core/ports.js';
import type {ScriptedHttp, Step} from '../../support/scripted-http.js';
import {
  completeOf,
  created,
  htmlPage,
  MiB,
  never,
  openRequest,
  refusal,
  remote,
  scripted,
  statusOf,
} from '../../support/scripted-chunks.js';

const root = '5eb63bbbe01eeed093cb22bb8f5acdc3';
const size = 20 * MiB;
const nonce = 'ab'.repeat(16);
const challenge = (changes: Readonly<Record<string, unknown>> = {}): Step => ({body: {challenge: {nonce, blocks: [4, 0], ...changes}}});
const instant: Step = {body: completeOf({instant: true, digest: root})};

interface Claimed {
  readonly result: ServerResult | undefined;
  readonly http: ScriptedHttp;
  /** The challenges that had to be met. */
  readonly met: readonly Challenge[];
}

/** Claims a file of 20 MiB from a server that answers `steps`. */
async function claiming(...steps: Step[]): Promise<Claimed> {
  const {protocol, http} = scripted(...steps);
  const met: Challenge[] = [];
  const prove = async (challenge: Challenge): Promise<readonly string[]> => {
    met.push(challenge);
    return challenge.blocks.map((block) => `proof of ${block}`);
  };
  return {result: await protocol.claim?.({remote, root, size, prove}, never()), http, met};
}

const sent = ({asked}: ScriptedHttp): unknown[] => asked.map(({body}) => (typeof body === 'string' ? (JSON.parse(body) as unknown) : body));

describe('a claim', () => {
  it('names the file by its root and size, as JSON, at the URL of the upload', async () => {
    const {http} = await claiming(instant);
    assert.deepEqual([http.lines, sent(http)], [['POST /uploads/abc'], [{root, size}]]);
    assert.deepEqual(http.last.headers, {'Content-Type': 'application/json'});
  });

  it('waits for an answer no longer than any question', async () => {
    assert.equal((await claiming(instant)).http.last.timeout, 3_000);
  });

  it('that is granted gives the result, marked as instant', async () => {
    const {result} = await claiming(instant);
    assert.deepEqual([result?.instant, result?.digest, result?.verified], [true, root, 'digest']);
    assert.equal(result?.url, 'https://server.test/uploads/abc/content');
  });

  it('that finds the upload complete by its parts gives the result, not marked', async () => {
    assert.equal((await claiming({body: completeOf({digest: root})})).result?.instant, false);
  });

  it('finds nothing when the status says that bytes are missing', async () => {
    assert.equal((await claiming({body: statusOf()})).result, undefined);
  });
});

describe('a challenge', () => {
  it('is handed to those who can read the file, with the length of blocks', async () => {
    assert.deepEqual((await claiming(challenge(), instant)).met, [{nonce, blocks: [4, 0], blockSize: 4 * MiB}]);
  });

  it('is answered with the nonce and a digest for each block, in the order they were asked for', async () => {
    const {http} = await claiming(challenge(), instant);
    assert.deepEqual(sent(http)[1], {root, size, proof: {nonce, digests: ['proof of 4', 'proof of 0']}});
  });

  it('that is met gives the result', async () => {
    assert.equal((await claiming(challenge(), instant)).result?.instant, true);
  });

  it('gives the server time to read its blocks', async () => {
    assert.equal((await claiming(challenge(), instant)).http.last.timeout, 30_000);
  });

  it('after a challenge is one too many', async () => {
    const {result, http} = await claiming(challenge(), challenge());
    assert.deepEqual([result, http.asked.length], [undefined, 2]);
  });

  it('fails as proving fails, and nothing more is sent', async () => {
    const {protocol, http} = scripted(challenge());
    const prove = (): Promise<never> => Promise.reject(new UploadError('file-changed', 'It is another file.'));
    await assert.rejects(async () => protocol.claim?.({remote, root, size, prove}, never()), {code: 'file-changed'});
    assert.equal(http.asked.length, 1);
  });

  const nonsense: Readonly<Record<string, unknown>>[] = [
    {nonce: 7},
    {nonce: 'AB'.repeat(16)},
    {nonce: 'ab'.repeat(15)},
    {nonce: `${'ab'.repeat(16)}a`},
    {nonce: 'ab'.repeat(65)},
    {blocks: 'all'},
    {blocks: []},
    {blocks: [5]},
    {blocks: [-1]},
    {blocks: [1.5]},
    {blocks: ['1']},
    {blocks: Array.from({length: 21}, () => 0)},
  ];
  for (const changes of nonsense) {
    it(`is not taken up when it makes no sense: ${JSON.stringify(changes).slice(0, 60)}`, async () => {
      const {result, met, http} = await claiming(challenge(changes));
      assert.deepEqual([result, met, http.asked.length], [undefined, [], 1]);
    });
  }
});

describe('a server that has nothing for us', () => {
  const noes: readonly (readonly [what: string, Step])[] = [
    ['does not know the file', refusal(404, 'no-such-file')],
    ['has lost the upload', refusal(404, 'unknown')],
    ['has an upload that is gone', refusal(410, 'gone')],
    ['does not know what a claim is', htmlPage(404)],
    ['has no such method', refusal(405, 'method')],
    ['has not built it', htmlPage(501)],
    ['takes no JSON', htmlPage(415)],
    ['cannot read it', refusal(400, 'bad-request')],
    ['refuses the proof', refusal(403, 'proof-refused')],
    ['has another size', refusal(409, 'size-differs')],
    ['takes too long', new UploadError('timeout', 'slow')],
  ];
  for (const [what, step] of noes) {
    it(`gives no result, and no failure: it ${what}`, async () => {
      assert.equal((await claiming(step)).result, undefined);
    });

    it(`gives none after the proof either: it ${what}`, async () => {
      assert.equal((await claiming(challenge(), step)).result, undefined);
    });
  }
});

describe('a claim that gets no answer that helps', () => {
  const failures: readonly (readonly [what: string, Step, code: string])[] = [
    ['a login page', htmlPage(200), 'protocol'],
    ['a status of another file', {body: completeOf({}, 1)}, 'protocol'],
    ['401', htmlPage(401), 'unauthorized'],
    ["403 that is not the proof's", refusal(403, 'forbidden'), 'unauthorized'],
    ['408', htmlPage(408), 'timeout'],
    ['429', htmlPage(429), 'server-busy'],
    ['500', htmlPage(500), 'server'],
    ['503', htmlPage(503), 'server-busy'],
    ['507', refusal(507, 'storage-full'), 'server'],
    ['no answer', new UploadError('network', 'lost'), 'network'],
    ['an answer from another origin', {url: 'https://elsewhere.test/', body: completeOf()}, 'protocol'],
  ];
  for (const [what, step, code] of failures) {
    it(`fails as any request does, as "${code}": ${what}`, async () => {
      await assert.rejects(claiming(step), {code});
    });
  }

  it('rejects with the reason of a signal that is aborted already', async () => {
    const {protocol, http} = scripted(instant);
    const reason = new Error('stopped');
    await assert.rejects(async () => protocol.claim?.({remote, root, size, prove: async () => []}, AbortSignal.abort(reason)), reason);
    assert.equal(http.asked.length, 0);
  });
});

describe('a creation whose root is known already', () => {
  it('tells it', async () => {
    const {protocol, http} = scripted(created());
    await protocol.open(openRequest({root}), never());
    assert.equal(http.last.headers?.['Upload-Root'], root);
  });

  it('tells it again when it is repeated', async () => {
    const {protocol, http} = scripted(new UploadError('network', 'lost'), created());
    await protocol.open(openRequest({root}), never());
    assert.deepEqual(
      http.asked.map(({headers}) => headers?.['Upload-Root']),
      [root, root],
    );
  });

  it('hears that a claim would find something', async () => {
    const opened = await scripted(created({known: true})).protocol.open(openRequest({root}), never());
    assert.equal(opened.kind === 'open' && opened.known, true);
  });

  for (const known of [false, 'true', 1, null]) {
    it(`hears nothing when the server says ${JSON.stringify(known)}`, async () => {
      const opened = await scripted(created({known})).protocol.open(openRequest({root}), never());
      assert.equal('known' in opened, false);
    });
  }

  it('says nothing of a root that is not known', async () => {
    const {protocol, http} = scripted(created());
    await protocol.open(openRequest(), never());
    assert.equal('Upload-Root' in (http.last.headers ?? {}), false);
  });
});
