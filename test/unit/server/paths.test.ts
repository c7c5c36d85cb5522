import assert from 'node:assert/strict';
import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {createConnection} from 'node:net';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {freshFolder} from '../../support/serve.js';
import {ask, bytesOf, created, put, withServer} from './scene.js';

/** Sends a request whose path is not touched by any URL parser on its way, and returns the status of the answer. */
async function rawStatus(server: TestServer, method: string, path: string): Promise<number> {
  const socket = createConnection(server.port, '127.0.0.1');
  const head = [`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', 'Content-Length: 0', 'Upload-Writer: 1-abcdefgh'];
  socket.write(`${head.join('\r\n')}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 0-0/1\r\n\r\n`);
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
}

const long = 'a'.repeat(5000);

const ids = [
  '..',
  '.',
  '%2e%2e',
  '%2E%2E',
  '%252e%252e',
  '..%2f',
  '..%2fvictim',
  '..%2f..%2fetc%2fpasswd',
  '..%5cvictim',
  '..\\victim',
  '%00',
  `${'0'.repeat(40)}%00`,
  `${'0'.repeat(39)}%2f`,
  'secret',
  'victim',
  '/etc/passwd',
  '%2fetc%2fpasswd',
  'C:%5cWindows',
  '__proto__',
  'constructor',
  long,
  '0'.repeat(39),
  '0'.repeat(41),
  'A'.repeat(40),
  'g'.repeat(40),
  '\uff10'.repeat(40),
  '%ef%bc%8e%ef%bc%8e',
  '0'.repeat(40),
  '%',
  '%zz',
  '..;',
  '~root',
  '?x',
  '#x',
  '%c0%ae%c0%ae%c0%af',
  '%u002e%u002e',
  '..%00/',
  '....//',
  '%2e%2e%2f%2e%2e%2fsecret',
  '..%255cvictim',
  '\u2024\u2024%2fvictim',
  'victim%2finfo.json',
  `${'0'.repeat(40)}%2f..%2fvictim`,
  `${'0'.repeat(40)}.json`,
  `${'0'.repeat(40)} `,
  'CON',
  'aux.txt',
];

describe('an id that is none', () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'POST', 'PATCH', 'HEAD', 'OPTIONS']) {
    it(`finds no upload by ${method}, and touches nothing`, async () => {
      const outside = await freshFolder();
      const directory = join(outside, 'uploads');
      await mkdir(join(outside, 'victim'));
      await writeFile(
        join(outside, 'victim', 'info.json'),
        JSON.stringify({version: 1, id: '../victim', owner: '', size: 1, algorithm: 'none', metadata: {}}),
      );
      await writeFile(join(outside, 'victim', 'journal'), '["received",0,1]\n');
      await writeFile(join(outside, 'victim', 'data'), 'x');
      await withServer({directory}, async (server) => {
        await created(server, 5);
        const before = (await readdir(outside, {recursive: true})).sort();
        for (const id of ids) {
          const code = await rawStatus(server, method, `/uploads/${id}`);
          const fine = method === 'DELETE' ? [204, 400, 404, 405] : [400, 404, 405];
          assert.ok(fine.includes(code), `${method} ${id.slice(0, 60)}: ${code}`);
        }
        assert.deepEqual((await readdir(outside, {recursive: true})).sort(), before);
      });
    });
  }

  it('finds no content', () =>
    withServer({}, async (server) => {
      for (const id of ids) {
        const code = await rawStatus(server, 'GET', `/uploads/${id}/content`);
        assert.ok([400, 404, 405].includes(code), `${id.slice(0, 60)}: ${code}`);
      }
    }));
});

describe('a path that is not exactly one of the protocol', () => {
  for (const path of [
    '/',
    '/upload',
    '/uploads/',
    '/uploadsx',
    '/uploads//',
    '/uploads/ID/',
    '/uploads/ID/content/',
    '/uploads/ID/content/x',
    '/uploads/ID/data',
    '/uploads/ID/journal',
    '/uploads/ID/info.json',
    '/uploads/ID/content%2f..%2fjournal',
    '//uploads/ID/content',
    '/UPLOADS/ID',
  ]) {
    it(`${path} is nothing`, () =>
      withServer({}, async (server) => {
        const url = await created(server, 5);
        await put(url, bytesOf(5));
        const real = path.replace('ID', url.split('/').at(-1) ?? '');
        assert.equal(await rawStatus(server, 'GET', real), 404);
      }));
  }

  it('may have a query, that is ignored', () =>
    withServer({}, async (server) => {
      assert.equal((await ask('GET', `${await created(server, 5)}?a=b`)).status, 200);
    }));

  it('may come as dots that a URL resolves: then it is what they lead to', () =>
    withServer({}, async (server) => {
      const url = await created(server, 5);
      assert.equal(await rawStatus(server, 'GET', `/other/..${new URL(url).pathname}`), 200);
    }));

  it('is refused when it is a whole URL, or a star', () =>
    withServer({}, async (server) => {
      const url = await created(server, 5);
      assert.equal(await rawStatus(server, 'GET', url), 400);
      assert.equal(await rawStatus(server, 'OPTIONS', '*'), 400);
    }));
});

describe('a header that tries to be a path', () => {
  const values = ids.filter((id) => /^[\x21-\x7e]+$/.test(id) && id.length < 5000);
  const headersOf: Record<string, (value: string) => string> = {
    'Idempotency-Key': (value) => `"${value}"`,
    'Upload-Writer': (value) => `1-${value}`,
    'Upload-Digest': (value) => value,
    'Upload-Blocks': (value) => `0;${value}`,
    'Upload-Metadata': (value) => `name ${Buffer.from(value).toString('base64')},path ${Buffer.from(`../${value}`).toString('base64')}`,
    'Content-Range': (value) => `bytes ${value}/1`,
    'Upload-Length': (value) => value,
  };

  for (const [header, write] of Object.entries(headersOf)) {
    it(`${header} never becomes one`, async () => {
      const outside = await freshFolder();
      const directory = join(outside, 'uploads');
      await withServer({directory}, async (server) => {
        const url = await created(server, 5);
        for (const value of values) {
          const common = {
            'Upload-Length': '5',
            'Idempotency-Key': `"${value
              .replace(/[^a-z0-9]/gi, '')
              .padEnd(20, 'k')
              .slice(0, 40)}"`,
          };
          const codes = [
            (await ask('POST', server.endpoint, {...common, [header]: write(value)}, bytesOf(5))).status,
            (await ask('DELETE', server.endpoint, {...common, [header]: write(value)})).status,
            (await put(url, bytesOf(5), 0, 1, {[header]: write(value)})).status,
          ];
          for (const code of codes) assert.ok([200, 201, 204, 400, 409, 410].includes(code), `${header}: ${value}: ${code}`);
        }
        const names = await readdir(directory);
        assert.deepEqual(
          names.filter((name) => name !== 'secret' && !/^[0-9a-f]{40}$/.test(name)),
          [],
        );
        assert.deepEqual(await readdir(outside), ['uploads']);
      });
    });
  }
});
