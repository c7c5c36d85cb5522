import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {noAnswer, notSendable, tooLate} from '../../../src/net/outcome.js';

const url = 'https://server.test/uploads/1?X-Signature=secret&a=b#part';

describe('what is said of a request that got no answer', () => {
  const errors = {
    'no answer': noAnswer('PUT', url, new Error('reset')),
    'too late': tooLate('PUT', url, 12_400),
    'not sendable': notSendable('PUT', url, new Error('header')),
  };

  for (const [what, {message}] of Object.entries(errors)) {
    it(`names the request: ${what}`, () => {
      assert.match(message, /PUT https:\/\/server\.test\/uploads\/1\b/);
    });

    it(`keeps the query to itself: ${what}`, () => {
      assert.doesNotMatch(message, /secret|X-Signature|part\b|\?|#/);
    });
  }

  it('has the code by which it is judged', () => {
    assert.deepEqual(
      Object.values(errors).map(({code}) => code),
      ['network', 'timeout', 'unexpected'],
    );
  });

  it('says nothing of a status, because there was none', () => {
    assert.deepEqual(
      Object.values(errors).map(({status}) => status),
      [undefined, undefined, undefined],
    );
  });

  it('keeps the cause where there is one', () => {
    assert.deepEqual(
      Object.values(errors).map(({cause}) => (cause instanceof Error ? cause.message : undefined)),
      ['reset', undefined, 'header'],
    );
  });

  it('says how long was waited', () => {
    assert.match(errors['too late'].message, /within 12 s/);
  });

  it('cuts a query that has lines', () => {
    assert.doesNotMatch(noAnswer('GET', 'https://server.test/a?x=1\nsecret').message, /secret/);
  });

  it('leaves a URL without a query as it is', () => {
    assert.match(noAnswer('GET', 'https://server.test/a/b').message, /GET https:\/\/server\.test\/a\/b\./);
  });
});
