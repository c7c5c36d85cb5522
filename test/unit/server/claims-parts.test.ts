import assert from 'node:assert/strict';
import {cp, readdir, rm, utimes} from 'node:fs/promises';
import {describe, it} from 'node:test';

import type {CompleteFile} from '../../../src/server/index.js';
import type {TestServer} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import type {Instant} from './claim-scene.js';
import {as, beginPart, claim, contentFor, createKnown, folderOf, open, stored, withOwners} from './claim-scene.js';
import {ask, block, blocksHeader, bytesOf, putChecked, rootOf, write} from './scene.js';

const file = bytesOf(3 * block);
const small = bytesOf(5_000, 7);
/** Waits until the server has read so many bytes of bodies, beside what it had. */
async function reading(server: TestServer, bytes: number, before = server.bytesRead): Promise<void> {
  await until('the server to read', () => server.bytesRead >= before + bytes);
}

describe('parts that are under way when a claim is granted', () => {
  it('are ended, and answered with the result', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file);
      const url = await open(server, 'ann', file);
      const before = server.bytesRead;
      const parts = [0, 1, 2].map((at) => beginPart(url, 'ann', file, at * block, (at + 1) * block));
      for (const [at, part] of parts.entries()) await write(part, file.subarray(at * block, at * block + 100_000));
      await reading(server, 300_000, before);
      await claim(url, 'ann', file);
      for (const {answer} of parts) {
        const {status, said} = await answer;
        assert.deepEqual([status, said.complete, (said.result as Instant).instant], [200, true, true]);
      }
    }));

  it('leave nothing of theirs in the file', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file);
      const url = await open(server, 'ann', file);
      const before = server.bytesRead;
      const part = beginPart(url, 'ann', file, 0, block);
      await write(part, Buffer.alloc(200_000, 1));
      await reading(server, 200_000, before);
      const {said} = await claim(url, 'ann', file);
      await part.answer;
      assert.ok((await contentFor(server, 'ann', said.result.url)).equals(file));
      assert.deepEqual((await readdir(folderOf(server, url))).sort(), ['content', 'info.json', 'journal']);
    }));

  it('go on when there is nothing to claim', () =>
    withOwners(async (server) => {
      const url = await open(server, 'ann', file);
      const before = server.bytesRead;
      const part = beginPart(url, 'ann', file, 0, block);
      await write(part, file.subarray(0, 100_000));
      await reading(server, 100_000, before);
      assert.equal((await claim(url, 'ann', file)).said.complete, false);
      part.request.end(file.subarray(100_000, block));
      assert.deepEqual((await part.answer).said.received, [[0, block]]);
    }));

  it('go on while a proof is being asked for', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file, 'md5');
      const url = await open(server, 'ann', file, 'md5');
      const before = server.bytesRead;
      const part = beginPart(url, 'ann', file, 0, block, 'md5');
      await write(part, file.subarray(0, 100_000));
      await reading(server, 100_000, before);
      assert.ok((await claim(url, 'ann', file, 'md5')).said.challenge);
      part.request.end(file.subarray(100_000, block));
      assert.deepEqual((await part.answer).said.received, [[0, block]]);
    }));
});

describe('a claim and the last part at the same time', () => {
  for (let round = 0; round < 12; round++) {
    it(`complete the upload once, with the right bytes (${round})`, async () => {
      const told: CompleteFile[] = [];
      await withOwners(
        async (server) => {
          await stored(server, 'ann', small);
          const url = await open(server, 'ann', small);
          const {requests} = server;
          const part = putChecked(url, small, 0, small.length, {
            ...as('ann'),
            'Upload-Blocks': blocksHeader(small, 0, small.length, 'sha-256'),
          });
          const seen = requests.length;
          if (round % 2 === 1) await until('the part to come', () => requests.length > seen);
          for (let ticks = 0; ticks < round; ticks++) await new Promise(setImmediate);
          const [sent, claimed] = await Promise.all([part, claim(url, 'ann', small)]);
          assert.deepEqual([sent.status, sent.said.complete, claimed.status, claimed.said.complete], [200, true, 200, true]);
          assert.deepEqual(sent.said.result, claimed.said.result);
          assert.equal(told.filter(({id}) => url.endsWith(id)).length, 1);
          assert.deepEqual((await readdir(folderOf(server, url))).sort(), ['content', 'info.json', 'journal']);
          assert.ok((await contentFor(server, 'ann', claimed.said.result.url)).equals(small));
        },
        {onComplete: (complete) => void told.push(complete)},
      );
    });
  }
});

