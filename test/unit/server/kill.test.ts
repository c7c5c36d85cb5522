import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';

import {freshFolder, removeFolders} from '../../support/serve.js';
import {startServer} from '../../support/server-process.js';
import {until} from '../../support/wait.js';
import type {Said} from './scene.js';
import {MiB, ask, begin, blocksHeader, bytesOf, creationHeaders, partHeaders, rootOf, total} from './scene.js';

const file = bytesOf(36 * MiB + 17);

const covered = (ranges: readonly [number, number][], inside: readonly [number, number][]): boolean =>
  ranges.every(([start, end]) => inside.some(([from, to]) => from <= start && end <= to));

/** The first span that is missing, at most `size` bytes. */
function firstGap(ranges: readonly [number, number][], size: number): [number, number] {
  const [start, next] = ranges[0]?.[0] === 0 ? [ranges[0][1], ranges[1]?.[0] ?? file.length] : [0, ranges[0]?.[0] ?? file.length];
  return [start, Math.min(start + size, next)];
}

/** What is missing of each half, from where its bytes end. */
function restOfHalves(ranges: readonly [number, number][]): [number, number][] {
  const middle = 18 * MiB;
  const endFrom = (start: number): number => ranges.find(([from, to]) => from <= start && start < to)?.[1] ?? start;
  return [
    [endFrom(0), middle],
    [endFrom(middle), file.length],
  ];
}

describe('a server that is killed in mid-part, again and again', () => {
  after(removeFolders);

  it('has all that it had told before, with the right bytes, and ends with the whole file', async () => {
    const uploads = await freshFolder();
    const server = await startServer({uploads});
    try {
      const {headers} = await ask('POST', server.endpoint, creationHeaders(file.length, {algorithm: 'md5'}));
      const url = server.origin + headers.get('location');
      const data = join(uploads, url.split('/').at(-1) ?? '', 'data');
      let told: [number, number][] = [];
      for (let run = 1; run <= 4; run++) {
        const writer = {'Upload-Writer': `${run}-writer-run`};
        told = (await ask('GET', url, writer)).said.received;
        await server.misbehave({rate: 6 * MiB});
        const before = total(told);
        const parts = restOfHalves(told).map(([from, to]) => {
          const part = begin('PUT', url, partHeaders(file, from, to, {...writer, 'Upload-Blocks': blocksHeader(file, from, to)}));
          part.request.end(file.subarray(from, to));
          return part;
        });
        told = await until('more to be told', async () => {
          const {received} = (await ask('GET', url)).said;
          return total(received) > before && received;
        });
        await server.kill();
        for (const {answer} of parts) await assert.rejects(answer);
        await server.restart();
        const {received} = (await ask('GET', url)).said;
        assert.ok(covered(told, received), `${JSON.stringify(told)} was told, ${JSON.stringify(received)} is there`);
        const stored = await readFile(data);
        for (const [from, to] of received) assert.ok(stored.subarray(from, to).equals(file.subarray(from, to)), `[${from}, ${to})`);
      }
      let said: Said = (await ask('GET', url, {'Upload-Writer': '9-writer-last'})).said;
      while (!said.complete) {
        const [start, end] = firstGap(said.received, 8 * MiB);
        const headersOfPart = partHeaders(file, start, end, {
          'Upload-Writer': '9-writer-last',
          'Upload-Blocks': blocksHeader(file, start, end),
        });
        said = (await ask('PUT', url, headersOfPart, file.subarray(start, end))).said;
      }
      assert.equal(said.result.digest, rootOf(file));
      const response = await fetch(new URL(said.result.url, server.origin));
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(file));
    } finally {
      await server.kill();
    }
  });

  it('has the upload of a creation that was answered', async () => {
    const uploads = await freshFolder();
    const server = await startServer({uploads});
    try {
      for (let run = 0; run < 3; run++) {
        const body = file.subarray(0, 1000 + run);
        const {headers} = await ask('POST', server.endpoint, creationHeaders(file.length), body);
        await server.restart();
        const {status, said} = await ask('GET', server.origin + headers.get('location'));
        assert.equal(status, 200);
        assert.deepEqual(said.received, [[0, 1000 + run]]);
      }
    } finally {
      await server.kill();
    }
  });
});
