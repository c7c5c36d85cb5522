import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Step} from '../../support/scripted-http.js';
import {chunks} from '../../../src/protocols/chunks.js';
import {endpoint, htmlPage, never, scripted} from '../../support/scripted-chunks.js';
import {ScriptedHttp} from '../../support/scripted-http.js';

const answered: Step = {status: 204};

describe('a greeting', () => {
  it('is a HEAD to the endpoint, bare of the page’s headers', async () => {
    const {http, protocol} = scripted(answered);
    await protocol.greet?.(never());
    assert.deepEqual([http.lines, http.last.bare, http.last.headers, http.last.body], [['HEAD /uploads'], true, undefined, undefined]);
  });
  it('has a URL of its own: Chromium makes requests for one URL wait for each other', async () => {
    const {http, protocol} = scripted(answered, answered);
    await protocol.greet?.(never());
    await protocol.greet?.(never());
    assert.equal(new Set(http.asked.map(({url}) => url)).size, 2);
  });
  it('keeps the query that the endpoint has', async () => {
    const http = new ScriptedHttp(answered);
    await chunks({endpoint: `${endpoint}?tenant=7`}, http).greet?.(never());
    assert.equal(new URL(http.last.url).searchParams.get('tenant'), '7');
  });
  const all = 'HEAD, POST, PUT, DELETE';
  const allowed: readonly (readonly [allow: string | undefined, version: string | undefined, spreads: boolean])[] = [
    [all, 'http/1.1', true],
    ['HEAD,POST,PUT', 'http/1.1', true],
    ['POST, DELETE', 'http/1.1', false],
    ['POST, INPUT', 'http/1.1', false],
    [undefined, 'http/1.1', false],
    [all, 'h2', false],
    [all, 'h3', false],
    [all, '', false],
    [all, undefined, false],
  ];
  for (const [allow, version, spreads] of allowed) {
    const by = version === undefined ? 'where nobody can tell the version' : `by ${version || 'a version that nobody tells'}`;
    it(`says that a creation may ${spreads ? '' : 'not '}be spread when it allows ${allow ?? 'nothing that can be read'}, ${by}`, async () => {
      const {protocol} = scripted({status: 204, version, headers: allow === undefined ? {} : {Allow: allow}});
      const greeted = await protocol.greet?.(never());
      assert.equal(await greeted?.spreads, spreads);
    });
  }
  it('waits for an answer as long as a question', async () => {
    const {http, protocol} = scripted(answered);
    await protocol.greet?.(never());
    assert.equal(http.last.timeout, protocol.askTimeout);
  });
  for (const status of [200, 401, 404, 405, 500]) {
    it(`is answered by anything, also by ${status}`, async () => {
      await assert.doesNotReject(async () => scripted(htmlPage(status)).protocol.greet?.(never()));
    });
  }
  it('fails when there is no answer', async () => {
    await assert.rejects(async () => scripted(new UploadError('network', 'lost')).protocol.greet?.(never()), {code: 'network'});
  });
});
