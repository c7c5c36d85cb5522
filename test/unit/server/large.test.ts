import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {open, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {rootDigest} from '../../../src/server/blocks.js';
import type {TestServer} from '../../support/serve.js';
import {freshFolder} from '../../support/serve.js';
import {seedUpload} from '../../support/seed-upload.js';
import {MiB, ask, block, bytesOf, content, digestsOf, newKey, status, withServer} from './scene.js';

const GiB = 1024 * MiB;
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const writer = {'Upload-Writer': '1-writer-one', 'Content-Type': 'application/octet-stream'};

describe('a file over 4 GiB of which the server has the first 4 GiB', () => {
  const head = 4 * GiB + 123;
  const size = 4 * GiB + block + 1000;
  const tail = bytesOf(size - head);
  const zeros = md5(Buffer.alloc(block));
  const last = [md5(Buffer.concat([Buffer.alloc(123), tail.subarray(0, block - 123)])), md5(tail.subarray(block - 123))];
  const partHeaders = (start: number, end: number): Record<string, string> => ({
    ...writer,
    'Content-Range': `bytes ${start}-${end - 1}/${size}`,
    'Upload-Blocks': `1024;${last.slice(0, end > 4 * GiB + block ? 2 : 1).join(',')}`,
  });

  const seeded = (play: (server: TestServer, url: string) => Promise<void>): Promise<void> =>
    withServer({}, async (server) => {
      const id = await seedUpload({directory: server.directory, key: newKey(), size, received: head});
      await play(server, `${server.endpoint}/${id}`);
    });

  it('says so', () =>
    seeded(async (_, url) => {
      assert.deepEqual((await status(url)).received, [[0, head]]);
    }));

  it('takes no room on disk for the seeded bytes', () =>
    seeded(async (server, url) => {
      const {size: length, blocks} = await stat(join(server.directory, url.split('/').at(-1) ?? '', 'data'));
      assert.equal(length, head);
      assert.ok(blocks * 512 < 64 * MiB, `${blocks} blocks`);
    }));

  it('takes the rest where it belongs, and ends with the digest of all blocks', () =>
    seeded(async (server, url) => {
      const middle = head + 2 * MiB + 1;
      const first = await ask('PUT', url, partHeaders(head, middle), tail.subarray(0, middle - head));
      assert.deepEqual(first.said.received, [[0, middle]]);
      const {said} = await ask('PUT', url, partHeaders(middle, size), tail.subarray(middle - head));
      assert.equal(said.complete, true);
      assert.equal(said.result.digest, rootDigest([...Array<string>(1024).fill(zeros), ...last], 'md5'));
      const stored = await open(join(server.directory, url.split('/').at(-1) ?? '', 'content'), 'r');
      try {
        const {buffer} = await stored.read(Buffer.alloc(tail.length), 0, tail.length, head);
        assert.ok(buffer.equals(tail));
        assert.equal((await stored.stat()).size, size);
      } finally {
        await stored.close();
      }
    }));

  it('has all its digests', () =>
    seeded(async (_, url) => {
      const {text} = await ask('GET', url, {Accept: 'application/vnd.chunks.digests+json'});
      const {digests} = JSON.parse(text) as {digests: (string | null)[]};
      assert.equal(digests.length, 1026);
      assert.deepEqual(new Set(digests.slice(0, 1024)), new Set([zeros]));
      assert.deepEqual(digests.slice(1024), [null, null]);
    }));
});

describe('an upload seeded from a file', () => {
  it('goes on from the bytes of that file', async () => {
    const file = bytesOf(2 * block + 500);
    const source = join(await freshFolder(), 'source');
    await writeFile(source, file);
    await withServer({}, async (server) => {
      const key = newKey();
      const id = await seedUpload({
        directory: server.directory,
        key,
        size: file.length,
        received: block + 7,
        source,
        algorithm: 'sha-256',
        name: 'a.bin',
      });
      const url = `${server.endpoint}/${id}`;
      const digests = digestsOf(file, 'sha-256').slice(1).join(',');
      const headers = {...writer, 'Content-Range': `bytes ${block + 7}-${file.length - 1}/${file.length}`, 'Upload-Blocks': `1;${digests}`};
      const {said} = await ask('PUT', url, headers, file.subarray(block + 7));
      assert.equal(said.result.name, 'a.bin');
      assert.deepEqual(await content(server, said.result), file);
      const creation = await ask('POST', server.endpoint, {'Upload-Length': String(file.length), 'Idempotency-Key': `"${key}"`});
      assert.equal(creation.headers.get('location'), `/uploads/${id}`);
    });
  });
});

describe('a size as large as a number can say', () => {
  it('is taken, and the last byte of it can be sent', () =>
    withServer({}, async (server) => {
      const size = 2 ** 42;
      const {headers} = await ask('POST', server.endpoint, {'Upload-Length': String(size), 'Idempotency-Key': `"${newKey()}"`});
      const url = server.origin + headers.get('location');
      const {status: code, said} = await ask(
        'PUT',
        url,
        {...writer, 'Content-Range': `bytes ${size - 1}-${size - 1}/${size}`},
        Buffer.from('x'),
      );
      assert.equal(code, 200);
      assert.deepEqual(said.received, [[size - 1, size]]);
    }));
});
