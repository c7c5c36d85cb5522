import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Step} from '../../support/scripted-http.js';
import {
  completeOf,
  created,
  fileOf,
  htmlPage,
  MiB,
  never,
  opening,
  openRequest,
  refusal,
  scripted,
  statusOf,
} from '../../support/scripted-chunks.js';

const lost = new UploadError('network', 'lost');
const slow = new UploadError('timeout', 'slow');

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
    assert.deepEqual(
      http.asked.map(({body}) => (body instanceof Blob ? body.size : 0)),
      [262_144, 0],
    );
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
      assert.deepEqual(await opening([step, created()]), {outcome: 'open', bodies: [262_144, 0], status: undefined});
    });
  }

  it('is asked for once and not for ever', async () => {
    assert.deepEqual(await opening([lost, lost]), {outcome: 'network', bodies: [262_144, 0], status: undefined});
  });

  it('fails as "protocol" when a login page stands before everything', async () => {
    assert.deepEqual(await opening([htmlPage(200), htmlPage(200)]), {outcome: 'protocol', bodies: [262_144, 0], status: 200});
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
    assert.deepEqual(await opening([{status: 200, body: statusOf(), headers: {Location: '/uploads/abc'}}], repeated), {
      outcome: 'open',
      bodies: [0],
      status: undefined,
    });
  });

  it('is not asked for twice by a later run', async () => {
    assert.deepEqual(await opening([lost], {repeated: true}), {outcome: 'network', bodies: [0], status: undefined});
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
      assert.deepEqual(await opening([htmlPage(status)]), {outcome: code, bodies: [262_144], status});
    });
  }

  it('with 408 may have been done all the same, and is asked for', async () => {
    assert.deepEqual(await opening([htmlPage(408), created()]), {outcome: 'open', bodies: [262_144, 0], status: undefined});
  });

  it('with 410 has a key that is gone', async () => {
    assert.equal((await opening([refusal(410, 'gone')])).outcome, 'gone');
  });

  it('because the file is too large fails at once', async () => {
    assert.deepEqual(await opening([refusal(413, 'file-too-large')]), {outcome: 'too-large', bodies: [262_144], status: 413});
  });

  it('because a proxy takes no such body is made without bytes', async () => {
    assert.deepEqual(await opening([htmlPage(413), created()]), {outcome: 'open', bodies: [262_144, 0], status: undefined});
  });

  it('by a proxy that does not even take an empty body fails as "too-large"', async () => {
    assert.deepEqual(await opening([htmlPage(413), htmlPage(413)]), {outcome: 'too-large', bodies: [262_144, 0], status: 413});
  });

  it('because its bytes were damaged on their way goes on without them', async () => {
    const small = {file: fileOf(100)};
    const steps = [refusal(422, 'blocks-dropped', {received: [], blocks: [0]}), created({size: 100})];
    assert.deepEqual(await opening(steps, small), {outcome: 'open', bodies: [100, 0], status: undefined});
  });

  it('because its key belongs to another upload fails as "rejected"', async () => {
    assert.deepEqual(await opening([refusal(422, 'key-reused')]), {outcome: 'rejected', bodies: [262_144], status: 422});
  });

  it('because a newer one took over fails as "elsewhere"', async () => {
    assert.equal((await opening([refusal(409, 'superseded')])).outcome, 'elsewhere');
  });

  it('tells how long the server asks to wait', async () => {
    const {protocol} = scripted({status: 503, headers: {'Retry-After': '12'}});
    await assert.rejects(protocol.open(openRequest(), never()), {code: 'server-busy', retryAfter: 12_000});
  });
});
