import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Json, PartRule, ServerResult} from '../../../src/core/ports.js';
import type {Ranges} from '../../../src/core/ranges.js';
import {readStatus, refusalFor, toAnswer, type ChunksStatus} from '../../../src/protocols/chunks-status.js';
import {completeOf, MiB, statusOf} from '../../support/scripted-chunks.js';
import {replyOf} from '../../support/scripted-http.js';

const size = 20 * MiB;

const read = (body: unknown): ChunksStatus => readStatus(replyOf({body}), size, 4 * MiB);

function receivedIn(received: Json): Ranges {
  const status = read(statusOf({received}));
  assert.ok(!status.complete);
  return status.received;
}

function partsIn(parts: Json): PartRule {
  const status = read(statusOf({parts}));
  assert.ok(!status.complete);
  return status.parts;
}

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

describe('received ranges', () => {
  const fine: readonly [what: string, Json, Ranges][] = [
    ['none', [], []],
    ['one byte', [[0, 1]], [{start: 0, end: 1}]],
    ['all bytes', [[0, size]], [{start: 0, end: size}]],
    [
      'several',
      [
        [0, 5],
        [9, 12],
      ],
      [
        {start: 0, end: 5},
        {start: 9, end: 12},
      ],
    ],
    [
      'ranges out of order',
      [
        [9, 12],
        [0, 5],
      ],
      [
        {start: 0, end: 5},
        {start: 9, end: 12},
      ],
    ],
    [
      'ranges that touch',
      [
        [0, 5],
        [5, 9],
      ],
      [{start: 0, end: 9}],
    ],
    ['an empty range', [[7, 7]], []],
  ];
  for (const [what, received, expected] of fine) {
    it(`may be ${what}`, () => {
      assert.deepEqual(receivedIn(received), expected);
    });
  }

  const wrong: Readonly<Record<string, Json>> = {
    nothing: null,
    'a number': 5,
    'a text': '0-5',
    'an object': {start: 0, end: 5},
    'a list of numbers': [0, 5],
    'a range of one number': [[5]],
    'a range of three numbers': [[0, 5, 9]],
    'a range of texts': [['0', '5']],
    'a range of nothing': [[null, null]],
    'a range as an object': [{start: 0, end: 5}],
    'a range with a fraction': [[0, 1.5]],
    'a negative range': [[-5, 5]],
    'a range that ends before it starts': [[5, 0]],
    'one byte beyond the end': [[0, size + 1]],
    'a range far beyond the end': [[2 ** 40, 2 ** 41]],
    'a number too large to be exact': [[0, 2 ** 53]],
    'a number beyond all numbers': [[0, 1e300]],
    'ranges that overlap': [
      [0, 5],
      [4, 9],
    ],
    'a range inside another': [
      [0, 9],
      [4, 5],
    ],
    'the same range twice': [
      [0, 5],
      [0, 5],
    ],
  };
  for (const [what, received] of Object.entries(wrong)) {
    it(`are not believed when they are ${what}`, () => {
      assert.throws(() => receivedIn(received), {code: 'protocol'});
    });
  }

  it('are not believed when they are missing', () => {
    assert.throws(() => read({size, complete: false}), {code: 'protocol'});
  });

  it('are not believed when they hold 1e999, which JSON reads as infinity', () => {
    assert.throws(() => read(`{"size": ${size}, "complete": false, "received": [[0, 1e999]]}`), {code: 'protocol'});
  });

  it('may be a hundred thousand', () => {
    const many = Array.from({length: 100_000}, (_, at) => [at * 2, at * 2 + 1]);
    assert.equal(receivedIn(many).length, 100_000);
  });

  it('are not read when they are a million', () => {
    const many = Array.from({length: 1_000_000}, (_, at) => [at * 2, at * 2 + 1]);
    assert.throws(() => receivedIn(many), {code: 'protocol'});
  });
});

describe('the size that a status names', () => {
  for (const other of [0, size - 1, size + 1, -1, 2 ** 53, null, '20971520', 1.5]) {
    it(`is another file's when it is ${JSON.stringify(other)}`, () => {
      assert.throws(() => read(statusOf({size: other})), {code: 'protocol'});
    });
  }

  it('is compared also when the upload is complete', () => {
    assert.throws(() => read({...completeOf(), size: 5}), {code: 'protocol'});
  });
});

describe('what is no status', () => {
  for (const body of ['', 'null', '5', '"text"', '[]', '{', '{"size": 20971520', '<html></html>', '\u0000']) {
    it(`is ${JSON.stringify(body)}`, () => {
      assert.throws(() => read(body), {code: 'protocol'});
    });
  }

  it('says where it came from, and nothing of the query', () => {
    const reply = replyOf({body: '<html>'}, 'https://server.test/uploads/1?signature=secret#x');
    assert.throws(() => readStatus(reply, 5, 1), /HTTP 200 from https:\/\/server\.test\/uploads\/1\)/);
  });

  it('is no way into objects: "__proto__" is a name like any other', () => {
    const status = read(`{"size": ${size}, "complete": false, "received": [], "__proto__": {"complete": true}, "constructor": 5}`);
    assert.equal(status.complete, false);
  });
});

describe('how a server wants its parts', () => {
  const usual = {min: 65_536, preferred: 8 * MiB, max: 64 * MiB, parallel: 3, align: 4 * MiB};

  it('is taken as it stands', () => {
    assert.deepEqual(partsIn({min: 100_000, preferred: 200_000, max: 300_000, parallel: 2}), {
      min: 100_000,
      preferred: 200_000,
      max: 300_000,
      parallel: 2,
      align: 4 * MiB,
    });
  });

  for (const nothing of [null, {}, [], 5, 'large']) {
    it(`is the usual when it is ${JSON.stringify(nothing)}`, () => {
      assert.deepEqual(partsIn(nothing), usual);
    });
  }

  for (const nonsense of [0, -1, 1.5, '8388608', null, 2 ** 53]) {
    it(`is the usual where it says ${JSON.stringify(nonsense)}`, () => {
      assert.deepEqual(partsIn({min: nonsense, preferred: nonsense, max: nonsense, parallel: nonsense}), usual);
    });
  }

  it('never makes parts of less than 1 KiB', () => {
    const {min, preferred, max} = partsIn({min: 1, preferred: 1, max: 1, parallel: 1});
    assert.deepEqual([min, preferred, max], [1_024, 1_024, 1_024]);
  });

  it('never makes parts of more than 1 GiB', () => {
    const {min, preferred, max} = partsIn({min: 2 ** 40, preferred: 2 ** 40, max: 2 ** 40, parallel: 1});
    assert.deepEqual([min, preferred, max], [2 ** 30, 2 ** 30, 2 ** 30]);
  });

  it('never makes more than 4 requests at a time', () => {
    assert.equal(partsIn({parallel: 1_000_000}).parallel, 4);
  });

  it('prefers nothing above the largest or below the smallest', () => {
    assert.equal(partsIn({min: 65_536, preferred: 2 ** 29, max: 100_000}).preferred, 100_000);
    assert.equal(partsIn({min: 65_536, preferred: 2_000, max: 100_000}).preferred, 65_536);
  });

  it('has a smallest part that is no larger than the largest', () => {
    const {min, max} = partsIn({min: 500_000, max: 400_000});
    assert.ok(min <= max);
  });

  it('ends parts at blocks', () => {
    assert.equal(partsIn({}).align, 4 * MiB);
  });
});

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
