import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {Asked, ScriptedHttp} from '../../support/scripted-http.js';
import {
  created,
  easyDigests,
  endpoint,
  fileOf,
  key,
  MiB,
  never,
  openRequest,
  remote,
  scripted,
  statusOf,
  uploadUrl,
} from '../../support/scripted-chunks.js';

const sizeOf = ({body}: Asked): number => {
  if (body instanceof ArrayBuffer) return body.byteLength;
  return body instanceof Blob ? body.size : (body?.length ?? 0);
};

describe('creating an upload of 20 MiB', () => {
  let http: ScriptedHttp;

  beforeEach(async () => {
    const scene = scripted(created());
    http = scene.http;
    await scene.protocol.open(openRequest({file: fileOf(20 * MiB, {type: 'video/mp4', path: 'x/a.bin'})}), never());
  });

  it('is one POST to the endpoint', () => {
    assert.deepEqual(
      http.asked.map(({method, url}) => [method, url]),
      [['POST', endpoint]],
    );
  });

  it('says exactly what section 2.2 asks for', () => {
    const {'Upload-Writer': writer, 'Upload-Metadata': metadata, ...headers} = http.last.headers ?? {};
    assert.deepEqual(headers, {
      'Upload-Length': String(20 * MiB),
      'Idempotency-Key': `"${key}"`,
      'Upload-Digest': 'md5',
      'Content-Type': 'application/octet-stream',
    });
    assert.match(writer ?? '', /^1-[0-9a-f]{16}$/);
    assert.equal(metadata, `name ${btoa('a.bin')},type ${btoa('video/mp4')},lastModified ${btoa('7')},path ${btoa('x/a.bin')}`);
  });

  it('carries the first 256 KiB', () => {
    assert.equal(sizeOf(http.last), 262_144);
  });

  it('gets the time that its bytes take', () => {
    assert.equal(http.last.timeout, 10_000 + 262_144);
  });
});

describe('what goes along with a creation', () => {
  const sizes: readonly [size: number, body: number, blocks: string | undefined][] = [
    [0, 0, undefined],
    [1, 1, '0;d0'],
    [MiB - 1, MiB - 1, '0;d0'],
    [MiB, MiB, '0;d0'],
    [MiB + 1, 262_144, undefined],
    [5 * MiB, 262_144, undefined],
  ];
  for (const [size, body, blocks] of sizes) {
    it(`is ${body} bytes of a file of ${size}, ${blocks ? 'with' : 'without'} digests`, async () => {
      const {http, protocol} = scripted(created({size}));
      await protocol.open(openRequest({file: fileOf(size)}), never());
      assert.deepEqual([sizeOf(http.last), http.last.headers?.['Upload-Blocks']], [body, blocks]);
    });
  }

  const carried: readonly [carry: number, size: number, body: number][] = [
    [65_536, 65_536, 65_536],
    [65_536, 65_537, 65_536],
    [65_536, 20 * MiB, 65_536],
    [500_000, 400_000, 400_000],
    [500_000, 600_000, 262_144],
    [0, 20 * MiB, 0],
  ];
  for (const [carry, size, body] of carried) {
    it(`is ${body} bytes of a file of ${size} when no more than ${carry} may travel along`, async () => {
      const {http, protocol} = scripted(created({size}));
      await protocol.open(openRequest({file: fileOf(size), carry}), never());
      assert.equal(sizeOf(http.last), body);
    });
  }

  it('is the very bytes of a short file that are here, of which nobody is told that they were sent', async () => {
    const bytes = new TextEncoder().encode('hello').buffer;
    const {http, protocol} = scripted(created({size: 5}));
    await protocol.open(openRequest({file: fileOf(5), bytes}), never());
    assert.deepEqual([http.last.body, http.last.onSent], [bytes, undefined]);
    assert.equal(http.last.headers?.['Content-Type'], 'application/octet-stream');
  });

  it('is a slice of the file when fewer may travel along than are here', async () => {
    const {http, protocol} = scripted(created({size: 5}));
    await protocol.open(openRequest({file: fileOf(5), bytes: new ArrayBuffer(5), carry: 3}), never());
    assert.deepEqual([http.last.body instanceof Blob, sizeOf(http.last)], [true, 3]);
  });

  it('has no Content-Type when it is nothing', async () => {
    const {http, protocol} = scripted(created({size: 0}));
    await protocol.open(openRequest({file: fileOf(0)}), never());
    assert.equal(http.last.headers?.['Content-Type'], undefined);
  });

  it('has the digest of a block that it holds whole', async () => {
    const {http, protocol} = scripted(created());
    await protocol.open(openRequest({digests: easyDigests('md5', 131_072)}), never());
    assert.equal(http.last.headers?.['Upload-Blocks'], '0;d0,d1');
  });

  it('has no digests with algorithm none, and says so', async () => {
    const {http, protocol} = scripted(created({size: 5}));
    await protocol.open(openRequest({file: fileOf(5), digests: easyDigests('none')}), never());
    assert.deepEqual([http.last.headers?.['Upload-Digest'], http.last.headers?.['Upload-Blocks']], ['none', undefined]);
  });

  it('names another writer each time', async () => {
    const {http, protocol} = scripted(created(), created());
    await protocol.open(openRequest(), never());
    await protocol.open(openRequest(), never());
    assert.equal(new Set(http.asked.map(({headers}) => headers?.['Upload-Writer'])).size, 2);
  });
});

describe('opening an upload that was saved', () => {
  let http: ScriptedHttp;
  let opened: unknown;

  beforeEach(async () => {
    const scene = scripted({body: statusOf({received: [[0, 9]]})});
    http = scene.http;
    opened = await scene.protocol.open(openRequest({saved: remote, repeated: true}), never());
  });

  it('is one GET of its URL', () => {
    assert.deepEqual([http.asked.length, http.last.method, http.last.url], [1, 'GET', uploadUrl]);
  });

  it('says who writes from now on, and nothing else', () => {
    const {'Upload-Writer': writer, ...others} = http.last.headers ?? {};
    assert.match(writer ?? '', /^4-[0-9a-f]{16}$/);
    assert.deepEqual(others, {});
  });

  it('has no body and 3 s', () => {
    assert.deepEqual([http.last.body, http.last.timeout], [undefined, 3_000]);
  });

  it('remembers the new writer, so that the next run raises it again', () => {
    const {remote: now} = opened as {remote: typeof remote};
    assert.deepEqual([now.url, now.size, now.counter, now.random === remote.random], [uploadUrl, 20 * MiB, 4, false]);
  });
});
