import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readdir, stat, truncate, unlink, utimes, writeFile} from 'node:fs/promises';
import {afterEach, describe, it, mock} from 'node:test';

import {Claims} from '../../../src/server/claims.js';
import type {Upload} from '../../../src/server/upload.js';
import {collidingPair} from '../../support/colliding-pair.js';
import type {Instant} from './claim-scene.js';
import {as, claim, claimWith, contentFor, folderOf, open, post, prove, stored, withClaims, withOwners} from './claim-scene.js';
import {ask, block, bytesOf, putChecked, rootOf} from './scene.js';

const file = bytesOf(2 * block + 500);
const small = bytesOf(5_000, 7);
const isRefused = ({status, said}: {status: number; said: {type: string}}): void =>
  assert.deepEqual([status, said.type], [403, 'urn:chunks:proof-refused']);

describe('a claim by an MD5 root', () => {
  it('has to be proven, also by the owner of the file', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file, 'md5');
      const {status, said} = await claim(await open(server, 'ann', file, 'md5'), 'ann', file, 'md5');
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(said), ['challenge']);
      assert.match(said.challenge?.nonce ?? '', /^[0-9a-f]{32}$/);
      assert.deepEqual(said.challenge?.blocks, [0, 1, 2]);
    }));

  it('is granted to one who has the bytes', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file, 'md5');
      const {status, said} = await claimWith(await open(server, 'ann', file, 'md5'), 'ann', file);
      assert.deepEqual([status, said.complete, (said.result as Instant).instant], [200, true, true]);
      assert.ok((await contentFor(server, 'ann', said.result.url)).equals(file));
    }));

  for (const where of [0, block + 1, file.length - 1]) {
    it(`is refused to one whose file differs in the byte at ${where}`, () =>
      withOwners(async (server) => {
        await stored(server, 'ann', file, 'md5');
        const having = Buffer.from(file);
        having[where] = (having[where] ?? 0) ^ 1;
        isRefused(await claimWith(await open(server, 'ann', file, 'md5'), 'ann', file, 'md5', having));
      }));
  }

  it('that is refused changes nothing: the file is sent', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file, 'md5');
      const url = await open(server, 'ann', file, 'md5');
      await claimWith(url, 'ann', file, 'md5', Buffer.alloc(file.length));
      const {said} = await putChecked(url, file, 0, file.length, as('ann'));
      assert.deepEqual([said.complete, 'instant' in said.result], [true, false]);
    }));
});

describe('two files with one MD5', () => {
  const [one, other] = collidingPair;

  it('have it, and are two', () => {
    assert.deepEqual(
      collidingPair.map((bytes) => createHash('md5').update(bytes).digest('hex')),
      ['79054025255fb1a26e4bc422aef54eb4', '79054025255fb1a26e4bc422aef54eb4'],
    );
    assert.ok(!one.equals(other));
    assert.equal(rootOf(one), rootOf(other));
  });

  it('stay two: who has only the second is not given the first for it', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', one, 'md5');
      isRefused(await claimWith(await open(server, 'ann', other, 'md5'), 'ann', other));
    }));

  it('stay two: the second is sent, and stored as it is', () =>
    withOwners(async (server) => {
      const first = await stored(server, 'ann', one, 'md5');
      const url = await open(server, 'ann', other, 'md5');
      await claimWith(url, 'ann', other);
      const {said} = await putChecked(url, other, 0, other.length, as('ann'));
      assert.ok((await contentFor(server, 'ann', said.result.url)).equals(other));
      assert.ok((await contentFor(server, 'ann', `${new URL(first).pathname}/content`)).equals(one));
    }));
});

