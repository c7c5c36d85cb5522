import assert from 'node:assert/strict';
import {readFile, readdir, rm, stat, unlink} from 'node:fs/promises';
import {describe, it} from 'node:test';

import {disk} from '../../../src/server/disk.js';
import type {CompleteFile} from '../../../src/server/index.js';
import {createUploadHandler} from '../../../src/server/index.js';
import {freshFolder} from '../../support/serve.js';
import type {Instant} from './claim-scene.js';
import {as, claim, contentFor, createKnown, folderOf, open, post, stored, withClaims, withOwners} from './claim-scene.js';
import {ask, block, blocksHeader, bytesOf, creationHeaders, digestsOf, putChecked, rootOf, withServer} from './scene.js';

const file = bytesOf(2 * block + 500);
const small = bytesOf(5_000, 7);

describe('a claim of a file that its owner has stored before', () => {
  it('completes the upload', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file);
      const {status, said} = await claim(await open(server, 'ann', file), 'ann', file);
      assert.deepEqual([status, said.complete, said.received], [200, true, [[0, file.length]]]);
    }));

  it('is answered with the result of this upload, marked as instant: its own URL, name and digest', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small, 'sha-256', 'again.bin');
      assert.deepEqual((await claim(url, 'ann', small)).said.result, {
        url: `${new URL(url).pathname}/content`,
        name: 'again.bin',
        type: '',
        size: small.length,
        algorithm: 'sha-256',
        digest: rootOf(small, 'sha-256'),
        instant: true,
      });
    }));

  it('gives the bytes', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file);
      const {said} = await claim(await open(server, 'ann', file), 'ann', file);
      assert.ok((await contentFor(server, 'ann', said.result.url)).equals(file));
    }));

  it('needs no space for them, where the disk can give a file two names', () =>
    withOwners(async (server) => {
      const first = await stored(server, 'ann', small);
      const second = await open(server, 'ann', small);
      await claim(second, 'ann', small);
      const [one, other] = await Promise.all([first, second].map((url) => stat(`${folderOf(server, url)}/content`)));
      assert.equal(one?.ino, other?.ino);
    }));

  it('is remembered as instant, and so are the digests of its blocks, also by the next process', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file);
      const url = await open(server, 'ann', file);
      const {said} = await claim(url, 'ann', file);
      server.forget();
      assert.deepEqual({...(await ask('GET', url, as('ann'))).said, expires: ''}, {...said, expires: ''});
      const {text} = await ask('GET', url, {...as('ann'), Accept: 'application/vnd.chunks.digests+json'});
      assert.deepEqual((JSON.parse(text) as {digests: unknown}).digests, digestsOf(file, 'sha-256'));
    }));

  it('drops what had come of the upload', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', file);
      const url = await open(server, 'ann', file);
      await putChecked(url, file, 0, 70_000, {...as('ann'), 'Upload-Blocks': blocksHeader(file, 0, 70_000, 'sha-256')});
      const {said} = await claim(url, 'ann', file);
      assert.deepEqual((await readdir(folderOf(server, url))).sort(), ['content', 'info.json', 'journal']);
      assert.ok((await contentFor(server, 'ann', said.result.url)).equals(file));
    }));

  it('may come twice, and is answered the same', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small);
      const first = await claim(url, 'ann', small);
      assert.deepEqual({...(await claim(url, 'ann', small)).said, expires: ''}, {...first.said, expires: ''});
    }));

  it('may come twice at the same time', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small);
      const [one, other] = await Promise.all([claim(url, 'ann', small), claim(url, 'ann', small)]);
      assert.deepEqual([one.said.result, one.status], [other.said.result, 200]);
    }));

  it('may be one of many at the same time', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const urls = await Promise.all(Array.from({length: 12}, () => open(server, 'ann', small)));
      const answers = await Promise.all(urls.map((url) => claim(url, 'ann', small)));
      assert.deepEqual(new Set(answers.map(({said}) => said.complete)), new Set([true]));
      for (const {said} of answers) assert.ok((await contentFor(server, 'ann', said.result.url)).equals(small));
    }));

  it('finds a file that was claimed itself', () =>
    withOwners(async (server) => {
      const first = await stored(server, 'ann', small);
      await claim(await open(server, 'ann', small), 'ann', small);
      await unlink(`${folderOf(server, first)}/content`);
      assert.equal((await claim(await open(server, 'ann', small), 'ann', small)).said.complete, true);
    }));

  it('is told to the complete hook once, with the id and the metadata of this upload', async () => {
    const told: CompleteFile[] = [];
    await withOwners(
      async (server) => {
        await stored(server, 'ann', small);
        const url = await open(server, 'ann', small, 'sha-256', 'again.bin');
        await claim(url, 'ann', small);
        await claim(url, 'ann', small);
        await ask('GET', url, as('ann'));
        assert.equal(told.length, 2);
        assert.deepEqual([told[1]?.id, told[1]?.metadata['name']], [url.split('/').at(-1), 'again.bin']);
        assert.equal(told[1]?.path, `${folderOf(server, url)}/content`);
      },
      {onComplete: (file) => void told.push(file)},
    );
  });

  it('leaves nothing open', () =>
    withOwners(
      async (server) => {
        await stored(server, 'ann', small);
        for (let times = 0; times < 4; times++) await claim(await open(server, 'ann', small), 'ann', small);
        assert.equal((await ask('POST', server.endpoint, creationHeaders(5, {headers: as('ann')}))).status, 201);
      },
      {maxOpen: 1},
    ));
});

