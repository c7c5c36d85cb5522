import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Asked, Step} from '../../support/scripted-http.js';
import {
  completeOf,
  created,
  fileOf,
  htmlPage,
  MiB,
  never,
  openRequest,
  refusal,
  remote,
  scripted,
  statusOf,
} from '../../support/scripted-chunks.js';

const sizeOf = ({body}: Asked): number => (body instanceof Blob ? body.size : 0);
const lost = new UploadError('network', 'lost');
const slow = new UploadError('timeout', 'slow');

/** What opening comes to, by code when it fails, and the sizes of the bodies that were sent for it. */
async function outcomeOf(steps: readonly Step[], changes = {}): Promise<{outcome: string; bodies: number[]; status: number | undefined}> {
  const {http, protocol} = scripted(...steps);
  try {
    const {kind} = await protocol.open(openRequest(changes), never());
    return {outcome: kind, bodies: http.asked.map(sizeOf), status: undefined};
  } catch (error) {
    assert.ok(error instanceof UploadError, String(error));
    return {outcome: error.code, bodies: http.asked.map(sizeOf), status: error.status};
  }
}

describe('a creation that succeeds', () => {
  it('gives what must be remembered, what the server has, and how it wants its parts', async () => {
    const {protocol} = scripted(created({received: [[0, 262_144]]}));
    const opened = await protocol.open(openRequest(), never());
    assert.ok(opened.kind === 'open');
    const {random, ...rest} = opened.remote;
    assert.match(random, /^[0-9a-f]{16}$/);
    assert.deepEqual(rest, {url: 'https://server.test/uploads/abc', size: 20 * MiB, counter: 1});
    assert.deepEqual(opened.confirmed, [{start: 0, end: 262_144}]);
    assert.deepEqual(opened.parts, {min: 65_536, preferred: 8 * MiB, max: 64 * MiB, parallel: 3, align: 4 * MiB});
  });

  it('may confirm less than it was sent', async () => {
    const {protocol} = scripted(created({received: [[0, 100]]}));
    const opened = await protocol.open(openRequest(), never());
    assert.deepEqual(opened.kind === 'open' && opened.confirmed, [{start: 0, end: 100}]);
  });

  it('is done with when the whole file went along', async () => {
    const {protocol} = scripted({status: 200, body: completeOf({}, 5), headers: {Location: '/uploads/abc'}});
    const opened = await protocol.open(openRequest({file: fileOf(5)}), never());
    assert.ok(opened.kind === 'known');
    assert.deepEqual([opened.how, opened.result.verified, opened.result.digest], ['already-finished', 'digest', 'abcdef']);
  });

  it('makes a remote that survives being saved', async () => {
    const {protocol} = scripted(created());
    const opened = await protocol.open(openRequest(), never());
    assert.ok(opened.kind === 'open');
    assert.deepEqual(JSON.parse(JSON.stringify(opened.remote)), opened.remote);
  });
});

describe('a creation whose answer is lost', () => {
  it('is asked for once more with the same key and without bytes', async () => {
    const {http, protocol} = scripted(lost, created({received: [[0, 262_144]]}));
    const opened = await protocol.open(openRequest(), never());
    const [first, second] = http.asked;
    assert.equal(opened.kind, 'open');
    assert.equal(first?.headers?.['Idempotency-Key'], second?.headers?.['Idempotency-Key']);
    assert.deepEqual(http.asked.map(sizeOf), [262_144, 0]);
  });

  const unknown: readonly [string, Step][] = [
    ['has no whole answer', lost],
    ['takes too long', slow],
    ['is answered by a login page', htmlPage(200)],
    ['is answered with half a document', {status: 201, body: '{"size": 2', headers: {Location: '/uploads/abc'}}],
    ['does not say where the upload is', {status: 201, body: statusOf()}],
  ];
  for (const [what, step] of unknown) {
    it(`counts as lost when it ${what}`, async () => {
      assert.deepEqual(await outcomeOf([step, created()]), {outcome: 'open', bodies: [262_144, 0], status: undefined});
    });
  }

  it('is asked for once and not for ever', async () => {
    assert.deepEqual(await outcomeOf([lost, lost]), {outcome: 'network', bodies: [262_144, 0], status: undefined});
  });

  it('fails as "protocol" when a login page stands before everything', async () => {
    assert.deepEqual(await outcomeOf([htmlPage(200), htmlPage(200)]), {outcome: 'protocol', bodies: [262_144, 0], status: 200});
  });

  it('is not asked for when the upload was stopped meanwhile', async () => {
    const stop = new AbortController();
    const reason = new Error('paused');
    const {http, protocol} = scripted(() => {
      stop.abort(reason);
      return reason;
    });
    await assert.rejects(protocol.open(openRequest(), stop.signal), reason);
    assert.equal(http.asked.length, 1);
  });

  it('is found by a later run, that sends no bytes along', async () => {
    const repeated = {repeated: true};
    assert.deepEqual(await outcomeOf([{status: 200, body: statusOf(), headers: {Location: '/uploads/abc'}}], repeated), {
      outcome: 'open',
      bodies: [0],
      status: undefined,
    });
  });

  it('is not asked for twice by a later run', async () => {
    assert.deepEqual(await outcomeOf([lost], {repeated: true}), {outcome: 'network', bodies: [0], status: undefined});
  });
});

