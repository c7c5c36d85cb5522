import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {chunks} from '../../../src/protocols/chunks.js';
import {ScriptedHttp} from '../../support/scripted-http.js';
import {created, never, openRequest, scripted, statusOf} from '../../support/scripted-chunks.js';

describe('where a creation says that the upload is', () => {
  const at = async (location: string | undefined, endpoint: string, from?: string): Promise<string> => {
    const headers: Record<string, string> = location === undefined ? {} : {Location: location};
    const answer = {status: 201, body: statusOf(), headers, ...(from === undefined ? {} : {url: from})};
    const http = new ScriptedHttp(answer, answer);
    try {
      const opened = await chunks({endpoint}, http).open(openRequest(), never());
      return opened.kind === 'open' ? opened.remote.url : opened.kind;
    } catch (error) {
      return error instanceof UploadError ? error.code : String(error);
    }
  };
  const home = 'https://server.test/uploads';
  const places: readonly [what: string, location: string | undefined, outcome: string][] = [
    ['a path', '/uploads/abc', 'https://server.test/uploads/abc'],
    ['a path relative to the endpoint', 'uploads/abc', 'https://server.test/uploads/abc'],
    ['a whole URL', 'https://server.test/elsewhere/abc', 'https://server.test/elsewhere/abc'],
    ['a URL without a scheme', '//server.test/uploads/abc', 'https://server.test/uploads/abc'],
    ['a query', '?id=abc', 'https://server.test/uploads?id=abc'],
    ['http, where a proxy speaks https before it', 'http://server.test/uploads/abc', 'https://server.test/uploads/abc'],
    ['the endpoint itself', '/uploads', 'protocol'],
    ['nowhere', undefined, 'protocol'],
    ['an empty text', '', 'protocol'],
    ['no URL at all', 'http://[', 'protocol'],
    ['another host', 'https://evil.test/uploads/abc', 'protocol'],
    ['another host, without a scheme', '//evil.test/uploads/abc', 'protocol'],
    ['another port', 'https://server.test:8443/uploads/abc', 'protocol'],
    ['http at another host', 'http://evil.test/uploads/abc', 'protocol'],
    ['http at another port', 'http://server.test:8080/uploads/abc', 'protocol'],
    ['a script', 'javascript:alert(1)', 'protocol'],
    ['data', 'data:text/plain,abc', 'protocol'],
    ['a blob of the same origin', 'blob:https://server.test/0d2a7a5c-32ad-4d5c-b6a0-4d2b1a3a0b0c', 'protocol'],
    ['a file', 'file:///etc/passwd', 'protocol'],
  ];
  for (const [what, location, outcome] of places) {
    it(`may be ${what}: ${outcome}`, async () => {
      assert.equal(await at(location, home), outcome);
    });
  }

  it('is relative to where a redirect has led', async () => {
    assert.equal(await at('abc', home, 'https://server.test/v2/uploads/'), 'https://server.test/v2/uploads/abc');
  });

  it('is not on another origin because a redirect has led there', async () => {
    assert.equal(await at('/uploads/abc', home, 'https://evil.test/uploads'), 'protocol');
  });

  it('is nothing that another origin can say, even if it is at home', async () => {
    assert.equal(await at('https://server.test/uploads/abc', home, 'https://evil.test/uploads'), 'protocol');
  });

  it('may be http at an endpoint that is http', async () => {
    assert.equal(await at('/uploads/abc', 'http://server.test:8080/uploads'), 'http://server.test:8080/uploads/abc');
  });

  it('is not made https at an endpoint that is http', async () => {
    assert.equal(await at('https://server.test/uploads/abc', 'http://server.test/uploads'), 'protocol');
  });

  it('says nothing of the query in the error', async () => {
    const {protocol} = scripted(...[1, 2].map(() => ({...created({}, 'https://evil.test/'), url: 'https://server.test/uploads?secret=1'})));
    await assert.rejects(protocol.open(openRequest(), never()), ({message}: Error) => !message.includes('secret'));
  });
});
