import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Step} from '../../support/scripted-http.js';
import {htmlPage, never, refusal, remote, scripted} from '../../support/scripted-chunks.js';

describe('throwing away', () => {
  const discardWith = (step: Step): Promise<void> => scripted(step).protocol.discard(remote, 'key', never());

  for (const status of [200, 204, 404, 410]) {
    it(`is done with ${status}`, async () => {
      assert.equal(await discardWith({status}), undefined);
    });
  }

  it('leaves a complete upload alone, and that is no failure', async () => {
    assert.equal(await discardWith(refusal(409, 'complete')), undefined);
  });

  const failures: readonly [number, string][] = [
    [401, 'unauthorized'],
    [405, 'rejected'],
    [409, 'rejected'],
    [500, 'server'],
    [503, 'server-busy'],
  ];
  for (const [status, code] of failures) {
    it(`fails as "${code}" with ${status}`, async () => {
      await assert.rejects(discardWith(htmlPage(status)), {code, status});
    });
  }
});
