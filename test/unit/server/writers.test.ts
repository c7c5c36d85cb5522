import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import type {Exchange} from './scene.js';
import {KiB, MiB, ask, beginPut, bytesOf, content, created, put, received, status, withServer, write} from './scene.js';

const file = bytesOf(4 * MiB);

/** An upload with a part of writer `1-writer-one` under way: 300 KiB of `[0, 2 MiB)` have been read. */
async function underWay(play: (server: TestServer, url: string, part: Exchange) => Promise<void>): Promise<void> {
  await withServer({}, async (server) => {
    const url = await created(server, file.length);
    const part = beginPut(url, file, 0, 2 * MiB);
    await write(part, file.subarray(0, 300 * KiB));
    await until('the first bytes to be read', () => server.bytesRead === 300 * KiB);
    await play(server, url, part);
  });
}

describe('a GET that begins no new run', () => {
  for (const [which, headers] of [
    ['without a writer', {}],
    ['by the same writer', {'Upload-Writer': '1-writer-one'}],
  ] as const) {
    it(`${which} lets the part go on`, () =>
      underWay(async (_, url, part) => {
        assert.equal((await ask('GET', url, headers)).status, 200);
        await write(part, file.subarray(300 * KiB, 2 * MiB));
        part.request.end();
        const {status: code, said} = await part.answer;
        assert.equal(code, 200);
        assert.deepEqual(said.received, [[0, 2 * MiB]]);
      }));
  }

  it('by an older writer lets a newer part go on', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {writer: '5-writer-five'});
      const part = beginPut(url, file, 0, MiB, {'Upload-Writer': '5-writer-five'});
      await write(part, file.subarray(0, 1000));
      await until('the part to be read', () => server.bytesRead === 1000);
      await status(url, {'Upload-Writer': '4-writer-four'});
      await write(part, file.subarray(1000, MiB));
      part.request.end();
      assert.equal((await part.answer).status, 200);
    }));
});

describe('a part of a newer writer, that never asked', () => {
  it('ends the older parts and goes on from their bytes', () =>
    underWay(async (_, url, part) => {
      const {said} = await put(url, file, MiB, 2 * MiB, {'Upload-Writer': '2-writer-two'});
      assert.deepEqual(said.received, [
        [0, 300 * KiB],
        [MiB, 2 * MiB],
      ]);
      assert.equal((await part.answer).status, 409);
    }));
});

describe('two parts of one writer that overlap', () => {
  it('end the older one, keep its bytes, and let the newer one go on', () =>
    underWay(async (server, url, part) => {
      const other = bytesOf(4 * MiB, 9);
      const {status: code, said} = await put(url, other, 100 * KiB, MiB);
      assert.equal(code, 200);
      assert.deepEqual(said.received, [[0, MiB]]);
      assert.equal((await part.answer).said.type, 'urn:chunks:superseded');
      const {said: whole} = await put(url, file, MiB);
      const stored = await content(server, whole.result);
      assert.deepEqual(stored.subarray(0, 300 * KiB), file.subarray(0, 300 * KiB));
      assert.deepEqual(stored.subarray(300 * KiB, MiB), other.subarray(300 * KiB, MiB));
    }));

  it('both go on when they only touch', () =>
    underWay(async (_, url, part) => {
      assert.equal((await put(url, file, 2 * MiB, 3 * MiB)).status, 200);
      await write(part, file.subarray(300 * KiB, 2 * MiB));
      part.request.end();
      assert.equal((await part.answer).status, 200);
    }));

  it('leave one that wins when five of them come at once', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      const parts = Array.from({length: 5}, () => put(url, file, 0, 2 * MiB));
      const answers = await Promise.allSettled(parts);
      const codes = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.status : 0));
      assert.ok(codes.includes(200), codes.join());
      assert.deepEqual(await received(url), [[0, 2 * MiB]]);
    }));

  it('cause no deadlock when each overlaps the next', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      const open = Array.from({length: 6}, (_, at) => beginPut(url, file, at * 100_000, at * 100_000 + 150_000));
      for (const part of open) part.request.write(file.subarray(0, 10));
      await until('only the last of them to run', () => server.running === 1 || undefined);
      open.at(-1)?.request.destroy();
      await until('it to end', () => server.running === 0);
      assert.equal((await put(url, file)).said.complete, true);
    }));
});
