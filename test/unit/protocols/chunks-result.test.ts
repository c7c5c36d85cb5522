import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Json, ServerResult} from '../../../src/core/ports.js';
import {readStatus, refusalFor, toAnswer, type ChunksStatus} from '../../../src/protocols/chunks-status.js';
import {completeOf, MiB, statusOf} from '../../support/scripted-chunks.js';
import {replyOf} from '../../support/scripted-http.js';

const size = 20 * MiB;

const read = (body: unknown): ChunksStatus => readStatus(replyOf({body}), size, 4 * MiB);

function resultIn(changes: Readonly<Record<string, Json>>): ServerResult {
  const status = read(completeOf(changes));
  assert.ok(status.complete);
  return status.result;
}

function refusedIn(refused: Json): string | undefined {
  const status = read(statusOf({refused}));
  assert.ok(!status.complete);
  return status.refused?.code;
}

describe('the result of a complete upload', () => {
  it('has the digest in lower case, and is verified by it', () => {
    const {digest, verified, instant} = resultIn({digest: 'D41D8CD98F'});
    assert.deepEqual([digest, verified, instant], ['d41d8cd98f', 'digest', false]);
  });

  for (const digest of [null, 5, ['x']]) {
    it(`is verified by its length only when its digest is ${JSON.stringify(digest)}`, () => {
      const result = resultIn({digest});
      assert.deepEqual([result.digest, result.verified], [null, 'length']);
    });
  }

  const urls: readonly [Json, string | null][] = [
    ['/uploads/1/content', 'https://server.test/uploads/1/content'],
    ['content', 'https://server.test/uploads/content'],
    ['https://cdn.test/a', 'https://cdn.test/a'],
    ['http://cdn.test/a', 'http://cdn.test/a'],
    [null, null],
    [5, null],
    ['http://[', null],
    ['javascript:alert(1)', null],
    ['data:text/html,<script>', null],
    ['blob:https://server.test/1', null],
    ['file:///etc/passwd', null],
  ];
  for (const [url, expected] of urls) {
    it(`is at ${expected} when its URL is ${JSON.stringify(url)}`, () => {
      assert.equal(resultIn({url}).url, expected);
    });
  }

  it('keeps whatever else the server said', () => {
    const {server} = resultIn({thumbnail: '/thumb/1'});
    assert.equal((server as {thumbnail: string}).thumbnail, '/thumb/1');
  });

  for (const result of [null, 5, 'done', []]) {
    it(`is none when it is ${JSON.stringify(result)}`, () => {
      assert.throws(() => read({...completeOf(), result}), {code: 'protocol'});
    });
  }

  it('counts only with the word "complete" itself', () => {
    for (const complete of ['true', 1, 'yes', null]) {
      assert.throws(() => read({size, complete, result: completeOf()['result']}), {code: 'protocol'});
    }
  });
});

describe('a refusal that a status repeats', () => {
  const codes: readonly [Json, string | undefined][] = [
    [{status: 413, type: 'urn:chunks:part-too-large'}, 'too-large'],
    [{status: 507, type: 'urn:chunks:storage-full'}, 'server'],
    [{status: 401}, 'unauthorized'],
    [{status: 400, type: 'urn:chunks:blocks-required'}, 'rejected'],
    [{status: 409, type: 'urn:chunks:size-differs'}, 'rejected'],
    [{status: 409, type: 'urn:chunks:superseded'}, 'elsewhere'],
    [{status: 503, type: 5}, 'server-busy'],
    [null, undefined],
    ['413', undefined],
    [{}, undefined],
    [{status: '413'}, undefined],
    [{status: 200}, undefined],
    [{status: -413}, undefined],
  ];
  for (const [refused, code] of codes) {
    it(`is ${code ?? 'none'} when it is ${JSON.stringify(refused)}`, () => {
      assert.equal(refusedIn(refused), code);
    });
  }

  it('is told to those who ask', () => {
    const answer = toAnswer(read(statusOf({refused: {status: 413}})));
    assert.equal(answer.kind === 'open' && answer.refused?.code, 'too-large');
  });

  it('is absent for those who ask when there was none', () => {
    assert.deepEqual(toAnswer(read(statusOf())), {kind: 'open', confirmed: []});
  });
});

describe('a refusal in the words of the protocol', () => {
  it('is "elsewhere" only for 409 with "superseded"', () => {
    const superseded = {type: 'urn:chunks:superseded'};
    const codes = [409, 422, 500].map((status) => refusalFor(replyOf({status, body: superseded})).code);
    assert.deepEqual(codes, ['elsewhere', 'rejected', 'server']);
  });

  it('is otherwise what its status means', () => {
    const error = refusalFor(replyOf({status: 503}));
    assert.ok(error instanceof UploadError);
    assert.equal(error.code, 'server-busy');
  });
});