describe('a claim and a cancel at the same time', () => {
  for (let round = 0; round < 8; round++) {
    it(`end in one of both, and not in a half (${round})`, () =>
      withOwners(async (server) => {
        await stored(server, 'ann', small);
        const url = await open(server, 'ann', small);
        const claimed = claim(url, 'ann', small);
        for (let ticks = 0; ticks < round * 2; ticks++) await new Promise(setImmediate);
        const [{status}, canceled] = await Promise.all([claimed, ask('DELETE', url, as('ann'))]);
        const now = await ask('GET', url, as('ann'));
        if (canceled.status === 204) assert.deepEqual([status, now.status], [410, 410]);
        else assert.deepEqual([status, canceled.said.type, now.said.complete], [200, 'urn:chunks:complete', true]);
      }));
  }
});

/** Somebody's file, of two days ago. The server has forgotten all that it does not have on its disk. */
async function storedLongAgo(server: TestServer & {forget(): void}): Promise<void> {
  const url = await stored(server, 'ann', small);
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  await utimes(`${folderOf(server, url)}/journal`, longAgo, longAgo);
  server.forget();
}

describe('what claims find, after a restart', () => {
  it('is what they found before', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      server.forget();
      assert.equal((await createKnown(server, 'ann', small)).said.known, true);
      assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, true);
    }));

  it('is kept as one empty name for each complete upload, whatever the owner is called', () =>
    withOwners(async (server) => {
      await stored(server, '../../etc', small);
      await stored(server, 'ann', small);
      await open(server, 'ann', small);
      const names = (await readdir(`${server.directory}/roots`, {recursive: true})).filter((name) => name.includes('-'));
      assert.equal(names.length, 2);
      for (const name of names) assert.match(name, /^[0-9a-f]{2}.[0-9a-f]{64}-[0-9a-f]{16}-[0-9a-f]{40}$/);
    }));

  it('is forgotten with the upload when that expires', () =>
    withOwners(
      async (server) => {
        await storedLongAgo(server);
        await server.sweep();
        const left = (await readdir(`${server.directory}/roots`, {recursive: true})).filter((name) => name.includes('-'));
        assert.deepEqual(left, []);
        assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, false);
      },
      {expireAfter: 86_400_000},
    ));

  it('is not what has expired and was not swept yet', () =>
    withOwners(
      async (server) => {
        await storedLongAgo(server);
        assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, false);
      },
      {expireAfter: 86_400_000, sweepEvery: Infinity},
    ));

  it('is not what a name alone says: the upload itself counts', () =>
    withOwners(async (server) => {
      const url = await stored(server, 'ann', small);
      const [shard = ''] = await readdir(`${server.directory}/roots`);
      const [name = ''] = await readdir(`${server.directory}/roots/${shard}`);
      const other = bytesOf(small.length, 31);
      const {said} = await createKnown(server, 'ann', other);
      assert.equal('known' in said, false);
      const root = rootOf(other, 'sha-256');
      await cp(`${server.directory}/roots/${shard}/${name}`, `${server.directory}/roots/${root.slice(0, 2)}/${root}${name.slice(64)}`, {
        recursive: true,
      });
      assert.equal((await claim(await open(server, 'ann', other), 'ann', other)).said.complete, false);
      await rm(folderOf(server, url), {recursive: true});
      server.forget();
      assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, false);
    }));
});
