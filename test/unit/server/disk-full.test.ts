import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';

import {freshFolder, removeFolders} from '../../support/serve.js';
import {startServer} from '../../support/server-process.js';
import {MiB, ask, bytesOf, creationHeaders, partHeaders, total} from './scene.js';

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