describe('an upload that a claim has completed', () => {
  it('keeps its bytes when the one they came from is gone, and the other way round', () =>
    withOwners(async (server) => {
      const first = await stored(server, 'ann', small);
      const second = await open(server, 'ann', small);
      const {said} = await claim(second, 'ann', small);
      await rm(folderOf(server, first), {recursive: true});
      server.forget();
      assert.ok((await contentFor(server, 'ann', said.result.url)).equals(small));
    }));

  it('takes parts, and throws them away', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small);
      await claim(url, 'ann', small);
      const other = Buffer.alloc(small.length, 9);
      const {status, said} = await putChecked(url, other, 0, other.length, as('ann'));
      assert.deepEqual([status, (said.result as Instant).instant], [200, true]);
      assert.ok((await contentFor(server, 'ann', said.result.url)).equals(small));
    }));

  it('is not canceled any more', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small);
      await claim(url, 'ann', small);
      assert.equal((await ask('DELETE', url, as('ann'))).said.type, 'urn:chunks:complete');
    }));
});

describe('a claim on a disk that gives no file two names', () => {
  it('copies the bytes, and says nothing of it', async () => {
    const directory = await freshFolder();
    const noLinks = {...disk, link: () => Promise.reject(Object.assign(new Error('EPERM'), {code: 'EPERM'}))};
    const handle = createUploadHandler({directory, authorize: () => ({owner: 'ann'}), sweepEvery: Infinity}, noLinks);
    const big = bytesOf(2 * block + 500, 4);
    const send = async (url: string, method: string, headers: Record<string, string>, body?: Uint8Array | string): Promise<Response> =>
      handle(new Request(`http://server.test${url}`, {method, headers, ...(body !== undefined && {body})} as RequestInit));
    const make = async (): Promise<string> =>
      (await send('/uploads', 'POST', creationHeaders(big.length, {algorithm: 'sha-256'}))).headers.get('Location') ?? '';
    const range = `bytes 0-${big.length - 1}/${big.length}`;
    const first = await make();
    const blocks = blocksHeader(big, 0, big.length, 'sha-256');
    await send(
      first,
      'PUT',
      {'Content-Range': range, 'Upload-Writer': '1-writer-one', 'Upload-Blocks': blocks, 'Content-Type': 'application/octet-stream'},
      big,
    );
    const second = await make();
    const body = JSON.stringify({root: rootOf(big, 'sha-256'), size: big.length});
    const answer = await send(second, 'POST', {'Content-Type': 'application/json'}, body);
    assert.equal(((await answer.json()) as {result: Instant}).result.instant, true);
    const names = [first, second].map((url) => `${directory}/${url.split('/').at(-1) ?? ''}/content`);
    const [one, other] = await Promise.all(names.map((name) => stat(name)));
    assert.notEqual(one?.ino, other?.ino);
    assert.ok((await readFile(names[1] ?? '')).equals(big));
  });
});

