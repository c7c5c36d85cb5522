import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {until} from '../../support/wait.js';
import {KiB, MiB, beginPut, bytesOf, content, created, put, received, total, withServer, write} from './scene.js';

/** A file of 2 MiB of which the server has the first `had` bytes. */
async function begun(server: Parameters<typeof created>[0], had: number): Promise<{file: Buffer; url: string}> {
  const file = bytesOf(2 * MiB);
  const url = await created(server, file.length);
  await put(url, file, 0, had);
  return {file, url};
}

describe('a part that begins with bytes that were received already', () => {
  it('is refused with what there is, when it is 256 KiB or more', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, 256 * KiB);
      const {status, said} = await put(url, file, 0, MiB);
      assert.deepEqual([status, said.type, said.received], [409, 'urn:chunks:received', [[0, 256 * KiB]]]);
    }));

  it('is taken when it is less', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, 256 * KiB - 1);
      const {status, said} = await put(url, file, 0, MiB);
      assert.deepEqual([status, said.received], [200, [[0, MiB]]]);
    }));

  it('is refused before it is read', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, MiB);
      const {answer} = beginPut(url, file, 0, 2 * MiB);
      assert.equal((await answer)?.status, 409);
      assert.equal(total(await received(url)), MiB);
    }));

  it('has its connection closed at once: what is on its way need not come', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, MiB);
      const {request} = beginPut(url, file, 0, 2 * MiB);
      const began = performance.now();
      await until('the connection is closed', () => request.destroyed || request.socket?.destroyed === true);
      assert.ok(performance.now() - began < 1_900, 'it was read on for as long as after any other refusal');
    }));

  it('counts from where it begins, and not from the first byte of the file', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, MiB);
      const {status} = await put(url, file, MiB - 1_000, 2 * MiB);
      assert.equal(status, 200);
    }));

  it('is no reason to refuse when they come later in it', () =>
    withServer({}, async (server) => {
      const file = bytesOf(2 * MiB);
      const url = await created(server, file.length);
      await put(url, file, MiB, 2 * MiB);
      const {status, said} = await put(url, file, 0, 2 * MiB);
      assert.deepEqual([status, said.complete], [200, true]);
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('may be the repetition of one that is still being read: that one ends first', () =>
    withServer({}, async (server) => {
      const file = bytesOf(2 * MiB);
      const url = await created(server, file.length);
      const first = beginPut(url, file, 0, 2 * MiB);
      await write(first, file.subarray(0, MiB));
      await until('1 MiB was read', () => server.bytesRead >= MiB);
      const {status, said} = await put(url, file, 0, 2 * MiB);
      assert.deepEqual([status, said.type], [409, 'urn:chunks:received']);
      assert.ok(total(said.received) >= MiB);
    }));

  it('goes on from there', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, MiB);
      await put(url, file, 0, 2 * MiB);
      const {said} = await put(url, file, MiB, 2 * MiB);
      assert.deepEqual(await content(server, said.result), file);
    }));
});

describe('a part of which everything was received', () => {
  it('is answered with what there is', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, MiB);
      const {status, said} = await put(url, file, 0, MiB);
      assert.deepEqual([status, said.received], [200, [[0, MiB]]]);
    }));

  it('is answered without being read', () =>
    withServer({}, async (server) => {
      const {file, url} = await begun(server, MiB);
      const {answer} = beginPut(url, file, 0, MiB);
      assert.equal((await answer)?.status, 200);
    }));
});
