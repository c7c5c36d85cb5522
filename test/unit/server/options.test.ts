import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {createUploadHandler} from '../../../src/server/index.js';
import {freshFolder} from '../../support/serve.js';

describe('an option that makes no sense', () => {
  for (const options of [
    {maxOpen: 0},
    {maxRanges: NaN},
    {idleTimeout: 0},
    {minRate: -1},
    {sweepEvery: 0},
    {completeTimeout: -5},
    {expireAfter: 0},
    {maxSize: -1},
    {path: 'uploads'},
    {path: '/uploads/'},
    {parts: {min: 5, preferred: 4}},
    {parts: {parallel: 0}},
  ]) {
    it(`${JSON.stringify(options)} is refused at once, by its name`, async () => {
      const directory = await freshFolder();
      const [name = ''] = Object.keys(options);
      assert.throws(() => createUploadHandler({directory, ...options}), {name: 'TypeError', message: new RegExp(`^${name}`)});
    });
  }

  it('is not a limit that is off, or as large as can be', async () => {
    const directory = await freshFolder();
    const handler = createUploadHandler({directory, minRate: 0, idleTimeout: Infinity, sweepEvery: Infinity, completeTimeout: Infinity});
    assert.equal(
      (await handler(new Request('http://x/uploads', {method: 'DELETE', headers: {'Idempotency-Key': '"0123456789abcdef"'}}))).status,
      204,
    );
    handler.close();
  });
});
