import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {completeOf, htmlPage, never, opening, openRequest, remote, scripted, statusOf} from '../../support/scripted-chunks.js';

const lost = new UploadError('network', 'lost');

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
    assert.equal((await opening([{body: completeOf()}], again)).outcome, 'known');
  });

  for (const status of [404, 410]) {
    it(`is "gone" with ${status}, and creates nothing by itself`, async () => {
      assert.deepEqual(await opening([htmlPage(status)], again), {outcome: 'gone', bodies: [0], status: undefined});
    });
  }

  it('fails as "protocol" when the size is another', async () => {
    assert.equal((await opening([{body: statusOf({size: 5})}], again)).outcome, 'protocol');
  });

  it('fails as "protocol" at a login page, and does not create another upload', async () => {
    assert.deepEqual(await opening([htmlPage(200)], again), {outcome: 'protocol', bodies: [0], status: 200});
  });

  it('fails as "network" when no answer comes, and does not create another upload', async () => {
    assert.deepEqual(await opening([lost], again), {outcome: 'network', bodies: [0], status: undefined});
  });

  it('fails as "unauthorized" with 401', async () => {
    assert.equal((await opening([htmlPage(401)], again)).outcome, 'unauthorized');
  });
});
