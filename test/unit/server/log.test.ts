import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {LogLine, RequestLine} from '../../../src/server/index.js';
import {problem} from '../../../src/server/index.js';
import {ask, bytesOf, create, created, metadataOf, put, withServer} from './scene.js';

const file = bytesOf(5000);

/** Options that gather the log. */
function gathered(): {lines: LogLine[]; requests: () => RequestLine[]; log: (line: LogLine) => void} {
  const lines: LogLine[] = [];
  return {lines, requests: () => lines.filter((line) => line.event === 'request'), log: (line) => void lines.push(line)};
}

describe('the log', () => {
  it('has a line per answer: what was asked, what was said, how much was read', async () => {
    const {requests, log} = gathered();
    await withServer({log, authorize: () => ({owner: 'ann'})}, async (server) => {
      const url = await created(server, file.length, {body: file.subarray(0, 1000)});
      await put(url, file, 1000, 4000);
      await ask('GET', url);
      await put(url, file, 4000, 5000, {'Content-Range': 'bytes 4000-4999/6000'});
      await ask('PATCH', url);
      await ask('GET', `${server.origin}/elsewhere`);
      const id = url.split('/').at(-1)?.slice(0, 8);
      const common = {event: 'request', id, owner: 'ann', problem: null};
      assert.deepEqual(
        requests().map(({time, ms, ...line}) => (assert.ok(Date.parse(time) > 0 && ms >= 0), line)),
        [
          {...common, method: 'POST', action: 'create', status: 201, bytes: 1000},
          {...common, method: 'PUT', action: 'send', status: 200, bytes: 3000},
          {...common, method: 'GET', action: 'status', status: 200, bytes: 0},
          {...common, method: 'PUT', action: 'send', status: 409, bytes: 0, problem: 'urn:chunks:size-differs'},
          {...common, method: 'PATCH', action: null, status: 405, bytes: 0, problem: 'urn:chunks:method', owner: null},
          {...common, method: 'GET', action: null, status: 404, bytes: 0, problem: 'urn:chunks:unknown', id: null, owner: null},
        ],
      );
    });
  });

  it('holds no name, query, key, credential or whole id, and is plain JSON', async () => {
    const {lines, log} = gathered();
    await withServer({log, onComplete: () => Promise.reject(new Error('hook'))}, async (server) => {
      const headers = {
        'Upload-Metadata': metadataOf({name: 'secret-name.txt'}),
        Authorization: 'Bearer secret-token',
        Cookie: 'session=secret-cookie',
      };
      const key = 'secret-key-of-this-upload';
      const {headers: answered} = await create(server, file.length, {key, headers});
      const url = server.origin + answered.get('location');
      await put(`${url}?token=secret-query`, file, 0, 5000, headers);
      await ask('GET', `${url}/content?token=secret-query`, headers);
      const text = JSON.stringify(lines);
      assert.ok(lines.length >= 4);
      assert.doesNotMatch(text, /secret-/);
      assert.ok(!text.includes(url.split('/').at(-1) ?? ''));
      assert.deepEqual(JSON.parse(text), lines);
    });
  });

  it('tells what an operator refused, and what was at fault', async () => {
    const {lines, requests, log} = gathered();
    let answer = (): Response => problem('unauthorized', 'Sign in.');
    await withServer({log, authorize: () => answer()}, async (server) => {
      await create(server, 5);
      answer = () => {
        throw new Error('broken');
      };
      await create(server, 5);
      assert.deepEqual(
        requests().map(({status, owner}) => [status, owner]),
        [
          [401, null],
          [500, null],
        ],
      );
      const fault = lines.find((line) => line.event === 'fault');
      assert.ok(fault && /broken/.test(fault.error) && fault.what === 'create');
    });
  });

  it('that fails itself is no reason not to answer', async (t) => {
    const said = t.mock.method(console, 'error', () => undefined);
    const log = (): never => {
      throw new Error('no room for logs');
    };
    await withServer({log}, async (server) => assert.equal((await create(server, 5)).status, 201));
    assert.ok(said.mock.callCount() > 0);
  });

  it('that nobody asked for tells faults on the console, and nothing else', async (t) => {
    const said = t.mock.method(console, 'error', () => undefined);
    await withServer({}, async (server) => void (await create(server, 5)));
    assert.equal(said.mock.callCount(), 0);
    await withServer({authorize: () => Promise.reject(new Error('broken'))}, async (server) => void (await create(server, 5)));
    const [line] = said.mock.calls[0]?.arguments as unknown as [string];
    assert.equal((JSON.parse(line) as LogLine).event, 'fault');
  });
});
