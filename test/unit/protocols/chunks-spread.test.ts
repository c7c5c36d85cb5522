import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Opened, OpenRequest} from '../../../src/core/ports.js';
import type {ChunksRemote} from '../../../src/protocols/chunks.js';
import type {Asked, Step} from '../../support/scripted-http.js';
import {
  completeOf,
  created,
  easyDigests,
  endpoint,
  fileOf,
  htmlPage,
  key,
  MiB,
  never,
  opening,
  openRequest,
  refusal,
  scripted,
  statusOf,
} from '../../support/scripted-chunks.js';

const share = 12_288;
const spread: Partial<OpenRequest> = {carry: 4 * share, spread: 4};

/** The answer to bytes beside a creation, after which the server has so many of them. */
const has = (...received: readonly (readonly [number, number])[]): Step => ({status: 200, body: statusOf({received})});

const all: readonly Step[] = [created({received: [[0, share]]}), has([0, 2 * share]), has([0, 3 * share]), has([0, 4 * share])];

const confirmedBy = (opened: Opened<ChunksRemote>) => opened.kind === 'open' && opened.confirmed;

/** Opens an upload whose creation is spread, and gives what was asked. */
async function asked(changes: Partial<OpenRequest> = {}, steps = all): Promise<readonly Asked[]> {
  const {http, protocol} = scripted(...steps);
  await protocol.open(openRequest({...spread, ...changes}), never());
  return http.asked;
}

describe('a creation that is spread over four requests', () => {
  it('is one POST and three PUTs to the endpoint', async () => {
    assert.deepEqual(
      (await asked()).map(({method, url}) => [method, url]),
      ['POST', 'PUT', 'PUT', 'PUT'].map((method) => [method, endpoint]),
    );
  });

  it('gives each its share of the first bytes', async () => {
    const ranges = (await asked()).map(({headers, body}) => [headers?.['Content-Range'], body instanceof Blob && body.size]);
    assert.deepEqual(ranges, [
      [undefined, share],
      [`bytes ${share}-${2 * share - 1}/${20 * MiB}`, share],
      [`bytes ${2 * share}-${3 * share - 1}/${20 * MiB}`, share],
      [`bytes ${3 * share}-${4 * share - 1}/${20 * MiB}`, share],
    ]);
  });

  it('says in each what a server needs to create the upload, and the same writer', async () => {
    const requests = await asked();
    const about = (name: string) => new Set(requests.map(({headers}) => headers?.[name]));
    assert.deepEqual([...about('Idempotency-Key')], [`"${key}"`]);
    assert.deepEqual([...about('Upload-Length')], [String(20 * MiB)]);
    assert.deepEqual([...about('Upload-Digest')], ['md5']);
    assert.deepEqual([about('Upload-Metadata').size, about('Upload-Writer').size], [1, 1]);
  });

  it('names the root in the creation only: nothing else is answered whether it is known', async () => {
    const requests = await asked({root: 'abc'});
    assert.deepEqual(
      requests.map(({headers}) => headers?.['Upload-Root']),
      ['abc', undefined, undefined, undefined],
    );
  });

  it('has as long for each as all of the bytes may take: they share the line', async () => {
    assert.deepEqual(
      (await asked()).map(({timeout}) => timeout),
      [1, 1, 1, 1].map(() => 10_000 + 4 * share),
    );
  });

  it('has confirmed what all of the answers tell, in whatever order the server took them', async () => {
    const {protocol} = scripted(created({received: [[0, 4 * share]]}), has([2 * share, 3 * share]), has([share, 4 * share]), has());
    assert.deepEqual(confirmedBy(await protocol.open(openRequest(spread), never())), [{start: 0, end: 4 * share}]);
  });

  it('has not confirmed what no answer tells', async () => {
    const {protocol} = scripted(created({received: [[0, share]]}), has([0, 100]), has([2 * share, 3 * share]), has());
    assert.deepEqual(confirmedBy(await protocol.open(openRequest(spread), never())), [
      {start: 0, end: share},
      {start: 2 * share, end: 3 * share},
    ]);
  });

  it('tells how many bytes of all of them were sent', async () => {
    const told: number[] = [];
    const send =
      (bytes: number, step: Step): Step =>
      (request) => {
        request.onSent?.(bytes);
        return typeof step === 'function' ? step(request) : step;
      };
    await asked(
      {onSent: (bytes) => void told.push(bytes)},
      all.map((step, at) => send(at === 3 ? share / 2 : share, step)),
    );
    assert.deepEqual(told, [share, 2 * share, 3 * share, 3.5 * share]);
  });

  it('lets the shares be unequal where they do not come out even', async () => {
    const sizes = (await asked({carry: 10})).map(({body}) => body instanceof Blob && body.size);
    assert.deepEqual(sizes, [3, 3, 3, 1]);
  });

  it('makes no more requests than there are bytes', async () => {
    assert.equal((await asked({carry: 2})).length, 2);
  });
});