describe('a proof', () => {
  it('counts once: the same again is refused', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'ann', small, 'md5');
      const {said} = await claim(url, 'ann', small, 'md5');
      assert.ok(said.challenge);
      const proof = prove(small, said.challenge, 'md5');
      isRefused(await claim(url, 'ann', small, 'md5', {...proof, digests: ['0'.repeat(32)]}));
      isRefused(await claim(url, 'ann', small, 'md5', proof));
    }));

  it('counts for one upload: that of another is refused', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      const [one, other] = [await open(server, 'ann', small, 'md5'), await open(server, 'ann', small, 'md5')];
      const {said} = await claim(one, 'ann', small, 'md5');
      assert.ok(said.challenge);
      isRefused(await claim(other, 'ann', small, 'md5', prove(small, said.challenge, 'md5')));
    }));

  it('counts for one root: that of another file is refused', () =>
    withOwners(async (server) => {
      const twin = bytesOf(small.length, 8);
      await stored(server, 'ann', small, 'md5');
      await stored(server, 'ann', twin, 'md5');
      const url = await open(server, 'ann', small, 'md5');
      const {said} = await claim(url, 'ann', twin, 'md5');
      assert.ok(said.challenge);
      isRefused(await claim(url, 'ann', small, 'md5', prove(small, said.challenge, 'md5')));
    }));

  it('counts for the last challenge only', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'ann', small, 'md5');
      const [first, second] = [(await claim(url, 'ann', small, 'md5')).said, (await claim(url, 'ann', small, 'md5')).said];
      assert.ok(first.challenge && second.challenge && first.challenge.nonce !== second.challenge.nonce);
      isRefused(await claim(url, 'ann', small, 'md5', prove(small, first.challenge, 'md5')));
    }));

  it('does not count without a challenge, nor when this server has been started again since', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'ann', small, 'md5');
      isRefused(await claim(url, 'ann', small, 'md5', prove(small, {nonce: 'ab'.repeat(16), blocks: [0]}, 'md5')));
      const {said} = await claim(url, 'ann', small, 'md5');
      assert.ok(said.challenge);
      server.forget();
      isRefused(await claim(url, 'ann', small, 'md5', prove(small, said.challenge, 'md5')));
    }));

  const wrong: Readonly<Record<string, (digests: readonly string[]) => readonly unknown[]>> = {
    'without digests': () => [],
    'with a digest less': (digests) => digests.slice(1),
    'with a digest more': (digests) => [...digests, ...digests],
    'in another order': (digests) => [...digests].reverse(),
    'in upper case': (digests) => digests.map((digest) => digest.toUpperCase()),
    'of numbers': (digests) => digests.map(() => 7),
    'of lists': (digests) => digests.map((digest) => [digest]),
  };
  for (const [what, change] of Object.entries(wrong)) {
    it(`is refused ${what}`, () =>
      withOwners(async (server) => {
        await stored(server, 'ann', file, 'md5');
        const url = await open(server, 'ann', file, 'md5');
        const {said} = await claim(url, 'ann', file, 'md5');
        assert.ok(said.challenge);
        const {nonce, digests} = prove(file, said.challenge, 'md5');
        isRefused(await claim(url, 'ann', file, 'md5', {nonce, digests: change(digests)}));
      }));
  }

  it('by the digests of the blocks alone is refused: they are known to whoever knows the root', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'ann', small, 'md5');
      const {said} = await claim(url, 'ann', small, 'md5');
      const digest = createHash('md5').update(small).digest('hex');
      isRefused(await claim(url, 'ann', small, 'md5', {nonce: said.challenge?.nonce, digests: [digest]}));
    }));
});

describe('a challenge', () => {
  afterEach(() => mock.timers.reset());
  const upload = (size: number, id = 'one'): Upload => ({info: {id, size}}) as unknown as Upload;
  const root = rootOf(small);

  it('asks for all blocks of a file of twenty', () => {
    assert.deepEqual(
      new Claims().challenge(upload(20 * block), root).blocks,
      Array.from({length: 20}, (_, index) => index),
    );
  });

  it('asks for twenty different blocks of a larger file, others each time, and all in their turn', () => {
    const asked = new Set<number>();
    for (let times = 0; times < 200; times++) {
      const {blocks} = new Claims().challenge(upload(31 * block - 5), root);
      assert.equal(new Set(blocks).size, 20);
      assert.deepEqual(
        blocks,
        [...blocks].sort((a, b) => a - b),
      );
      for (const index of blocks) asked.add(index);
    }
    assert.deepEqual(
      [...asked].sort((a, b) => a - b),
      Array.from({length: 31}, (_, index) => index),
    );
  });

  it('is never the same', () => {
    const claims = new Claims();
    const nonces = Array.from({length: 500}, (_, at) => claims.challenge(upload(5, String(at)), root).nonce);
    assert.equal(new Set(nonces).size, 500);
  });

  it('can be met for 60 s', () => {
    mock.timers.enable({apis: ['Date', 'setTimeout'], now: 1_000_000});
    const claims = new Claims();
    const [one, other] = [claims.challenge(upload(5), root), claims.challenge(upload(5, 'two'), root)];
    mock.timers.tick(59_999);
    assert.ok(claims.take(upload(5), one.nonce, root));
    mock.timers.tick(1);
    assert.equal(claims.take(upload(5, 'two'), other.nonce, root), undefined);
  });

  it('is given five times in an hour to one upload', () => {
    mock.timers.enable({apis: ['Date', 'setTimeout'], now: 1_000_000});
    const claims = new Claims();
    for (let times = 0; times < 5; times++) claims.challenge(upload(5), root);
    assert.throws(() => claims.challenge(upload(5), root), {kind: 'proof-refused'});
    assert.ok(claims.challenge(upload(5, 'two'), root));
    mock.timers.tick(3_600_000);
    assert.ok(claims.challenge(upload(5), root));
  });

  it('is refused over the wire after the fifth', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'ann', small, 'md5');
      for (let times = 0; times < 5; times++) assert.ok((await claim(url, 'ann', small, 'md5')).said.challenge);
      isRefused(await claim(url, 'ann', small, 'md5'));
    }));
});

