import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Json, PartRule} from '../../../src/core/ports.js';
import {readStatus, type ChunksStatus} from '../../../src/protocols/chunks-status.js';
import {completeOf, MiB, statusOf} from '../../support/scripted-chunks.js';
import {replyOf} from '../../support/scripted-http.js';

const size = 20 * MiB;

const read = (body: unknown): ChunksStatus => readStatus(replyOf({body}), size, 4 * MiB);

function partsIn(parts: Json): PartRule {
  const status = read(statusOf({parts}));
  assert.ok(!status.complete);
  return status.parts;
}

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
  const usual = {min: 65_536, preferred: 8 * MiB, max: 64 * MiB, parallel: 4, align: 4 * MiB};

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