describe('a claim of a file that is not there for its owner', () => {
  const isNotThere = ({status, said}: {status: number; said: {complete: boolean}}): void =>
    assert.deepEqual([status, said.complete], [200, false]);

  it('is answered so', () =>
    withOwners(async (server) => {
      isNotThere(await claim(await open(server, 'ann', file), 'ann', file));
    }));

  it('changes nothing: the upload goes on, and becomes complete by its parts', () =>
    withOwners(async (server) => {
      const url = await open(server, 'ann', file);
      await putChecked(url, file, 0, 70_000, {...as('ann'), 'Upload-Blocks': blocksHeader(file, 0, 70_000, 'sha-256')});
      await claim(url, 'ann', file);
      const {said} = await putChecked(url, file, 70_000, file.length, {
        ...as('ann'),
        'Upload-Blocks': blocksHeader(file, 70_000, file.length, 'sha-256'),
      });
      assert.equal(said.complete, true);
      assert.equal('instant' in said.result, false);
    }));

  it('does not find what another owner has, with a proof or without', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'bob', small);
      isNotThere(await claim(url, 'bob', small));
      const guessed = {nonce: 'ab'.repeat(16), digests: ['cd'.repeat(32)]};
      assert.equal((await claim(url, 'bob', small, 'sha-256', guessed)).said.type, 'urn:chunks:proof-refused');
    }));

  it('says the same of what others have and of what nobody has', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const nobodys = bytesOf(small.length, 99);
      const [theirs, none] = [await open(server, 'bob', small), await open(server, 'bob', nobodys)];
      const said = async (...asked: Parameters<typeof claim>): Promise<object> => ({...(await claim(...asked)).said, expires: ''});
      assert.deepEqual(await said(theirs, 'bob', small), await said(none, 'bob', nobodys));
    }));

  it('does not find a file that is not complete', () =>
    withOwners(async (server) => {
      const first = await open(server, 'ann', file);
      await putChecked(first, file, 0, block, {...as('ann'), 'Upload-Blocks': blocksHeader(file, 0, block, 'sha-256')});
      isNotThere(await claim(await open(server, 'ann', file), 'ann', file));
    }));

  it('does not find a file that was digested in another way', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      const url = await open(server, 'ann', small, 'sha-256');
      isNotThere(await claim(url, 'ann', small, 'sha-256'));
      assert.equal((await claim(url, 'ann', small, 'md5')).said.type, 'urn:chunks:bad-request');
    }));

  it('finds nothing for an upload without digests', () =>
    withOwners(async (server) => {
      const {headers} = await ask('POST', server.endpoint, creationHeaders(small.length, {headers: as('ann')}));
      isNotThere(await claim(server.origin + headers.get('location'), 'ann', small));
    }));

  it('finds nothing where the operator wants no claims', () =>
    withClaims('none', async (server) => {
      await stored(server, 'ann', small);
      isNotThere(await claim(await open(server, 'ann', small), 'ann', small));
      assert.deepEqual((await readdir(server.directory)).includes('roots'), false);
    }));

  it('finds nothing where all strangers are one owner, unless the operator wants it', async () => {
    await withServer({}, async (server) => {
      await stored(server, '', small);
      isNotThere(await claim(await open(server, '', small), '', small));
    });
    await withServer({claims: 'owner'}, async (server) => {
      await stored(server, '', small);
      const {said} = await claim(await open(server, '', small), '', small);
      assert.equal(said.challenge?.nonce.length, 32, 'strangers have to prove it, whatever the digest');
    });
  });
});

describe('a claim that says something else than a claim', () => {
  const root = rootOf(small, 'sha-256');
  const size = small.length;
  const bodies: Readonly<Record<string, unknown>> = {
    'no JSON': '{"root"',
    nothing: '',
    'a number': 7,
    'no object': null,
    'a list': [root, size],
    'no size': {root},
    'no root': {size},
    'a root that is a number': {root: 7, size},
    'a size that is a text': {root, size: String(size)},
    'a size below zero': {root, size: -1},
    'a root that leads elsewhere': {root: '../../secret', size},
    'a root in upper case': {root: root.toUpperCase(), size},
    'a root that is too short': {root: root.slice(1), size},
    'a proof without a nonce': {root, size, proof: {digests: []}},
    'a proof without digests': {root, size, proof: {nonce: 'ab'}},
    'a proof that is a text': {root, size, proof: 'trust me'},
    'a proof that is null': {root, size, proof: null},
    'too much': {root, size, more: 'x'.repeat(9_000)},
  };
  for (const [what, body] of Object.entries(bodies)) {
    it(`is refused: ${what}`, () =>
      withOwners(async (server) => {
        await stored(server, 'ann', small);
        const url = await open(server, 'ann', small);
        const {status, said} = await post(url, body, as('ann'));
        assert.deepEqual([status, said.type], [400, 'urn:chunks:bad-request']);
        assert.equal((await ask('GET', url, as('ann'))).said.complete, false);
      }));
  }

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json5']) {
    it(`is refused when it comes as ${type}: a form of another site could send that`, () =>
      withOwners(async (server) => {
        const url = await open(server, 'ann', small);
        assert.equal((await post(url, {root, size}, {...as('ann'), 'Content-Type': type})).status, 400);
      }));
  }

  it('may name its character set, as browsers do', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small);
      const {said} = await post(url, {root, size}, {...as('ann'), 'Content-Type': 'application/json;charset=UTF-8'});
      assert.equal(said.complete, true);
    }));

  it('is refused when the file has another size', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const {status, said} = await post(await open(server, 'ann', small), {root, size: size + 1}, as('ann'));
      assert.deepEqual([status, said.type, said.received], [409, 'urn:chunks:size-differs', []]);
    }));

  it('is refused when it comes from a page of another site', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small);
      assert.equal((await post(url, {root, size}, {...as('ann'), Origin: 'https://evil.test'})).said.type, 'urn:chunks:forbidden');
    }));
});