describe('a stored file that is not what it was', () => {
  const content = (server: Parameters<typeof folderOf>[0], url: string): string => `${folderOf(server, url)}/content`;
  const changes: Readonly<Record<string, (path: string) => Promise<void>>> = {
    'was taken away': (path) => unlink(path),
    'was cut': (path) => truncate(path, small.length - 1),
    'has grown': (path) => truncate(path, small.length + 1),
    'was written over later': async (path) => {
      await writeFile(path, bytesOf(small.length, 55));
      await utimes(path, new Date(), new Date(Date.now() + 60_000));
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    for (const algorithm of ['md5', 'sha-256'] as const) {
      it(`is not found any more when it ${what} (${algorithm})`, () =>
        withOwners(async (server) => {
          const first = await stored(server, 'ann', small, algorithm);
          await change(content(server, first));
          const url = await open(server, 'ann', small, algorithm);
          assert.equal((await claim(url, 'ann', small, algorithm)).said.complete, false);
          server.forget();
          assert.equal((await claim(url, 'ann', small, algorithm)).said.complete, false);
        }));
    }
  }

  it('is found out by the proof, also when its time was set back', () =>
    withOwners(async (server) => {
      const path = content(server, await stored(server, 'ann', small, 'md5'));
      const {atime, mtime} = await stat(path);
      await writeFile(path, bytesOf(small.length, 55));
      await utimes(path, atime, mtime);
      isRefused(await claimWith(await open(server, 'ann', small, 'md5'), 'ann', small));
    }));

  it('is found out between the challenge and the proof', () =>
    withOwners(async (server) => {
      const first = await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'ann', small, 'md5');
      const {said} = await claim(url, 'ann', small, 'md5');
      assert.ok(said.challenge);
      await unlink(content(server, first));
      isRefused(await claim(url, 'ann', small, 'md5', prove(small, said.challenge, 'md5')));
      assert.equal((await ask('GET', url, as('ann'))).said.complete, false);
    }));

  it('is not looked for again by every claim', () =>
    withOwners(async (server) => {
      await unlink(content(server, await stored(server, 'ann', small)));
      await claim(await open(server, 'ann', small), 'ann', small);
      assert.deepEqual(await readdir(`${server.directory}/roots/${rootOf(small, 'sha-256').slice(0, 2)}`), []);
    }));

  it('is looked for again when only the claim was wrong: nobody can hide a file by claiming another size', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const longer = Buffer.concat([small, small]);
      const url = await open(server, 'ann', longer);
      await post(url, {root: rootOf(small, 'sha-256'), size: longer.length}, as('ann'));
      assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, true);
    }));

  it('is passed over for one that is as it was', () =>
    withOwners(async (server) => {
      await unlink(content(server, await stored(server, 'ann', small)));
      await stored(server, 'ann', small);
      await truncate(content(server, await stored(server, 'ann', small)), 1);
      assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, true);
    }));
});

describe('a file of another owner, where the operator lets claims find those', () => {
  it('is given to one who has its bytes, under the name and URL of the own upload', () =>
    withClaims('anyone', async (server) => {
      const theirs = await stored(server, 'ann', file);
      const url = await open(server, 'bob', file, 'sha-256', 'bobs.bin');
      const {said, text} = await claimWith(url, 'bob', file, 'sha-256');
      assert.deepEqual([said.complete, said.result.name], [true, 'bobs.bin']);
      assert.equal(said.result.url, `${new URL(url).pathname}/content`);
      assert.ok(!text.includes('first.bin') && !text.includes(theirs.split('/').at(-1) ?? '?'));
      assert.ok((await contentFor(server, 'bob', said.result.url)).equals(file));
      assert.equal((await ask('GET', theirs, as('bob'))).status, 404);
    }));

  it('is not given to one who knows its root and the digests of its blocks', () =>
    withClaims('anyone', async (server) => {
      await stored(server, 'ann', small);
      isRefused(await claimWith(await open(server, 'bob', small), 'bob', small, 'sha-256', Buffer.alloc(small.length)));
    }));

  it('is never given by MD5', () =>
    withClaims('anyone', async (server) => {
      await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'bob', small, 'md5');
      assert.equal((await claim(url, 'bob', small, 'md5')).said.complete, false);
    }));

  it('is asked for a proof just as a file that nobody has, and is refused just as late, and no sooner than after a second', () =>
    withClaims('anyone', async (server) => {
      await stored(server, 'ann', file);
      const nobodys = bytesOf(file.length, 77);
      const answers = [];
      for (const wanted of [file, nobodys]) {
        const url = await open(server, 'bob', wanted);
        const {said: first} = await claim(url, 'bob', wanted);
        const began = performance.now();
        const {status, said} = await claim(url, 'bob', wanted, 'sha-256', {nonce: first.challenge?.nonce, digests: ['1', '2', '3']});
        const took = performance.now() - began;
        assert.ok(took >= 990, `${took} ms`);
        answers.push({status, said, blocks: first.challenge?.blocks, members: Object.keys(first)});
      }
      assert.deepEqual(answers[0], answers[1]);
    }));

  it('need not be proven by its own owner', () =>
    withClaims('anyone', async (server) => {
      await stored(server, 'bob', small);
      await stored(server, 'ann', small);
      assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, true);
    }));
});
