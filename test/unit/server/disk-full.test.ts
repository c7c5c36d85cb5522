import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';

import {freshFolder, removeFolders} from '../../support/serve.js';
import {startServer} from '../../support/server-process.js';
import {MiB, ask, blocksHeader, bytesOf, creationHeaders, partHeaders, rootOf, total} from './scene.js';

const file = bytesOf(5 * MiB);

/** A limit for the size of files stands for a full disk: it needs no rights. In units of 512 bytes, by POSIX. */
const limited = ['sh', '-c', `ulimit -f ${(2 * MiB) / 512}; exec "$@"`, 'sh'];

describe('a disk that is full in the middle of a part', {skip: process.platform === 'win32' && 'needs a POSIX shell'}, () => {
  after(removeFolders);

  it('refuses the part, keeps what was written, and goes on when there is room', async () => {
    const uploads = await freshFolder();
    const small = await startServer({uploads, under: limited});
    let url = '';
    let received: [number, number][] = [];
    try {
      const {headers} = await ask('POST', small.endpoint, creationHeaders(file.length));
      url = headers.get('location') ?? '';
      const {status, said} = await ask('PUT', small.origin + url, partHeaders(file, 0, file.length), file);
      assert.equal(status, 507);
      assert.equal(said.type, 'urn:chunks:storage-full');
      received = (await ask('GET', small.origin + url)).said.received;
      assert.ok(total(received) > 0 && total(received) <= 2 * MiB, JSON.stringify(received));
    } finally {
      await small.kill();
    }
    const stored = await readFile(join(uploads, url.split('/').at(-1) ?? '', 'data'));
    for (const [start, end] of received) assert.ok(stored.subarray(start, end).equals(file.subarray(start, end)));
    const roomy = await startServer({uploads});
    try {
      assert.deepEqual((await ask('GET', roomy.origin + url)).said.received, received);
      const [[, end] = [0, 0]] = received;
      const {said} = await ask('PUT', roomy.origin + url, partHeaders(file, end, file.length), file.subarray(end));
      assert.equal(said.complete, true);
    } finally {
      await roomy.kill();
    }
  });
});

/** Mounts 3 MiB of memory as a disk. Returns why that cannot be done, if it cannot. */
function mountSmall(folder: string): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs is of Linux';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], {stdio: 'pipe'});
    return undefined;
  } catch (error) {
    return `mount is not allowed here: ${String(error).split('\n')[0]}`;
  }
}

describe('a disk of 3 MiB that is full', {skip: process.env['DEEP'] !== '1' && 'mounts a disk, which is for DEEP=1'}, () => {
  after(removeFolders);

  it('refuses with 507, counts nothing half, can be canceled on, and goes on when there is room', async (t) => {
    const uploads = await freshFolder();
    const why = mountSmall(uploads);
    if (why !== undefined) return t.skip(why);
    let server;
    try {
      server = await startServer({uploads});
      const {origin, endpoint} = server;
      const created = async (): Promise<string> =>
        (await ask('POST', endpoint, creationHeaders(file.length, {algorithm: 'md5'}))).headers.get('location') ?? '';
      const put = (url: string, start: number): ReturnType<typeof ask> => {
        const headers = partHeaders(file, start, file.length, {'Upload-Blocks': blocksHeader(file, start, file.length)});
        return ask('PUT', origin + url, headers, file.subarray(start));
      };
      const url = await created();
      const other = await created();
      const {status, said} = await put(url, 0);
      assert.deepEqual([status, said.type], [507, 'urn:chunks:storage-full']);
      const {received} = (await ask('GET', origin + url)).said;
      assert.ok(total(received) > MiB && total(received) < 3 * MiB, JSON.stringify(received));
      const stored = await readFile(join(uploads, url.split('/').at(-1) ?? '', 'data'));
      for (const [start, end] of received) assert.ok(stored.subarray(start, end).equals(file.subarray(start, end)));
      // As often as one likes, with a restart in between.
      await server.restart();
      assert.equal((await put(url, received[0]?.[1] ?? 0)).status, 507);
      assert.equal((await ask('POST', endpoint, creationHeaders(5))).status, 507);
      const again = (await ask('GET', origin + url)).said.received;
      assert.ok(total(again) >= total(received));
      // Who cancels gets room, though there is none to write that down.
      assert.equal((await ask('DELETE', origin + url)).status, 204);
      assert.equal((await ask('GET', origin + url)).status, 410);
      assert.deepEqual(await readdir(join(uploads, url.split('/').at(-1) ?? '')), ['info.json']);
      assert.equal((await put(other, 0)).status, 507);
      execFileSync('mount', ['-o', 'remount,size=16m', uploads]);
      const [[, end] = [0, 0]] = (await ask('GET', origin + other)).said.received;
      const done = (await put(other, end)).said;
      assert.deepEqual([done.complete, done.result.digest], [true, rootOf(file)]);
      const response = await fetch(new URL(done.result.url, origin));
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(file));
    } finally {
      await server?.kill();
      execFileSync('umount', [uploads]);
    }
  });
});