describe('a creation that is refused', () => {
  const codes: readonly [status: number, code: string][] = [
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'not-found'],
    [405, 'rejected'],
    [408, 'timeout'],
    [409, 'rejected'],
    [415, 'rejected'],
    [422, 'rejected'],
    [429, 'server-busy'],
    [500, 'server'],
    [502, 'server'],
    [503, 'server-busy'],
    [504, 'server'],
    [507, 'server'],
  ];
  for (const [status, code] of codes.filter(([refused]) => refused !== 408)) {
    it(`with ${status} fails as "${code}", and is not tried again`, async () => {
      assert.deepEqual(await outcomeOf([htmlPage(status)]), {outcome: code, bodies: [262_144], status});
    });
  }

  it('with 408 may have been done all the same, and is asked for', async () => {
    assert.deepEqual(await outcomeOf([htmlPage(408), created()]), {outcome: 'open', bodies: [262_144, 0], status: undefined});
  });

  it('with 410 has a key that is gone', async () => {
    assert.equal((await outcomeOf([refusal(410, 'gone')])).outcome, 'gone');
  });

  it('because the file is too large fails at once', async () => {
    assert.deepEqual(await outcomeOf([refusal(413, 'file-too-large')]), {outcome: 'too-large', bodies: [262_144], status: 413});
  });

  it('because a proxy takes no such body is made without bytes', async () => {
    assert.deepEqual(await outcomeOf([htmlPage(413), created()]), {outcome: 'open', bodies: [262_144, 0], status: undefined});
  });

  it('by a proxy that does not even take an empty body fails as "too-large"', async () => {
    assert.deepEqual(await outcomeOf([htmlPage(413), htmlPage(413)]), {outcome: 'too-large', bodies: [262_144, 0], status: 413});
  });

  it('because its bytes were damaged on their way goes on without them', async () => {
    const small = {file: fileOf(100)};
    const steps = [refusal(422, 'blocks-dropped', {received: [], blocks: [0]}), created({size: 100})];
    assert.deepEqual(await outcomeOf(steps, small), {outcome: 'open', bodies: [100, 0], status: undefined});
  });

  it('because its key belongs to another upload fails as "rejected"', async () => {
    assert.deepEqual(await outcomeOf([refusal(422, 'key-reused')]), {outcome: 'rejected', bodies: [262_144], status: 422});
  });

  it('because a newer one took over fails as "elsewhere"', async () => {
    assert.equal((await outcomeOf([refusal(409, 'superseded')])).outcome, 'elsewhere');
  });

  it('tells how long the server asks to wait', async () => {
    const {protocol} = scripted({status: 503, headers: {'Retry-After': '12'}});
    await assert.rejects(protocol.open(openRequest(), never()), {code: 'server-busy', retryAfter: 12_000});
  });
});

