import assert from 'node:assert/strict';
import {readFile, readdir, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {
  ask,
  block,
  blocksHeader,
  bytesOf,
  content,
  created,
  digestsOf,
  put,
  putChecked,
  received,
  rootOf,
  status,
  withServer,
} from './scene.js';

const file = bytesOf(2 * block + 500);
const folderOf = (server: TestServer, url: string): string => join(server.directory, url.split('/').at(-1) ?? '');
const journalOf = (server: TestServer, url: string): string => join(folderOf(server, url), 'journal');

/** An upload that has its first block and some of the second. */
async function begun(play: (server: TestServer, url: string) => Promise<void>): Promise<void> {
  await withServer({}, async (server) => {
    const url = await created(server, file.length, {algorithm: 'md5', writer: '1-writer-one'});
    await putChecked(url, file, 0, block + 1000);
    await play(server, url);
  });
}

describe('a server that was started again', () => {
  it('has the same bytes', () =>
    begun(async (server, url) => {
      server.forget();
      assert.deepEqual(await received(url), [[0, block + 1000]]);
    }));

  it('has the same digests', () =>
    begun(async (server, url) => {
      server.forget();
      const {text} = await ask('GET', url, {Accept: 'application/vnd.chunks.digests+json'});
      assert.deepEqual((JSON.parse(text) as {digests: unknown}).digests, [digestsOf(file)[0], null, null]);
    }));

  it('finishes the upload', () =>
    begun(async (server, url) => {
      server.forget();
      const {said} = await putChecked(url, file, block + 1000);
      assert.equal(said.result.digest, rootOf(file));
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('has the result of a complete upload', () =>
    begun(async (server, url) => {
      const {said} = await putChecked(url, file, block + 1000);
      server.forget();
      assert.deepEqual((await status(url)).result, said.result);
      assert.deepEqual(await content(server, said.result), file);
    }));

  it('knows which blocks were dropped', () =>
    begun(async (server, url) => {
      const wrong = Buffer.from(file);
      wrong[block + 5000] = (wrong[block + 5000] ?? 0) ^ 1;
      const {status: code} = await put(url, wrong, block + 1000, 2 * block, {'Upload-Blocks': blocksHeader(file, block, 2 * block)});
      assert.equal(code, 422);
      server.forget();
      assert.deepEqual(await received(url), [[0, block]]);
    }));

  it('can be started again between any two parts', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5'});
      const step = 700_000;
      for (let at = 0; at < file.length; at += step) {
        server.forget();
        assert.deepEqual(await received(url), at === 0 ? [] : [[0, at]]);
        await putChecked(url, file, at, Math.min(at + step, file.length));
      }
      assert.equal((await status(url)).result.digest, rootOf(file));
    }));
});

describe('a crash between the last byte and the result', () => {
  /** A complete upload and what its journal said, to be put back to an earlier stage. */
  async function complete(
    play: (server: TestServer, url: string, lines: string[]) => Promise<void>,
    algorithm: 'md5' | 'none' = 'md5',
  ): Promise<void> {
    await withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm});
      await (algorithm === 'md5' ? putChecked(url, file) : put(url, file));
      const lines = (await readFile(journalOf(server, url), 'utf8')).trimEnd().split('\n');
      assert.match(lines.at(-1) ?? '', /^\["complete"/);
      await play(server, url, lines);
    });
  }

  const backTo = async (server: TestServer, url: string, lines: string[], {renamed}: {renamed: boolean}): Promise<void> => {
    await writeFile(journalOf(server, url), `${lines.join('\n')}\n`);
    if (!renamed) await rename(join(folderOf(server, url), 'content'), join(folderOf(server, url), 'data'));
    server.forget();
  };

  const isFinished = async (server: TestServer, url: string): Promise<void> => {
    const {complete: done, result} = await status(url);
    assert.equal(done, true);
    assert.deepEqual(await content(server, result), file);
    assert.deepEqual((await readdir(folderOf(server, url))).sort(), ['content', 'info.json', 'journal']);
  };

  it('after the journal said complete and before the rename: is finished', () =>
    complete(async (server, url, lines) => {
      await backTo(server, url, lines, {renamed: false});
      await isFinished(server, url);
      assert.equal((await status(url)).result.digest, rootOf(file));
    }));

  it('after the rename: is complete', () =>
    complete(async (server, url, lines) => {
      await backTo(server, url, lines, {renamed: true});
      await isFinished(server, url);
    }));

  it('after the last block was verified: is finished', () =>
    complete(async (server, url, lines) => {
      await backTo(server, url, lines.slice(0, -1), {renamed: false});
      await isFinished(server, url);
      assert.equal((await status(url)).result.digest, rootOf(file));
    }));

  it('after the last byte was synced, with no block verified: checks them, and is finished', () =>
    complete(async (server, url, lines) => {
      const kept = lines.filter((line) => !/^\["(complete|verified)"/.test(line));
      await backTo(server, url, kept, {renamed: false});
      await isFinished(server, url);
      assert.equal((await status(url)).result.digest, rootOf(file));
    }));

  it('after the last byte was synced, with a damaged block not yet verified: drops it', () =>
    complete(async (server, url, lines) => {
      const kept = lines.filter((line) => !/^\["(complete|verified)"/.test(line));
      const path = join(folderOf(server, url), 'content');
      const bytes = await readFile(path);
      bytes[block + 9] = (bytes[block + 9] ?? 0) ^ 1;
      await writeFile(path, bytes);
      await backTo(server, url, kept, {renamed: false});
      assert.deepEqual(await received(url), [
        [0, block],
        [2 * block, file.length],
      ]);
      assert.equal((await putChecked(url, file, block, 2 * block)).said.complete, true);
      await isFinished(server, url);
    }));

  it('without digests: is finished', () =>
    complete(async (server, url, lines) => {
      await backTo(server, url, lines.slice(0, -1), {renamed: false});
      await isFinished(server, url);
    }, 'none'));

  it('is finished by a repeated part or creation as well as by a question', () =>
    complete(async (server, url, lines) => {
      await backTo(server, url, lines.slice(0, -1), {renamed: false});
      assert.equal((await putChecked(url, file, 0, 1000)).said.complete, true);
      await isFinished(server, url);
    }));
});
