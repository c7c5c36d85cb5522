import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {isUnreadable, toUploadError, UploadError, type UploadErrorCode} from '../../../src/core/errors.js';

/** What DESIGN section 4 says of each code: does it hold the list, can a retry help, may it pass by itself. */
const judged: Record<UploadErrorCode, readonly [holds: boolean, retryable: boolean, passing: boolean]> = {
  offline: [true, true, true],
  network: [true, true, true],
  timeout: [true, true, true],
  server: [true, true, true],
  'server-busy': [true, true, true],
  unauthorized: [true, true, false],
  rejected: [false, false, false],
  'too-large': [false, false, false],
  'not-found': [false, true, false],
  elsewhere: [false, true, false],
  corrupt: [false, true, true],
  protocol: [false, true, false],
  'file-changed': [false, false, false],
  'file-unreadable': [false, true, false],
  'other-file': [false, false, false],
  unexpected: [false, true, false],
  'worker-unavailable': [false, false, false],
  'storage-unavailable': [false, false, false],
};

describe('what follows from a code', () => {
  for (const [code, [holds, retryable, passing]] of Object.entries(judged) as [UploadErrorCode, readonly boolean[]][]) {
    const error = new UploadError(code, 'words');
    it(`${code} ${holds ? 'holds the whole list' : 'ends this upload only'}`, () => assert.equal(error.holds, holds));
    it(`${code} ${retryable ? 'may be tried again' : 'cannot be mended'}`, () => assert.equal(error.retryable, retryable));
    it(`${code} ${passing ? 'may' : 'does not'} pass by itself`, () => assert.equal(error.passing, passing));
    it(`${code} has a place in the docs`, () => assert.equal(error.docs, `docs/errors.md#${code}`));
  }
});

describe('an error', () => {
  const cause = new TypeError('deep');
  const error = new UploadError('server-busy', 'Later.', {status: 503, retryAfter: 2_000, cause});

  it('is an Error', () => assert.ok(error instanceof Error));
  it('has a name of its own', () => assert.equal(error.name, 'UploadError'));
  it('keeps its words', () => assert.equal(error.message, 'Later.'));
  it('keeps the status', () => assert.equal(error.status, 503));
  it('keeps what the server asked for', () => assert.equal(error.retryAfter, 2_000));
  it('keeps the cause', () => assert.equal(error.cause, cause));
  it('without an answer has no status', () => assert.equal(new UploadError('network', 'x').status, undefined));
});

describe('what blames the bytes of the file', () => {
  for (const code of ['file-unreadable', 'file-changed'] as const) {
    it(`${code} does`, () => assert.equal(isUnreadable(new UploadError(code, 'x')), true));
  }
  for (const code of ['other-file', 'network', 'corrupt'] as const) {
    it(`${code} does not`, () => assert.equal(isUnreadable(new UploadError(code, 'x')), false));
  }
});

describe('whatever else is thrown', () => {
  const thrown = new RangeError('a mistake in an adapter');

  it('becomes "unexpected"', () => assert.equal(toUploadError(thrown).code, 'unexpected'));
  it('is kept as the cause', () => assert.equal(toUploadError(thrown).cause, thrown));
  it('is named in the message', () => assert.match(toUploadError(thrown).message, /a mistake in an adapter/));
  it('may be no error at all', () => assert.equal(toUploadError(undefined).code, 'unexpected'));
  it('is left alone when it has a code already', () => {
    const error = new UploadError('network', 'x');
    assert.equal(toUploadError(error), error);
  });
});

describe('an error of another copy of the class', () => {
  const copy = async (): Promise<typeof UploadError> =>
    ((await import(`../../../src/core/errors.js?${String(Math.random())}`)) as {UploadError: typeof UploadError}).UploadError;

  it('is made by another class', async () => {
    assert.notEqual(await copy(), UploadError);
  });

  it('is an error of this one', async () => {
    const Other = await copy();
    assert.equal(new Other('offline', 'words') instanceof UploadError, true);
    assert.equal(new UploadError('offline', 'words') instanceof Other, true);
  });

  it('keeps its code', async () => {
    const Other = await copy();
    assert.equal(toUploadError(new Other('file-changed', 'words')).code, 'file-changed');
  });

  for (const [what, thing] of Object.entries({
    'another error': new TypeError('offline'),
    'an error that only has the name': Object.assign(new Error('words'), {name: 'UploadError'}),
    'no error at all': {name: 'UploadError', code: 'offline'},
    nothing: undefined,
  })) {
    it(`is not ${what}`, () => assert.equal(thing instanceof UploadError, false));
  }
});