describe('where a creation says that the upload is', () => {
  const at = async (location: string | undefined, endpoint: string, from?: string): Promise<string> => {
    const {chunks} = await import('../../../src/protocols/chunks.js');
    const {ScriptedHttp} = await import('../../support/scripted-http.js');
    const headers: Record<string, string> = location === undefined ? {} : {Location: location};
    const answer = {status: 201, body: statusOf(), headers, ...(from === undefined ? {} : {url: from})};
    const http = new ScriptedHttp(answer, answer);
    try {
      const opened = await chunks({endpoint}, http).open(openRequest(), never());
      return opened.kind === 'open' ? opened.remote.url : opened.kind;
    } catch (error) {
      return error instanceof UploadError ? error.code : String(error);
    }
  };
  const home = 'https://server.test/uploads';
  const places: readonly [what: string, location: string | undefined, outcome: string][] = [
    ['a path', '/uploads/abc', 'https://server.test/uploads/abc'],
    ['a path relative to the endpoint', 'uploads/abc', 'https://server.test/uploads/abc'],
    ['a whole URL', 'https://server.test/elsewhere/abc', 'https://server.test/elsewhere/abc'],
    ['a URL without a scheme', '//server.test/uploads/abc', 'https://server.test/uploads/abc'],
    ['a query', '?id=abc', 'https://server.test/uploads?id=abc'],
    ['http, where a proxy speaks https before it', 'http://server.test/uploads/abc', 'https://server.test/uploads/abc'],
    ['nowhere', undefined, 'protocol'],
    ['an empty text', '', 'protocol'],
    ['no URL at all', 'http://[', 'protocol'],
    ['another host', 'https://evil.test/uploads/abc', 'protocol'],
    ['another host, without a scheme', '//evil.test/uploads/abc', 'protocol'],
    ['another port', 'https://server.test:8443/uploads/abc', 'protocol'],
    ['http at another host', 'http://evil.test/uploads/abc', 'protocol'],
    ['http at another port', 'http://server.test:8080/uploads/abc', 'protocol'],
    ['a script', 'javascript:alert(1)', 'protocol'],
    ['data', 'data:text/plain,abc', 'protocol'],
    ['a blob of the same origin', 'blob:https://server.test/0d2a7a5c-32ad-4d5c-b6a0-4d2b1a3a0b0c', 'protocol'],
    ['a file', 'file:///etc/passwd', 'protocol'],
  ];
  for (const [what, location, outcome] of places) {
    it(`may be ${what}: ${outcome}`, async () => {
      assert.equal(await at(location, home), outcome);
    });
  }

  it('is relative to where a redirect has led', async () => {
    assert.equal(await at('abc', home, 'https://server.test/v2/uploads/'), 'https://server.test/v2/uploads/abc');
  });

  it('is not on another origin because a redirect has led there', async () => {
    assert.equal(await at('/uploads/abc', home, 'https://evil.test/uploads'), 'protocol');
  });

  it('may be http at an endpoint that is http', async () => {
    assert.equal(await at('/uploads/abc', 'http://server.test:8080/uploads'), 'http://server.test:8080/uploads/abc');
  });

  it('is not made https at an endpoint that is http', async () => {
    assert.equal(await at('https://server.test/uploads/abc', 'http://server.test/uploads'), 'protocol');
  });

  it('says nothing of the query in the error', async () => {
    const {protocol} = scripted(...[1, 2].map(() => ({...created({}, 'https://evil.test/'), url: 'https://server.test/uploads?secret=1'})));
    await assert.rejects(protocol.open(openRequest(), never()), ({message}: Error) => !message.includes('secret'));
  });
});

describe('opening an upload that was saved', () => {
  const again = {saved: remote, repeated: true};

  it('gives what the server has now', async () => {
    const {protocol} = scripted({
      body: statusOf({
        received: [
          [0, 10],
          [20, 30],
        ],
      }),
    });
    const opened = await protocol.open(openRequest(again), never());
    assert.deepEqual(opened.kind === 'open' && opened.confirmed, [
      {start: 0, end: 10},
      {start: 20, end: 30},
    ]);
  });

  it('is over at once when it is complete', async () => {
    assert.equal((await outcomeOf([{body: completeOf()}], again)).outcome, 'known');
  });

  for (const status of [404, 410]) {
    it(`is "gone" with ${status}, and creates nothing by itself`, async () => {
      assert.deepEqual(await outcomeOf([htmlPage(status)], again), {outcome: 'gone', bodies: [0], status: undefined});
    });
  }

  it('fails as "protocol" when the size is another', async () => {
    assert.equal((await outcomeOf([{body: statusOf({size: 5})}], again)).outcome, 'protocol');
  });

  it('fails as "protocol" at a login page, and does not create another upload', async () => {
    assert.deepEqual(await outcomeOf([htmlPage(200)], again), {outcome: 'protocol', bodies: [0], status: 200});
  });

  it('fails as "network" when no answer comes, and does not create another upload', async () => {
    assert.deepEqual(await outcomeOf([lost], again), {outcome: 'network', bodies: [0], status: undefined});
  });

  it('fails as "unauthorized" with 401', async () => {
    assert.equal((await outcomeOf([htmlPage(401)], again)).outcome, 'unauthorized');
  });
});
