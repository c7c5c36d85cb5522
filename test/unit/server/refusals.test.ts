import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {LogLine} from '../../../src/server/index.js';
import type {TestServer} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import {KiB, MiB, ask, beginPut, bytesOf, create, created, put, status, withServer, write} from './scene.js';

const file = bytesOf(100 * KiB);

describe('a part that does not fit the upload', () => {
  it('is refused when it names another size', () =>
    withServer({}, async (server) => {
      const url = await created(server, 5000);
      const {status: code, said} = await put(url, file, 0, 10);
      assert.equal(code, 409);
      assert.equal(said.type, 'urn:chunks:size-differs');
      assert.deepEqual(said.received, []);
    }));
});

describe('a file that is too large', () => {
  it('is refused at its creation', () =>
    withServer({maxSize: 1000}, async (server) => {
      assert.equal((await create(server, 1000)).status, 201);
      const {status: code, said} = await create(server, 1001);
      assert.deepEqual([code, said.type], [413, 'urn:chunks:file-too-large']);
    }));

  it('is told so before its first bytes are read', () =>
    withServer({maxSize: 1000}, async (server) => {
      const {status: code} = await create(server, 1001, {body: file.subarray(0, 1001)});
      assert.equal(code, 413);
      assert.equal(server.bytesRead, 0);
    }));

  it('brings no more than 1 MiB with its creation', () =>
    withServer({}, async (server) => {
      const body = bytesOf(MiB + 1);
      const {status: code, said} = await create(server, 5 * MiB, {body});
      assert.deepEqual([code, said.type], [413, 'urn:chunks:part-too-large']);
      assert.equal((await create(server, 5 * MiB, {body: body.subarray(1)})).status, 201);
    }));
});

