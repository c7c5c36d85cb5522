import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Json, Sent} from '../../../src/core/ports.js';
import type {Step} from '../../support/scripted-http.js';
import {completeOf, htmlPage, MiB, never, refusal, scripted, sendRequest, statusOf} from '../../support/scripted-chunks.js';

const whole: Json = [[4 * MiB, 12 * MiB]];

const sentWith = (step: Step): Promise<Sent> => scripted(step).protocol.send(sendRequest(), never());

/** The code that sending fails with. */
const codeOf = (step: Step): Promise<string> =>
  sentWith(step).then(
    ({kind}) => `no failure but "${kind}"`,
    (error: unknown) => (error instanceof UploadError ? error.code : String(error)),
  );

describe('a part that is taken', () => {
  it('is kept', async () => {
    const sent = await sentWith({body: statusOf({received: whole})});
    assert.deepEqual(sent, {kind: 'kept', confirmed: [{start: 4 * MiB, end: 12 * MiB}]});
  });

  it('may bring the news of others', async () => {
    const sent = await sentWith({
      body: statusOf({
        received: [
          [0, 3],
          [4 * MiB, 13 * MiB],
        ],
      }),
    });
    assert.deepEqual(sent, {
      kind: 'kept',
      confirmed: [
        {start: 0, end: 3},
        {start: 4 * MiB, end: 13 * MiB},
      ],
    });
  });

  it('brings the result when it was the last', async () => {
    const sent = await sentWith({body: completeOf()});
    assert.ok(sent.kind === 'done');
    assert.deepEqual([sent.result.url, sent.result.digest], ['https://server.test/uploads/abc/content', 'abcdef']);
  });

  it('is not called kept by a status that lacks a byte of it', async () => {
    for (const received of [[], [[4 * MiB, 12 * MiB - 1]], [[4 * MiB + 1, 12 * MiB]], [[0, 1]]]) {
      assert.equal(await codeOf({body: statusOf({received})}), 'protocol');
    }
  });

  it('is not called kept by a status of another file', async () => {
    assert.equal(await codeOf({body: statusOf({received: whole, size: 20 * MiB + 1})}), 'protocol');
  });

  it('is not called done by "complete" of another file', async () => {
    assert.equal(await codeOf({body: completeOf({}, 5)}), 'protocol');
  });

  it('is not called done by "complete" without a result', async () => {
    assert.equal(await codeOf({body: {...completeOf(), result: null}}), 'protocol');
  });
});

describe('an answer of success that is none', () => {
  const answers: Readonly<Record<string, Step>> = {
    'a login page': htmlPage(200),
    nothing: {status: 200},
    'half a document': {status: 200, body: '{"size": 20971520, "rec'},
    'a list': {status: 200, body: []},
    'a text in quotes': {status: 200, body: '"done"'},
    null: {status: 200, body: 'null'},
    '201': {status: 201, body: statusOf({received: whole})},
    '202': {status: 202},
    '204': {status: 204},
    '206': {status: 206, body: statusOf({received: whole})},
    '304': {status: 304},
  };
  for (const [what, step] of Object.entries(answers)) {
    it(`fails as "protocol": ${what}`, async () => {
      assert.equal(await codeOf(step), 'protocol');
    });
  }
});

describe('a part that is refused by whoever stands before the server', () => {
  const codes: readonly [status: number, code: string][] = [
    [400, 'rejected'],
    [401, 'unauthorized'],
    [402, 'rejected'],
    [403, 'unauthorized'],
    [405, 'rejected'],
    [407, 'rejected'],
    [408, 'timeout'],
    [411, 'rejected'],
    [415, 'rejected'],
    [422, 'rejected'],
    [429, 'server-busy'],
    [431, 'rejected'],
    [451, 'rejected'],
    [500, 'server'],
    [501, 'server'],
    [502, 'server'],
    [503, 'server-busy'],
    [504, 'server'],
    [507, 'server'],
    [520, 'server'],
  ];
  for (const [status, code] of codes) {
    it(`with ${status} fails as "${code}" and names the status`, async () => {
      await assert.rejects(sentWith(htmlPage(status)), {code, status});
    });
  }

  it('with 413 is too large, which the run can put right', async () => {
    const sent = await sentWith(htmlPage(413));
    assert.ok(sent.kind === 'too-large');
    assert.deepEqual([sent.error.code, sent.error.status], ['too-large', 413]);
  });

  for (const status of [404, 410]) {
    it(`with ${status} is "gone", which the run can put right`, async () => {
      assert.deepEqual(await sentWith(htmlPage(status)), {kind: 'gone'});
    });
  }

  it('with 409 and no words is a conflict', async () => {
    const sent = await sentWith(htmlPage(409));
    assert.deepEqual([sent.kind, sent.kind === 'conflict' && sent.error.code], ['conflict', 'protocol']);
  });
});

describe('a part that the server refuses', () => {
  it('is too large for it', async () => {
    assert.equal((await sentWith(refusal(413, 'part-too-large', {received: []}))).kind, 'too-large');
  });

  it('fails as "elsewhere" when a newer writer has taken over', async () => {
    await assert.rejects(sentWith(refusal(409, 'superseded', {received: []})), {code: 'elsewhere', status: 409});
  });

  it('fails as "rejected" when the upload has another size', async () => {
    await assert.rejects(sentWith(refusal(409, 'size-differs', {received: []})), {code: 'rejected', status: 409});
  });

  it('is a conflict for any other reason that the server may find', async () => {
    assert.equal((await sentWith(refusal(409, 'something-new', {received: []}))).kind, 'conflict');
  });

  it('fails as "rejected" when digests are missing', async () => {
    await assert.rejects(sentWith(refusal(400, 'blocks-required')), {code: 'rejected', status: 400});
  });

  it('says in the error what the server said', async () => {
    await assert.rejects(sentWith(refusal(400, 'bad-request')), /HTTP 400 \(For a reason\.\)/);
  });

  it('tells how long to wait', async () => {
    await assert.rejects(sentWith({status: 429, headers: {'Retry-After': '3'}}), {code: 'server-busy', retryAfter: 3_000});
  });
});