describe('a claim of an upload that is not there', () => {
  it('is told apart from one that finds nothing: unknown, of another owner, or gone', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await open(server, 'ann', small);
      const types = [
        (await claim(`${server.endpoint}/${'0'.repeat(40)}`, 'ann', small)).said.type,
        (await claim(url, 'bob', small)).said.type,
      ];
      await ask('DELETE', url, as('ann'));
      types.push((await claim(url, 'ann', small)).said.type);
      assert.deepEqual(types, ['urn:chunks:unknown', 'urn:chunks:unknown', 'urn:chunks:gone']);
    }));
});

describe('a claim of an upload that is complete by its parts', () => {
  it('is answered with its result, which is not instant', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const url = await stored(server, 'ann', small);
      const {status, said} = await claim(url, 'ann', small);
      assert.deepEqual([status, said.complete, 'instant' in said.result], [200, true, false]);
    }));
});

describe('a creation that names the root of its file', () => {
  it('hears that a claim would find something', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      assert.equal((await createKnown(server, 'ann', small)).said.known, true);
    }));

  it('hears it also for a root by MD5', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small, 'md5');
      assert.equal((await createKnown(server, 'ann', small, rootOf(small), 'md5')).said.known, true);
    }));

  it('hears nothing of a file that is not there, or of another size', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      assert.equal('known' in (await createKnown(server, 'ann', file)).said, false);
      assert.equal('known' in (await createKnown(server, 'ann', file, rootOf(small, 'sha-256'))).said, false);
    }));

  for (const claims of ['owner', 'anyone', 'none'] as const) {
    it(`hears nothing of what others have, with claims of "${claims}"`, () =>
      withClaims(claims, async (server) => {
        await stored(server, 'ann', small);
        const [theirs, nobodys] = [await createKnown(server, 'bob', small), await createKnown(server, 'bob', small, 'ab'.repeat(32))];
        assert.deepEqual({...theirs.said, expires: ''}, {...nobodys.said, expires: ''});
      }));
  }

  it('hears nothing when it is complete already', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const headers = creationHeaders(small.length, {
        algorithm: 'sha-256',
        headers: {...as('ann'), 'Upload-Root': rootOf(small, 'sha-256'), 'Upload-Blocks': blocksHeader(small, 0, small.length, 'sha-256')},
      });
      const {said} = await ask('POST', server.endpoint, headers, small);
      assert.deepEqual([said.complete, 'known' in said], [true, false]);
    }));

  it('may be repeated, and hears it again', () =>
    withOwners(async (server) => {
      await stored(server, 'ann', small);
      const headers = creationHeaders(small.length, {
        algorithm: 'sha-256',
        headers: {...as('ann'), 'Upload-Root': rootOf(small, 'sha-256')},
      });
      await ask('POST', server.endpoint, headers);
      const again = await ask('POST', server.endpoint, headers);
      assert.deepEqual([again.status, (again.said as {known?: true}).known], [200, true]);
    }));

  for (const root of ['', 'x', 'AB'.repeat(32), 'ab'.repeat(16), '../'.repeat(20)]) {
    it(`is refused when that is no digest of its algorithm: "${root.slice(0, 12)}"`, () =>
      withOwners(async (server) => {
        const {status, said} = await createKnown(server, 'ann', small, root);
        assert.deepEqual([status, said.detail.startsWith('Upload-Root:')], [400, true]);
      }));
  }

  it('is not refused when nothing is digested: then a root means nothing', () =>
    withOwners(async (server) => {
      const {status, said} = await createKnown(server, 'ann', small, 'whatever', 'none');
      assert.deepEqual([status, 'known' in said], [201, false]);
    }));
});