describe('a part that is refused before its body is read', () => {
  const tooLarge = async (server: TestServer): Promise<{url: string; part: ReturnType<typeof beginPut>}> => {
    const url = await created(server, file.length);
    return {url, part: beginPut(url, file)};
  };
  const small = {parts: {min: 1, preferred: 1000, max: 1000}};

  it('is answered to a client that has sent nothing of its body', () =>
    withServer(small, async (server) => {
      const {part} = await tooLarge(server);
      const {status: code, headers, said} = await part.answer;
      assert.equal(code, 413);
      assert.equal(said.type, 'urn:chunks:part-too-large');
      assert.equal(headers.get('connection'), 'close');
    }));

  it('is answered to a client that goes on sending', () =>
    withServer(small, async (server) => {
      const {part} = await tooLarge(server);
      part.request.on('error', () => undefined);
      for (let at = 0; at < 10; at++) part.request.write(file.subarray(at * KiB, (at + 1) * KiB));
      assert.equal((await part.answer).status, 413);
    }));

  it('has its connection reset when the client goes on for more than 2 s', () =>
    withServer(small, async (server) => {
      const {part} = await tooLarge(server);
      await part.answer;
      const {socket} = part.request;
      assert.ok(socket);
      const end = performance.now() + 15_000;
      while (!socket.destroyed && performance.now() < end) {
        socket.write('x');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.ok(socket.destroyed);
    }));

  it('is repeated by the status', () =>
    withServer(small, async (server) => {
      const {url, part} = await tooLarge(server);
      await part.answer;
      const {refused} = await status(url);
      assert.equal(refused?.status, 413);
      assert.equal(refused?.type, 'urn:chunks:part-too-large');
      const left = Date.parse(refused?.until ?? '') - Date.now();
      assert.ok(left > 0 && left <= 10_000, `${left}`);
    }));

  it('is repeated until a part is accepted', () =>
    withServer(small, async (server) => {
      const {url, part} = await tooLarge(server);
      await part.answer;
      await put(url, file, 0, 1000);
      assert.equal((await status(url)).refused, undefined);
    }));

  it('is repeated until a part is accepted, not until it has arrived', () =>
    withServer(small, async (server) => {
      const {url, part} = await tooLarge(server);
      await part.answer;
      const accepted = beginPut(url, file, 0, 1000);
      await write(accepted, file.subarray(0, 1));
      await until('the part to be read', () => server.bytesRead === 1);
      assert.equal((await status(url)).refused, undefined);
      accepted.request.destroy();
    }));

  it('is repeated for the latest reason', () =>
    withServer(small, async (server) => {
      const {url, part} = await tooLarge(server);
      await part.answer;
      await put(url, file, 0, 10, {'Content-Range': 'bytes 0-9/7000000'});
      assert.equal((await status(url)).refused?.type, 'urn:chunks:size-differs');
    }));

  it('is repeated for 10 s', {timeout: 40_000}, () =>
    withServer(small, async (server) => {
      const {url, part} = await tooLarge(server);
      await part.answer;
      const {refused} = await status(url);
      await until('it to be forgotten', async () => (await status(url)).refused === undefined, {limit: 20_000, every: 250});
      assert.ok(Date.now() >= Date.parse(refused?.until ?? '') - 250);
    }),
  );

  it('is not repeated when it only told an old writer that a newer one took over', () =>
    withServer(small, async (server) => {
      const url = await created(server, 10);
      await ask('GET', url, {'Upload-Writer': '5-aaaaaaaaaaaaaaaa'});
      const late = await put(url, bytesOf(10), 0, 10, {'Upload-Writer': '4-bbbbbbbbbbbbbbbb'});
      assert.equal(late.said.type, 'urn:chunks:superseded');
      assert.equal((await status(url)).refused, undefined);
    }));

  it('is not repeated to the client of another upload', () =>
    withServer(small, async (server) => {
      const {part} = await tooLarge(server);
      await part.answer;
      assert.equal((await status(await created(server, 10))).refused, undefined);
    }));
});

describe('a method that is not one of the URL', () => {
  for (const [what, path, allow] of [
    ['the endpoint', '', 'HEAD, POST, PUT, DELETE'],
    ['an upload', '/ID', 'GET, POST, PUT, DELETE'],
    ['content', '/ID/content', 'GET'],
  ] as const) {
    it(`of ${what} is refused, with those that are`, () =>
      withServer({}, async (server) => {
        const url = await created(server, 5);
        const target = server.endpoint + path.replace('ID', url.split('/').at(-1) ?? '');
        for (const method of ['PATCH', 'OPTIONS', 'PROPFIND', ...['GET', 'POST'].filter((method) => !allow.split(', ').includes(method))]) {
          const answer = await ask(method, target);
          assert.equal(answer.status, 405, method);
          assert.equal(answer.said.type, 'urn:chunks:method');
          assert.equal(answer.headers.get('allow'), allow);
        }
      }));
  }

  it('is refused though it is a property of every object', () =>
    withServer({}, async (server) => {
      assert.equal((await fetch(server.endpoint, {method: 'toString'})).status, 400);
      assert.equal((await fetch(await created(server, 5), {method: 'HEAD'})).status, 405);
    }));
});

describe('a server with rules of its own', () => {
  const authorize = ({headers}: Request, action: string): {owner: string} | Response => {
    const owner = headers.get('Authorization');
    if (!owner) return new Response('who are you?', {status: 401});
    return owner === 'reader' && action !== 'status' && action !== 'read'
      ? new Response(null, {status: 403})
      : {owner: owner === 'reader' ? 'ann' : owner};
  };

  it('gives its own answers', () =>
    withServer({authorize}, async (server) => {
      const {status: code, text} = await create(server, 5);
      assert.deepEqual([code, text], [401, 'who are you?']);
    }));

  it('does not read the body of what it refuses', () =>
    withServer({authorize}, async (server) => {
      assert.equal((await create(server, 500, {body: file.subarray(0, 500)})).status, 401);
      assert.equal(server.bytesRead, 0);
    }));

  it('can tell what is wanted', () =>
    withServer({authorize}, async (server) => {
      const url = await created(server, file.length, {headers: {Authorization: 'ann'}});
      assert.equal((await ask('GET', url, {Authorization: 'reader'})).status, 200);
      assert.equal((await put(url, file, 0, 10, {Authorization: 'reader'})).status, 403);
      assert.equal((await ask('DELETE', url, {Authorization: 'reader'})).status, 403);
    }));

  it('keeps uploads from other owners: for them there are none', () =>
    withServer({authorize}, async (server) => {
      const url = await created(server, file.length, {headers: {Authorization: 'ann'}});
      const bob = {Authorization: 'bob'};
      assert.equal((await ask('GET', url, bob)).said.type, 'urn:chunks:unknown');
      assert.equal((await put(url, file, 0, 10, bob)).said.type, 'urn:chunks:unknown');
      assert.equal((await ask('GET', `${url}/content`, bob)).said.type, 'urn:chunks:unknown');
      assert.equal((await ask('DELETE', url, bob)).status, 204);
      assert.equal((await ask('GET', url, {Authorization: 'ann'})).status, 200);
    }));

  it('that throws is at fault itself, and says nothing of it to the client', async () => {
    const heard: string[] = [];
    const options = {
      authorize: (): never => {
        throw new Error('the database is at 10.0.0.1');
      },
      log: (line: LogLine): void => {
        if (line.event === 'fault') heard.push(`${line.what}: ${line.error.split('\n')[0]}`);
      },
    };
    await withServer(options, async (server) => {
      const {status: code, headers, text} = await create(server, 5);
      assert.equal(code, 500);
      assert.equal(headers.get('content-type'), 'application/problem+json');
      assert.doesNotMatch(text, /10\.0\.0\.1/);
      assert.deepEqual(heard, ['create: Error: the database is at 10.0.0.1']);
    });
  });
});
