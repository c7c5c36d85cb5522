import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {errorFor, isObject, jsonObject, parseUrl, problemType, retryAfter, unreadable} from '../../../src/protocols/reply.js';
import {replyOf} from '../../support/scripted-http.js';

const today = Date.UTC(2026, 0, 1);
const wait = (value: string | undefined): number | undefined =>
  retryAfter(replyOf({headers: value === undefined ? {} : {'Retry-After': value}}), today);

describe('Retry-After', () => {
  const values: readonly [what: string, string | undefined, number | undefined][] = [
    ['absent', undefined, undefined],
    ['empty', '', undefined],
    ['of seconds', '120', 120_000],
    ['of no seconds', '0', 0],
    ['with spaces around it', '  5 ', 5_000],
    ['of a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['of a date that has passed', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['of a date next year', 'Fri, 01 Jan 2027 00:00:00 GMT', 3_600_000],
    ['of a day', '86400', 3_600_000],
    ['of a billion seconds', '1000000000', 3_600_000],
    ['of more digits than a number has', '9'.repeat(400), 3_600_000],
    ['in words', 'soon', undefined],
    ['beyond all numbers', 'Infinity', undefined],
    ['no number', 'NaN', undefined],
  ];
  for (const [what, value, ms] of values) {
    it(`is ${ms} ms when it is ${what}`, () => {
      assert.equal(wait(value), ms);
    });
  }

  it('counts from now by default', () => {
    const inAMinute = replyOf({headers: {'Retry-After': new Date(Date.now() + 60_000).toUTCString()}});
    const ms = retryAfter(inAMinute) ?? 0;
    assert.ok(ms > 30_000 && ms <= 60_000, String(ms));
  });
});

describe('the error for a status', () => {
  const codes: readonly [from: number, to: number, code: string][] = [
    [400, 400, 'rejected'],
    [401, 401, 'unauthorized'],
    [402, 402, 'rejected'],
    [403, 403, 'unauthorized'],
    [404, 404, 'not-found'],
    [405, 407, 'rejected'],
    [408, 408, 'timeout'],
    [409, 409, 'rejected'],
    [410, 410, 'not-found'],
    [411, 412, 'rejected'],
    [413, 413, 'too-large'],
    [414, 428, 'rejected'],
    [429, 429, 'server-busy'],
    [430, 499, 'rejected'],
    [500, 502, 'server'],
    [503, 503, 'server-busy'],
    [504, 599, 'server'],
  ];
  for (const [from, to, code] of codes) {
    it(`${from === to ? from : `${from} to ${to}`} is "${code}"`, () => {
      const all = Array.from({length: to - from + 1}, (_, at) => errorFor(replyOf({status: from + at})).code);
      assert.deepEqual([...new Set(all)], [code]);
    });
  }

  it('of a success that nobody asked for is "protocol"', () => {
    assert.deepEqual(
      [200, 202, 204, 206, 302].map((status) => errorFor({...replyOf({}), status}).code),
      Array.from({length: 5}, () => 'protocol'),
    );
  });

  it('names the status', () => {
    const error = errorFor(replyOf({status: 500}));
    assert.ok(error instanceof UploadError);
    assert.deepEqual([error.status, error.message.startsWith('HTTP 500')], [500, true]);
  });

  it('says how long to wait', () => {
    assert.equal(errorFor(replyOf({status: 503, headers: {'Retry-After': '9'}})).retryAfter, 9_000);
  });

  it('says what the server says', () => {
    const body = {title: 'Too bad', detail: 'The disk of shelf 3 is full.'};
    assert.match(errorFor(replyOf({status: 507, body})).message, /\(The disk of shelf 3 is full\.\)/);
  });

  it('says the title where there is no detail', () => {
    assert.match(errorFor(replyOf({status: 400, body: {title: 'Too bad'}})).message, /\(Too bad\)/);
  });

  it('says no more than 200 characters of it', () => {
    const {message} = errorFor(replyOf({status: 400, body: {detail: 'x'.repeat(100_000)}}));
    assert.ok(message.length < 300, String(message.length));
  });

  for (const body of ['<html>Sign in</html>', '', '{', {detail: 5}, {detail: ['x']}, {detail: ''}, []]) {
    it(`says nothing of an answer that is ${JSON.stringify(body)}`, () => {
      assert.match(errorFor(replyOf({status: 400, body})).message, /^HTTP 400\. /);
    });
  }

  it('says nothing of the URL, which may hold a signature', () => {
    const url = 'https://server.test/uploads?signature=secret';
    const messages = [200, 400, 401, 404, 413, 429, 500, 507].map((status) => errorFor(replyOf({status}, url)).message);
    assert.equal(
      messages.some((message) => message.includes('secret')),
      false,
    );
  });
});

describe('an answer that cannot be read', () => {
  it('says what is wrong with it, and where it came from', () => {
    const {message, status, code} = unreadable(replyOf({status: 200}, 'https://server.test/a?b#c'), 'is no good');
    assert.deepEqual([message, status, code], ['The answer (HTTP 200 from https://server.test/a) is no good.', 200, 'protocol']);
  });
});

describe('the type of a problem', () => {
  const types: readonly [unknown, string][] = [
    [{type: 'urn:chunks:busy'}, 'urn:chunks:busy'],
    [{}, ''],
    [{type: 5}, ''],
    [[], ''],
    ['<html>', ''],
  ];
  for (const [body, type] of types) {
    it(`is "${type}" in ${JSON.stringify(body)}`, () => {
      assert.equal(problemType(replyOf({status: 400, body})), type);
    });
  }
});

describe('what is a JSON object', () => {
  it('is neither null, nor a list, nor anything else', () => {
    assert.deepEqual(
      [{}, {a: 1}, null, [], 5, 'x', true, undefined].map((value) => isObject(value)),
      [true, true, false, false, false, false, false, false],
    );
  });

  it('is read from an answer, or undefined', () => {
    assert.deepEqual(
      ['{"a":1}', '[1]', 'null', '', '{'].map((body) => jsonObject(replyOf({body}))),
      [{a: 1}, undefined, undefined, undefined, undefined],
    );
  });
});

describe('a URL', () => {
  it('is undefined when it is none', () => {
    assert.deepEqual([parseUrl('http://['), parseUrl('a/b'), parseUrl('')], [undefined, undefined, undefined]);
  });

  it('may be relative to another', () => {
    assert.equal(parseUrl('b?c', 'https://server.test/a/')?.href, 'https://server.test/a/b?c');
  });
});
