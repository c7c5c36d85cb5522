import assert from 'node:assert/strict';
import {readFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {
  KiB,
  MiB,
  ask,
  begin,
  blocksHeader,
  bytesOf,
  content,
  create,
  created,
  creationHeaders,
  metadataOf,
  put,
  rootOf,
  withServer,
} from './scene.js';

describe('creating an upload without a body', () => {
  it('answers 201 with a location and a status', () =>
    withServer({}, async (server) => {
      const {status, headers, said} = await create(server, 10 * MiB);
      assert.equal(status, 201);
      assert.match(headers.get('location') ?? '', /^\/uploads\/[0-9a-f]{40}$/);
      assert.equal(headers.get('content-type'), 'application/json');
      assert.equal(headers.get('cache-control'), 'no-store');
      const {expires, ...rest} = said;
      assert.deepEqual(rest, {
        size: 10 * MiB,
        received: [],
        complete: false,
        parts: {min: 65_536, preferred: 8_388_608, max: 67_108_864, parallel: 4},
      });
      assert.ok(Math.abs(Date.parse(expires) - Date.now() - 7 * 86_400_000) < 60_000);
    }));

  it('is answered by GET with the same status', () =>
    withServer({}, async (server) => {
      const {headers, said} = await create(server, 5);
      const {said: again} = await ask('GET', server.origin + headers.get('location'));
      assert.deepEqual({...again, expires: ''}, {...said, expires: ''});
    }));

  it('gives other ids to other keys', () =>
    withServer({}, async (server) => {
      const locations = new Set<string | null>();
      for (let at = 0; at < 20; at++) locations.add((await create(server, 5)).headers.get('location'));
      assert.equal(locations.size, 20);
    }));

  it('gives ids that another server would not give to the same key', async () => {
    const seen = new Set<string | null>();
    for (let at = 0; at < 2; at++) {
      await withServer(
        {},
        async (server) => void seen.add((await create(server, 5, {key: 'the-same-key-everywhere'})).headers.get('location')),
      );
    }
    assert.equal(seen.size, 2);
  });

  it('uses the path and the bounds it was told', () =>
    withServer({path: '/files/in', parts: {min: 1, preferred: 2, max: 4, parallel: 7}}, async (server) => {
      const {headers, said} = await create(server, 5);
      assert.match(headers.get('location') ?? '', /^\/files\/in\/[0-9a-f]{40}$/);
      assert.deepEqual(said.parts, {min: 1, preferred: 2, max: 4, parallel: 7});
    }));
});

describe('creating an upload with its first bytes', () => {
  it('keeps them', () =>
    withServer({}, async (server) => {
      const file = bytesOf(2 * MiB);
      const {status, said} = await create(server, file.length, {algorithm: 'md5', body: file.subarray(0, 256 * KiB)});
      assert.equal(status, 201);
      assert.deepEqual(said.received, [[0, 256 * KiB]]);
    }));

  it('is complete with the whole file, checked by its digest', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const {status, headers, said} = await create(server, file.length, {
        algorithm: 'sha-256',
        body: file,
        headers: {
          'Upload-Blocks': blocksHeader(file, 0, file.length, 'sha-256'),
          'Upload-Metadata': metadataOf({name: 'a.bin', type: 'x/y'}),
        },
      });
      assert.equal(status, 200);
      assert.equal(said.complete, true);
      assert.equal('parts' in said, false);
      assert.deepEqual(said.result, {
        url: `${headers.get('location')}/content`,
        name: 'a.bin',
        type: 'x/y',
        size: MiB,
        algorithm: 'sha-256',
        digest: rootOf(file, 'sha-256'),
      });
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('needs digests when the body holds a whole block', () =>
    withServer({}, async (server) => {
      const file = bytesOf(KiB);
      const {status, said} = await create(server, file.length, {algorithm: 'md5', body: file});
      assert.equal(status, 400);
      assert.equal(said.type, 'urn:chunks:blocks-required');
    }));

  it('needs digests when the body may hold a whole block, because its length is not said', () =>
    withServer({}, async (server) => {
      const {request, answer} = begin('POST', server.endpoint, {
        ...creationHeaders(KiB, {algorithm: 'md5'}),
        'Content-Type': 'application/octet-stream',
        'Transfer-Encoding': 'chunked',
      });
      request.end(bytesOf(KiB));
      assert.equal((await answer).said.type, 'urn:chunks:blocks-required');
    }));

  it('takes a body whose length is not said', () =>
    withServer({}, async (server) => {
      const {request, answer} = begin('POST', server.endpoint, {
        ...creationHeaders(5 * MiB, {algorithm: 'md5'}),
        'Content-Type': 'application/octet-stream',
        'Transfer-Encoding': 'chunked',
      });
      request.end(bytesOf(300 * KiB));
      const {status, said} = await answer;
      assert.equal(status, 201);
      assert.deepEqual(said.received, [[0, 300 * KiB]]);
    }));

  it('tells damaged first bytes with the location, so that the client can go on', () =>
    withServer({}, async (server) => {
      const file = bytesOf(MiB);
      const damaged = Buffer.from(file);
      damaged[77] = (damaged[77] ?? 0) ^ 1;
      const {status, headers, said} = await create(server, file.length, {
        algorithm: 'md5',
        body: damaged,
        headers: {'Upload-Blocks': blocksHeader(file, 0, file.length)},
      });
      assert.equal(status, 422);
      assert.deepEqual([said.type, said.received, said.blocks], ['urn:chunks:blocks-dropped', [], [0]]);
      const url = server.origin + headers.get('location');
      const again = await put(url, file, 0, file.length, {'Upload-Blocks': blocksHeader(file, 0, file.length)});
      assert.equal(again.said.complete, true);
    }));
});

describe('creating an empty file', () => {
  for (const algorithm of ['md5', 'sha-256'] as const) {
    it(`is complete at once, with the ${algorithm} digest of nothing`, () =>
      withServer({}, async (server) => {
        const {status, headers, said} = await create(server, 0, {algorithm});
        assert.equal(status, 200);
        assert.equal(said.complete, true);
        assert.deepEqual(said.received, []);
        assert.equal(said.result.digest, rootOf(Buffer.alloc(0), algorithm));
        assert.ok(headers.get('location'));
        assert.equal((await content(server, said.result)).length, 0);
      }));
  }

  it('has no digest with algorithm none', () =>
    withServer({}, async (server) => {
      assert.equal((await create(server, 0)).said.result.digest, null);
    }));
});

describe('what was created, on disk', () => {
  it('lies in a folder named by the id, and nothing else is named by the client', () =>
    withServer({}, async (server) => {
      const url = await created(server, 5, {headers: {'Upload-Metadata': metadataOf({name: '../../evil', path: '/etc/passwd'})}});
      const id = url.split('/').at(-1) ?? '';
      assert.deepEqual((await readdir(server.directory)).sort(), [id, 'secret'].sort());
      assert.deepEqual((await readdir(join(server.directory, id))).sort(), ['data', 'info.json', 'journal']);
    }));

  it('has the metadata word for word', () =>
    withServer({}, async (server) => {
      const values = {name: 'ü "quoted"\n', type: 'text/plain', lastModified: '1700000000000', path: 'a/b', __proto__x: 'y', own: ''};
      const url = await created(server, 5, {headers: {'Upload-Metadata': metadataOf(values)}});
      const info = JSON.parse(await readFile(join(server.directory, url.split('/').at(-1) ?? '', 'info.json'), 'utf8')) as {
        metadata: object;
      };
      assert.deepEqual(info.metadata, values);
    }));

  it('is not harmed by keys that mean something to JavaScript', () =>
    withServer({}, async (server) => {
      const evil = `__proto__ ${Buffer.from('{"x":1}').toString('base64')},constructor ${Buffer.from('x').toString('base64')}`;
      const {status, said} = await create(server, 0, {headers: {'Upload-Metadata': evil}});
      assert.equal(status, 200);
      assert.equal(said.result.name, '');
      assert.equal(({} as Record<string, unknown>)['x'], undefined);
    }));
});