describe('a creation is not spread', () => {
  const together: readonly (readonly [when: string, changes: Partial<OpenRequest>])[] = [
    ['when all of a file goes along', {file: fileOf(40_000), carry: 40_000}],
    ['when nothing goes along', {carry: 0}],
    ['when a block goes along whole, whose digest has to', {digests: easyDigests('md5', 32_768)}],
    ['when it is repeated', {repeated: true}],
    ['where nobody has said that it may be', {spread: 1}],
  ];
  for (const [when, changes] of together) {
    it(when, async () => {
      const size = changes.file?.size ?? 20 * MiB;
      assert.equal((await asked(changes, [created({size})])).length, 1);
    });
  }
});

describe('a creation that is spread, of which a request', () => {
  const lost = new UploadError('network', 'lost');
  const [creation = {}, second = {}, third = {}, fourth = {}] = all;
  const share4 = [share, share, share, share];
  const again = created({received: [[0, share]]});

  for (const [what, step] of [
    ['has no answer', lost],
    ['is answered by a login page', htmlPage(200)],
    ['is answered of another file', {status: 200, body: statusOf({size: 5})}],
  ] as const) {
    it(`${what} is asked for once more, without bytes`, async () => {
      assert.deepEqual(await opening([creation, second, step, fourth, again], spread), {
        ...{outcome: 'open', bodies: [...share4, 0], status: undefined},
      });
    });
  }

  const failures: readonly (readonly [what: string, status: number, code: string])[] = [
    ['finds that the server is busy', 503, 'server-busy'],
    ['finds the server broken', 500, 'server'],
    ['is not permitted', 401, 'unauthorized'],
    ['finds the storage full', 507, 'server'],
  ];
  for (const [what, status, code] of failures) {
    it(`${what} fails, and nothing more is sent`, async () => {
      const steps = [creation, second, {status}, fourth];
      assert.deepEqual(await opening(steps, spread), {outcome: code, bodies: share4, status});
    });
  }

  it('is told that the upload goes on in another place fails so', async () => {
    const steps = [creation, second, refusal(409, 'superseded'), fourth];
    assert.deepEqual(await opening(steps, spread), {outcome: 'elsewhere', bodies: share4, status: 409});
  });

  for (const status of [403, 404, 405]) {
    it(`meets somebody on the way who refuses it (${status}) has only its own bytes sent again`, async () => {
      const {protocol} = scripted(creation, second, {status}, {status});
      assert.deepEqual(confirmedBy(await protocol.open(openRequest(spread), never())), [{start: 0, end: 2 * share}]);
    });
  }

  it('is refused like the creation fails like that', async () => {
    assert.equal((await opening([{status: 403}, {status: 403}, {status: 403}, {status: 403}], spread)).outcome, 'unauthorized');
  });

  it('finds the upload gone leaves it to the creation to say so', async () => {
    const gone = refusal(410, 'gone');
    assert.equal((await opening([gone, gone, gone, gone], spread)).outcome, 'gone');
  });

  it('finds it complete leaves it to the creation to say so', async () => {
    const complete: Step = {status: 200, body: completeOf(), headers: {Location: '/uploads/abc'}};
    assert.equal((await opening([complete, complete, complete, complete], spread)).outcome, 'known');
  });

  it('was too long for a proxy is asked for without bytes', async () => {
    const steps = [{status: 413}, second, third, fourth, again];
    assert.deepEqual(await opening(steps, spread), {outcome: 'open', bodies: [...share4, 0], status: undefined});
  });

  it('was stopped ends the others with it', async () => {
    const stop = new AbortController();
    const reason = new Error('paused');
    const {http, protocol} = scripted(creation, second, third, () => {
      stop.abort(reason);
      return reason;
    });
    await assert.rejects(protocol.open(openRequest(spread), stop.signal), reason);
    assert.equal(http.asked.length, 4);
  });
});
