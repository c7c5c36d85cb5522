import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import {
  KiB,
  MiB,
  ask,
  begin,
  blocksHeader,
  bytesOf,
  content,
  create,
  creationHeaders,
  newKey,
  partHeaders,
  putChecked,
  received,
  withServer,
  without,
  write,
  type Answer,
  type CreateOptions,
  type Exchange,
} from './scene.js';

const file = bytesOf(6 * MiB);
const writer = '1-writer-one';
const share = 12 * KiB;

type Options = CreateOptions & {readonly key: string};

const headersOf = (start: number, end: number, options: Options, of: Uint8Array): Record<string, string> => ({
  ...creationHeaders(of.length, {algorithm: 'md5', writer, ...options}),
  ...partHeaders(of, start, end),
  'Upload-Writer': options.writer ?? writer,
  ...options.headers,
});

/** Brings `[start, end)` beside a creation. */
const beside = ({endpoint}: TestServer, start: number, end: number, options: Options, of: Uint8Array = file): Promise<Answer> =>
  ask('PUT', endpoint, headersOf(start, end, options, of), of.subarray(start, end));

const beginBeside = ({endpoint}: TestServer, start: number, end: number, options: Options): Exchange =>
  begin('PUT', endpoint, headersOf(start, end, options, file));

/** The creation itself, with the first share. */
const creation = (server: TestServer, key: string): Promise<Answer> =>
  create(server, file.length, {key, algorithm: 'md5', writer, body: file.subarray(0, share)});

const urlOf = (server: TestServer, {headers}: Answer): string => server.origin + headers.get('location');

describe('bytes beside a creation', () => {
  it('are kept, and told with a location like that of the creation', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const made = await creation(server, key);
      const {status, headers, said} = await beside(server, share, 2 * share, {key});
      assert.deepEqual([status, said.received], [200, [[0, 2 * share]]]);
      assert.equal(headers.get('location'), made.headers.get('location'));
    }));

  it('create the upload when they come first', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const {status, said} = await beside(server, share, 2 * share, {key});
      assert.deepEqual([status, said.received], [201, [[share, 2 * share]]]);
      const made = await creation(server, key);
      assert.deepEqual([made.status, made.said.received], [200, [[0, 2 * share]]]);
    }));

  it('make one upload with it, all four at once, and the rest completes it', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const answers = await Promise.all([
        creation(server, key),
        ...[1, 2, 3].map((at) => beside(server, at * share, (at + 1) * share, {key})),
      ]);
      const [url = '', ...others] = new Set(answers.map((answer) => urlOf(server, answer)));
      assert.deepEqual(others, []);
      assert.deepEqual(answers.map(({status}) => status).sort(), [200, 200, 200, 201]);
      assert.deepEqual(await received(url), [[0, 4 * share]]);
      const {said} = await putChecked(url, file, 4 * share);
      assert.ok((await content(server, said.result)).equals(file));
    }));

  it('do not end the creation, whose body is still being read', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const slow = begin('POST', server.endpoint, {
        ...creationHeaders(file.length, {key, algorithm: 'md5', writer}),
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(share),
      });
      await write(slow, file.subarray(0, 1_000));
      await until('its first bytes', () => server.bytesRead === 1_000);
      assert.equal((await beside(server, share, 2 * share, {key})).status, 200);
      await write(slow, file.subarray(1_000, share));
      slow.request.end();
      const {status, said} = await slow.answer;
      assert.deepEqual([status, said.received], [201, [[0, 2 * share]]]);
    }));

  it('are ended by a newer writer, and what arrived is kept', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const url = urlOf(server, await creation(server, key));
      const slow = beginBeside(server, share, 2 * share, {key});
      await write(slow, file.subarray(share, share + 1_000));
      await until('its first bytes', () => server.bytesRead === share + 1_000);
      assert.deepEqual(await received(url, {'Upload-Writer': '2-writer-two'}), [[0, share + 1_000]]);
      assert.equal((await slow.answer).said.type, 'urn:chunks:superseded');
    }));

  it('are ended by a creation that is repeated', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const slow = beginBeside(server, share, 2 * share, {key});
      await write(slow, file.subarray(share, share + 1_000));
      await until('its first bytes', () => server.bytesRead === 1_000);
      const {said} = await create(server, file.length, {key, algorithm: 'md5', writer: '1-writer-new'});
      assert.deepEqual(said.received, [[share, share + 1_000]]);
      assert.equal((await slow.answer).said.type, 'urn:chunks:superseded');
    }));

  it('come to nothing when they are late, and their writer is an old one', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const url = urlOf(server, await creation(server, key));
      await create(server, file.length, {key, algorithm: 'md5', writer: '1-writer-new'});
      const late = await beside(server, share, 2 * share, {key});
      assert.deepEqual([late.status, late.said.type], [409, 'urn:chunks:superseded']);
      assert.deepEqual(await received(url), [[0, share]]);
      assert.equal((await putChecked(url, file, share, file.length, {'Upload-Writer': '1-writer-new'})).said.complete, true);
    }));

  it('may come twice', () =>
    withServer({}, async (server) => {
      const key = newKey();
      await beside(server, share, 2 * share, {key});
      const {status, said} = await beside(server, share, 2 * share, {key});
      assert.deepEqual([status, said.received], [200, [[share, 2 * share]]]);
    }));

  it('are none of a canceled upload', () =>
    withServer({}, async (server) => {
      const key = newKey();
      await ask('DELETE', urlOf(server, await creation(server, key)));
      const {status, said} = await beside(server, share, 2 * share, {key});
      assert.deepEqual([status, said.type], [410, 'urn:chunks:gone']);
    }));

  it('are answered the result when the upload is complete', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const small = bytesOf(2_000);
      const options = {key, algorithm: 'md5' as const, writer, body: small, headers: {'Upload-Blocks': blocksHeader(small, 0, 2_000)}};
      await create(server, small.length, options);
      const {status, said} = await beside(server, 0, 1_000, {key}, small);
      assert.deepEqual([status, said.complete], [200, true]);
    }));

  it('of other owners with the same key are another upload', () =>
    withServer({authorize: ({headers}) => ({owner: headers.get('Authorization') ?? ''})}, async (server) => {
      const key = newKey();
      const answers = await Promise.all(
        ['one', 'two'].map((owner) => beside(server, share, 2 * share, {key, headers: {Authorization: owner}})),
      );
      assert.equal(new Set(answers.map((answer) => urlOf(server, answer))).size, 2);
      assert.deepEqual(
        answers.map(({said}) => said.received),
        [[[share, 2 * share]], [[share, 2 * share]]],
      );
    }));

  it('need the permission that a creation needs', async () => {
    const asked: string[] = [];
    const authorize = (_: Request, action: string) => {
      asked.push(action);
      return new Response(null, {status: 403});
    };
    await withServer({authorize}, async (server) => {
      assert.equal((await beside(server, share, 2 * share, {key: newKey()})).status, 403);
    });
    assert.deepEqual(asked, ['create']);
  });
});

