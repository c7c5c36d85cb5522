import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Step} from '../../support/scripted-http.js';
import {completeOf, htmlPage, never, refusal, remote, scripted, statusOf} from '../../support/scripted-chunks.js';

const ask = (step: Step): Promise<unknown> => scripted(step).protocol.ask(remote, never());

describe('an answer to a question', () => {
  it('tells what the server has', async () => {
    assert.deepEqual(await ask({body: statusOf({received: [[3, 9]]})}), {kind: 'open', confirmed: [{start: 3, end: 9}]});
  });

  it('tells that it is done', async () => {
    const answer = (await ask({body: completeOf()})) as {kind: string; result: {digest: string}};
    assert.deepEqual([answer.kind, answer.result.digest], ['done', 'abcdef']);
  });

  for (const status of [404, 410]) {
    it(`tells with ${status} that the upload is gone, whoever says so`, async () => {
      assert.deepEqual([await ask(htmlPage(status)), await ask(refusal(status, 'unknown'))], [{kind: 'gone'}, {kind: 'gone'}]);
    });
  }

  it('tells why the last part was refused', async () => {
    const answer = (await ask({body: statusOf({refused: {status: 413, type: 'urn:chunks:part-too-large'}})})) as {refused: UploadError};
    assert.deepEqual([answer.refused.code, answer.refused.status], ['too-large', 413]);
  });
});

describe('a question that gets no answer that helps', () => {
  const failures: readonly [what: string, Step, code: string][] = [
    ['a login page', htmlPage(200), 'protocol'],
    ['an empty answer', {status: 200}, 'protocol'],
    ['a status of another file', {body: statusOf({size: 1})}, 'protocol'],
    ['401', htmlPage(401), 'unauthorized'],
    ['403', htmlPage(403), 'unauthorized'],
    ['405', htmlPage(405), 'rejected'],
    ['409', refusal(409, 'something'), 'rejected'],
    ['413', htmlPage(413), 'too-large'],
    ['429', htmlPage(429), 'server-busy'],
    ['500', htmlPage(500), 'server'],
    ['502', htmlPage(502), 'server'],
    ['503', htmlPage(503), 'server-busy'],
    ['204', {status: 204}, 'protocol'],
    ['304', {status: 304}, 'protocol'],
    ['no answer', new UploadError('network', 'lost'), 'network'],
    ['an answer too late', new UploadError('timeout', 'slow'), 'timeout'],
  ];
  for (const [what, step, code] of failures) {
    it(`fails as "${code}": ${what}`, async () => {
      await assert.rejects(ask(step), {code});
    });

    it(`is asked once, and finishing fails just the same: ${what}`, async () => {
      const {http, protocol} = scripted(step);
      await assert.rejects(protocol.finish(remote, never()), {code});
      assert.deepEqual(http.lines, ['GET /uploads/abc']);
    });
  }
});

describe('having it put together', () => {
  it('tells that the server does not know the upload any more', async () => {
    assert.deepEqual(await scripted(htmlPage(404)).protocol.finish(remote, never()), {kind: 'gone'});
  });

  it('may be asked for twice', async () => {
    const {protocol} = scripted({body: completeOf()}, {body: completeOf()});
    assert.deepEqual(await protocol.finish(remote, never()), await protocol.finish(remote, never()));
  });
});
