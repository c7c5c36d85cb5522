import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {CompleteFile} from '../../../src/server/index.js';
import {createUploadHandler} from '../../../src/server/index.js';
import {MemoryDisk} from '../../support/memory-disk.js';
import {dropAll, keepSome} from '../../support/survival.js';
import {blocksHeader, bytesOf, rootOf} from './sample-file.js';
import type {Said} from './scene.js';
import {creationHeaders} from './scene.js';

const file = bytesOf(9_000, 3);
const directory = '/srv/uploads';
const key = (name: string): string => `the-key-of-the-${name}-one`;

/** What a server said. */
interface Reply {
  readonly status: number;
  readonly said: Said;
  readonly location: string;
}

/** A server on a disk in memory, with one owner. Every call rejects when the power is cut. */
class Claimable {
  readonly disk: MemoryDisk;
  readonly #handle: ReturnType<typeof createUploadHandler>;
  readonly #links: boolean;

  constructor(disk: MemoryDisk, told: CompleteFile[], links = true) {
    this.disk = disk;
    this.#links = links;
    if (!links) disk.link = () => Promise.reject(Object.assign(new Error('EPERM'), {code: 'EPERM'}));
    const options = {directory, sweepEvery: Infinity, authorize: () => ({owner: 'ann'}), log: () => undefined};
    this.#handle = createUploadHandler({...options, onComplete: (complete) => void told.push(complete)}, disk);
  }

  /** What starts after the power was cut. */
  next(told: CompleteFile[], survival = this.disk.survival): Claimable {
    return new Claimable(this.disk.survivor(survival), told, this.#links);
  }

  async ask(method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array | string): Promise<Reply> {
    const request = new Request(`http://server.test${path}`, {method, headers, ...(body !== undefined && {body})} as RequestInit);
    const response = await Promise.race([this.#handle(request), this.disk.cut.then(() => Promise.reject(new Error('cut')))]);
    const text = await response.text();
    const said = (response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {}) as Said;
    return {status: response.status, said, location: response.headers.get('location') ?? ''};
  }

  create(name: string): Promise<Reply> {
    return this.ask('POST', '/uploads', {...creationHeaders(file.length, {key: key(name), algorithm: 'sha-256'})});
  }

  put(url: string, bytes: Uint8Array, start: number, end: number): Promise<Reply> {
    const headers = {
      'Content-Range': `bytes ${start}-${end - 1}/${file.length}`,
      'Content-Type': 'application/octet-stream',
      'Upload-Writer': '1-writer-one',
      'Upload-Blocks': blocksHeader(bytes, 0, bytes.length, 'sha-256'),
    };
    return this.ask('PUT', url, headers, bytes.subarray(start, end));
  }

  claim(url: string): Promise<Reply> {
    const body = JSON.stringify({root: rootOf(file, 'sha-256'), size: file.length});
    return this.ask('POST', url, {'Content-Type': 'application/json'}, body);
  }

  content(url: string): Buffer {
    return this.disk.bytesOf(`${directory}/${url.split('/').at(-1) ?? ''}/content`);
  }
}

/** A disk with one complete upload, and another of the same file that has some of it. */
async function prepared(links: boolean): Promise<{disk: MemoryDisk; first: string; second: string}> {
  const server = new Claimable(new MemoryDisk(), [], links);
  const first = (await server.create('first')).location;
  await server.put(first, file, 0, file.length);
  const second = (await server.create('second')).location;
  await server.put(second, file, 0, 4_000);
  // The system has had time for the names that nobody waits for.
  const {disk} = server;
  const roots = `${directory}/roots`;
  for (const path of [directory, roots, ...disk.namesIn(roots).map((name) => `${roots}/${name}`)]) await disk.syncFolder(path);
  return {disk, first, second};
}

/** How many calls the disk gets for a claim. */
async function callsOf(links: boolean): Promise<readonly string[]> {
  const {disk, second} = await prepared(links);
  const server = new Claimable(disk.survivor(dropAll), [], links);
  assert.equal((await server.claim(second)).said.complete, true);
  return [...server.disk.calls];
}

/** Whatever has happened: the upload becomes complete, both files are whole, and nothing is left beside them. */
async function endsWell(server: Claimable, first: string, second: string): Promise<void> {
  const {said} = await server.ask('GET', second);
  if (!said.complete) {
    for (const [start, end] of said.received) assert.deepEqual([start, end], [0, 4_000]);
    const claimed = await server.claim(second);
    if (claimed.status === 200 && !claimed.said.complete)
      assert.equal((await server.put(second, file, 0, file.length)).said.complete, true);
    else assert.equal(claimed.said.complete, true, JSON.stringify(claimed));
  }
  for (const url of [first, second]) {
    assert.ok(server.content(url).equals(file), 'the file is not whole');
    const id = url.split('/').at(-1) ?? '';
    assert.deepEqual(server.disk.namesIn(`${directory}/${id}`), ['content', 'info.json', 'journal']);
  }
}

for (const links of [true, false]) {
  describe(`a claim on a disk that ${links ? 'links' : 'has to copy'}`, () => {
    for (const [what, survival] of Object.entries({'loses all that was not synced': () => dropAll, 'keeps some of it': keepSome})) {
      it(`and whose power is cut at any call, and that ${what}: it is as if it had not been, or it is complete`, async (t) => {
        const calls = await callsOf(links);
        t.diagnostic(`${calls.length} calls`);
        assert.ok(calls.length > 20);
        for (let index = 0; index < calls.length; index++) {
          const {disk, first, second} = await prepared(links);
          const told: CompleteFile[] = [];
          const server = new Claimable(disk.survivor(dropAll), told, links);
          server.disk.survival = survival(index);
          server.disk.fate = (at) => (at === index ? 'cut' : undefined);
          await assert.rejects(server.claim(second), /cut/);
          try {
            const again = server.next(told);
            await endsWell(again, first, second);
            await endsWell(again.next(told, dropAll), first, second);
            assert.ok(told.filter(({id}) => second.endsWith(id)).length >= 1);
          } catch (error) {
            throw new Error(`Cut at call ${index}, "${calls[index]}"`, {cause: error});
          }
        }
      });
    }

    for (const code of ['EIO', 'ENOSPC']) {
      it(`and fails at any call with ${code}: that is told, and the upload goes on`, async () => {
        const calls = await callsOf(links);
        for (let index = 0; index < calls.length; index++) {
          const {disk, first, second} = await prepared(links);
          const server = new Claimable(disk.survivor(dropAll), [], links);
          server.disk.fate = (at) => (at === index ? {code} : undefined);
          const {status} = await server.claim(second);
          try {
            assert.ok([200, 500, 507].includes(status), `${status}`);
            await endsWell(server, first, second);
            await endsWell(server.next([], dropAll), first, second);
          } catch (error) {
            throw new Error(`Failed at call ${index}, "${calls[index]}"`, {cause: error});
          }
        }
      });
    }
  });
}