describe('bytes beside a creation are refused', () => {
  const refusals: readonly (readonly [what: string, type: string, change: (headers: Record<string, string>) => Record<string, string>])[] =
    [
      ['without a key', 'bad-request', (headers) => without(headers, 'Idempotency-Key')],
      ['without a size', 'bad-request', (headers) => without(headers, 'Upload-Length')],
      ['without a writer', 'bad-request', (headers) => without(headers, 'Upload-Writer')],
      ['without a range', 'bad-request', (headers) => without(headers, 'Content-Range')],
      ['as a form would send them', 'bad-request', (headers) => ({...headers, 'Content-Type': 'text/plain'})],
      ['when the sizes differ', 'bad-request', (headers) => ({...headers, 'Upload-Length': '7000000'})],
      [
        'when the range is longer than the body',
        'bad-request',
        (headers) => ({...headers, 'Content-Range': `bytes 0-50000/${file.length}`}),
      ],
      [
        'when they are not among the first MiB',
        'part-too-large',
        (headers) => ({...headers, 'Content-Range': `bytes ${MiB - share + 1}-${MiB}/${file.length}`}),
      ],
    ];
  for (const [what, type, change] of refusals) {
    it(what, () =>
      withServer({}, async (server) => {
        const headers = change(headersOf(share, 2 * share, {key: newKey()}, file));
        const {said} = await ask('PUT', server.endpoint, headers, file.subarray(share, 2 * share));
        assert.equal(said.type, `urn:chunks:${type}`);
      }),
    );
  }

  it('with nothing in them', () =>
    withServer({}, async (server) => {
      const {said} = await ask('PUT', server.endpoint, {...headersOf(share, 2 * share, {key: newKey()}, file), 'Content-Length': '0'});
      assert.equal(said.type, 'urn:chunks:bad-request');
    }));

  it('when the key belongs to a file of another size', () =>
    withServer({}, async (server) => {
      const key = newKey();
      await creation(server, key);
      const {status, said} = await beside(server, share, 2 * share, {key}, bytesOf(5 * MiB));
      assert.deepEqual([status, said.type], [422, 'urn:chunks:key-reused']);
    }));

  it('without digests where the last byte of a file is among them', () =>
    withServer({}, async (server) => {
      const small = bytesOf(2 * share);
      const {status, said} = await beside(server, share, 2 * share, {key: newKey()}, small);
      assert.deepEqual([status, said.type], [400, 'urn:chunks:blocks-required']);
    }));

  it('when they come in crumbs without end', () =>
    withServer({maxRanges: 3}, async (server) => {
      const key = newKey();
      const types: string[] = [];
      for (const start of [10, 20, 30, 40]) types.push((await beside(server, start, start + 1, {key})).said.type);
      assert.deepEqual(types.slice(3), ['urn:chunks:too-many-parts']);
    }));

  it('when another site sends them', () =>
    withServer({}, async (server) => {
      const key = newKey();
      assert.equal((await beside(server, share, 2 * share, {key, headers: {'Sec-Fetch-Site': 'cross-site'}})).status, 403);
    }));
});

describe('a small file that came beside its creation', () => {
  it('is complete when both are there, with the digest that came along', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const small = bytesOf(2 * share);
      const blocks = {'Upload-Blocks': blocksHeader(small, 0, small.length)};
      await create(server, small.length, {key, algorithm: 'md5', writer, body: small.subarray(0, share)});
      const {status, said} = await beside(server, share, 2 * share, {key, headers: blocks}, small);
      assert.deepEqual([status, said.complete], [200, true]);
      assert.ok((await content(server, said.result)).equals(small));
    }));

  it('is dropped when it has not the digest that was said', () =>
    withServer({}, async (server) => {
      const key = newKey();
      const small = bytesOf(2 * share);
      await create(server, small.length, {key, algorithm: 'md5', writer, body: small.subarray(0, share)});
      const {status, said} = await beside(server, share, 2 * share, {key, headers: {'Upload-Blocks': `0;${'0'.repeat(32)}`}}, small);
      assert.deepEqual([status, said.type, said.blocks, said.received], [422, 'urn:chunks:blocks-dropped', [0], []]);
    }));
});
