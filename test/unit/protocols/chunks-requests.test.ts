import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {Asked, ScriptedHttp} from '../../support/scripted-http.js';
import {
  completeOf,
  easyDigests,
  endpoint,
  key,
  MiB,
  never,
  openRequest,
  remote,
  scripted,
  sendRequest,
  statusOf,
  uploadUrl,
} from '../../support/scripted-chunks.js';

const sizeOf = ({body}: Asked): number => {
  if (body instanceof ArrayBuffer) return body.byteLength;
  return body instanceof Blob ? body.size : (body?.length ?? 0);
};

describe('asking', () => {
  it('is a GET that names no writer, so that it ends no request', async () => {
    const {http, protocol} = scripted({body: statusOf()});
    await protocol.ask(remote, never());
    assert.deepEqual([http.last.method, http.last.url, http.last.headers], ['GET', uploadUrl, {}]);
  });

  it('has as long as the protocol says', async () => {
    const {http, protocol} = scripted({body: statusOf()});
    await protocol.ask(remote, never());
    assert.deepEqual([http.last.timeout, protocol.askTimeout], [3_000, 3_000]);
  });
});

describe('sending bytes 4 MiB to 12 MiB', () => {
  let http: ScriptedHttp;

  beforeEach(async () => {
    const scene = scripted({body: statusOf({received: [[4 * MiB, 12 * MiB]]})});
    http = scene.http;
    await scene.protocol.send(sendRequest(), never());
  });

  it('is one PUT to the upload', () => {
    assert.deepEqual([http.asked.length, http.last.method, http.last.url], [1, 'PUT', uploadUrl]);
  });

  it('says exactly what section 2.4 asks for', () => {
    assert.deepEqual(http.last.headers, {
      'Content-Range': `bytes ${4 * MiB}-${12 * MiB - 1}/${20 * MiB}`,
      'Upload-Writer': '3-0123456789abcdef',
      'Upload-Blocks': '1;d1,d2',
      'Content-Type': 'application/octet-stream',
    });
  });

  it('carries these bytes as a Blob, so that the browser moves them itself', () => {
    assert.equal(http.last.body instanceof Blob, true);
    assert.equal(sizeOf(http.last), 8 * MiB);
  });

  it('gets the time that its bytes take', () => {
    assert.equal(http.last.timeout, 10_000 + 8 * MiB);
  });
});

describe('the headers of a part', () => {
  const parts: readonly [start: number, end: number, range: string, blocks: string][] = [
    [0, 1, `bytes 0-0/${20 * MiB}`, '0;d0'],
    [4 * MiB - 1, 4 * MiB + 1, `bytes ${4 * MiB - 1}-${4 * MiB}/${20 * MiB}`, '0;d0,d1'],
    [20 * MiB - 1, 20 * MiB, `bytes ${20 * MiB - 1}-${20 * MiB - 1}/${20 * MiB}`, '4;d4'],
    [0, 20 * MiB, `bytes 0-${20 * MiB - 1}/${20 * MiB}`, '0;d0,d1,d2,d3,d4'],
  ];
  for (const [start, end, range, blocks] of parts) {
    it(`from ${start} to ${end} name every block that it touches`, async () => {
      const {http, protocol} = scripted({body: statusOf({received: [[start, end]]})});
      await protocol.send(sendRequest({part: {start, end}}), never());
      assert.deepEqual([http.last.headers?.['Content-Range'], http.last.headers?.['Upload-Blocks']], [range, blocks]);
    });
  }

  it('name no blocks with algorithm none', async () => {
    const {http, protocol} = scripted({body: statusOf({received: [[0, 9]]})});
    await protocol.send(sendRequest({part: {start: 0, end: 9}, digests: easyDigests('none')}), never());
    assert.equal('Upload-Blocks' in (http.last.headers ?? {}), false);
  });

  it('are the same when the request is made again', async () => {
    const {http, protocol} = scripted(
      {body: statusOf({received: [[4 * MiB, 12 * MiB]]})},
      {body: statusOf({received: [[4 * MiB, 12 * MiB]]})},
    );
    await protocol.send(sendRequest(), never());
    await protocol.send(sendRequest(), never());
    assert.deepEqual(http.asked[0]?.headers, http.asked[1]?.headers);
  });
});

describe('having the file put together', () => {
  it('is a question like any other: the server has done it with the last part', async () => {
    const {http, protocol} = scripted({body: completeOf()});
    const finished = await protocol.finish(remote, never());
    assert.deepEqual([http.lines, http.last.headers, finished.kind], [['GET /uploads/abc'], {}, 'done']);
  });

  it('says what is missing when something is', async () => {
    const {protocol} = scripted({body: statusOf({received: [[0, 5]]})});
    assert.deepEqual(await protocol.finish(remote, never()), {kind: 'missing', confirmed: [{start: 0, end: 5}]});
  });
});

describe('throwing an upload away', () => {
  it('is a DELETE of its URL, without a key', async () => {
    const {http, protocol} = scripted({status: 204});
    await protocol.discard(remote, key, never());
    assert.deepEqual([http.last.method, http.last.url, http.last.headers], ['DELETE', uploadUrl, {}]);
  });

  it('is a DELETE of the endpoint by its key when no answer ever came', async () => {
    const {http, protocol} = scripted({status: 204});
    await protocol.discard(undefined, key, never());
    assert.deepEqual([http.last.method, http.last.url, http.last.headers], ['DELETE', endpoint, {'Idempotency-Key': `"${key}"`}]);
  });

  it('has 10 s', async () => {
    const {http, protocol} = scripted({status: 204});
    await protocol.discard(remote, key, never());
    assert.equal(http.last.timeout, 10_000);
  });
});

describe('a signal that is aborted before a request', () => {
  const reason = new Error('not wanted');
  const signal = AbortSignal.abort(reason);
  const calls = {
    open: () => scripted().protocol.open(openRequest(), signal),
    'open again': () => scripted().protocol.open(openRequest({saved: remote}), signal),
    ask: () => scripted().protocol.ask(remote, signal),
    send: () => scripted().protocol.send(sendRequest(), signal),
    finish: () => scripted().protocol.finish(remote, signal),
    discard: () => scripted().protocol.discard(remote, key, signal),
  };
  for (const [name, call] of Object.entries(calls)) {
    it(`is what ${name} rejects with`, async () => {
      await assert.rejects(call(), reason);
    });
  }
});
