import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';

import {freshFolder, removeFolders} from '../../support/serve.js';
import type {ServerProcess} from '../../support/server-process.js';
import {startServer} from '../../support/server-process.js';
import {until} from '../../support/wait.js';
import {KiB, MiB, ask, begin, bytesOf, creationHeaders, partHeaders} from './scene.js';

const file = bytesOf(2 * MiB);
let server: ServerProcess;
before(async () => {
  server = await startServer({uploads: await freshFolder()});
});
after(async () => {
  await server.kill();
  await removeFolders();
});

const created = async (): Promise<string> => {
  const {status, headers} = await ask('POST', server.endpoint, creationHeaders(file.length));
  assert.equal(status, 201);
  return server.origin + headers.get('location');
};

const put = (url: string, start = 0, end = file.length): ReturnType<typeof ask> =>
  ask('PUT', url, partHeaders(file, start, end), file.subarray(start, end));

describe('the server of the demo', () => {
  it('takes uploads, and gives them back', async () => {
    const {said} = await put(await created());
    const response = await fetch(new URL(said.result.url, server.origin));
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(file));
  });

  it('serves the built package', async () => {
    const {status, headers, text} = await ask('GET', `${server.origin}/dist/server/index.js`);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.match(text, /createUploadHandler/);
  });

  it('serves nothing outside its folders', async () => {
    const paths = [
      '/package.json',
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/dist/../package.json',
      '/dist/..%2f..%2fpackage.json',
      '/dist/%2e%2e%2fpackage.json',
      '/..%5cpackage.json',
      '/dist/%00',
      '/dist/',
      '/dist',
      '/%',
      '/dist//etc/passwd',
      '//etc/passwd',
      '/src/index.ts',
      '/node_modules/lit/package.json',
      '/uploads/secret',
    ];
    for (const path of paths) assert.equal((await ask('GET', server.origin + path)).status, 404, path);
  });

  it('says when its port is taken, and ends', async () => {
    await assert.rejects(
      startServer({uploads: await freshFolder(), port: server.port}),
      new RegExp(`ended with 1: Port ${server.port} is taken`),
    );
  });

  it('refuses other methods on its pages', async () => {
    assert.equal((await ask('POST', `${server.origin}/index.html`)).status, 405);
  });
});

describe('the faults of the demo', () => {
  it('are told', async () => {
    await server.misbehave({delay: 5, fail: 0});
    const response = await fetch(`${server.origin}/demo/faults`);
    assert.deepEqual(await response.json(), {delay: 5, rate: 0, fail: 0, down: false});
    await server.misbehave({delay: 0});
  });

  it('cannot be set to nonsense', async () => {
    for (const body of ['nonsense', 'null', '[]', '{"delay":-1,"rate":"fast","fail":null,"down":1,"more":2}']) {
      const headers = {'Content-Type': 'application/json'};
      const response = await fetch(`${server.origin}/demo/faults`, {method: 'POST', headers, body});
      assert.deepEqual(await response.json(), {delay: 0, rate: 0, fail: 0, down: false});
    }
  });

  it('cannot be set by a form of another site', async () => {
    const response = await fetch(`${server.origin}/demo/faults`, {method: 'POST', body: '{"down":true}'});
    assert.equal(response.status, 400);
  });

  it('fail as many parts as were asked for', async () => {
    const url = await created();
    await server.misbehave({fail: 2});
    const codes: number[] = [];
    for (let at = 0; at < 4; at++) codes.push((await put(url, at * 100, (at + 1) * 100)).status);
    assert.deepEqual(codes, [500, 500, 200, 200]);
  });

  it('slow down reading', async () => {
    const url = await created();
    await server.misbehave({rate: 256 * KiB});
    const begun = performance.now();
    await put(url, 0, 256 * KiB);
    await server.misbehave({rate: 0});
    assert.ok(performance.now() - begun > 500);
  });

  it('cut every connection while it is down, and none after', async () => {
    const url = await created();
    const part = begin('PUT', url, partHeaders(file, 0, file.length));
    part.request.write(file.subarray(0, 1000));
    await until('the part to be under way', async () => {
      const {said} = await ask('GET', url);
      return said.received.length > 0;
    });
    await server.misbehave({down: true});
    await assert.rejects(part.answer);
    await assert.rejects(ask('GET', url));
    await server.misbehave({down: false});
    assert.deepEqual((await ask('GET', url)).said.received, [[0, 1000]]);
  });
});
