import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readdir} from 'node:fs/promises';
import {createConnection} from 'node:net';
import {after, before, describe, it} from 'node:test';
import fc from 'fast-check';

import {parseEntries} from '../../../src/server/entries.js';
import {parseInfo} from '../../../src/server/upload-info.js';
import {ForkedServer} from '../../support/forked-server.js';
import {freshFolder, removeFolders} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import type {Malformed} from './malformed.js';
import {noise, nonsense, realId} from './malformed.js';
import {MiB, ask, creationHeaders} from './scene.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
const count = process.env['DEEP'] === '1' ? 50_000 : 5_200;

let server: ForkedServer;
let directory: string;
/** An upload whose id the requests know. */
let real: string;
before(async () => {
  directory = await freshFolder();
  server = await ForkedServer.start({handler: {directory, maxOpen: 20}});
  const {headers} = await ask('POST', `${server.origin}/uploads`, creationHeaders(1_000_000_000));
  real = headers.get('location')?.split('/').at(-1) ?? '';
});
after(async () => {
  await server.stop();
  await removeFolders();
});

/** Sends bytes and gives what comes back. What is not whole has to end: the server would wait for the rest. */
async function exchange({text, isWhole}: Malformed): Promise<string> {
  const socket = createConnection({port: server.port, host: '127.0.0.1', allowHalfOpen: true});
  let answer = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (answer += piece));
  socket.on('error', () => undefined);
  socket.setTimeout(20_000, () => socket.destroy(new Error('silent')));
  // One cancel would make the rest of them boring.
  socket.write(text.replaceAll(realId, text.startsWith('DELETE') ? '0'.repeat(40) : real), 'latin1');
  // Node takes an end before the answer for a client that has gone.
  if (isWhole) socket.once('end', () => socket.end());
  else socket.end();
  const [hadError] = (await once(socket, 'close')) as [boolean];
  return hadError && answer === '' ? 'reset' : answer;
}

/** Every answer there is, the last one too when a connection brought several. */
function judge({isWhole}: Malformed, answer: string): number {
  if (!isWhole && (answer === '' || answer === 'reset')) return 0;
  const [, status = '', head = '', body = ''] = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n(.*?)\r\n\r\n(.*)$/s.exec(answer) ?? [];
  assert.match(status, /^[2345]/, 'no answer of HTTP');
  assert.ok(Number(status) < 500, 'the server is at fault');
  if (Number(status) < 400) return Number(status);
  assert.match(head, /^content-type: application\/problem\+json$/im);
  if (body === '') return Number(status);
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? NaN);
  const text = Number.isNaN(length) ? body.replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n.*$/gs, '') : body.slice(0, length);
  const said = JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as {type: string; title: string; status: number};
  assert.deepEqual([typeof said.type, typeof said.title, said.status], ['string', 'string', Number(status)]);
  return Number(status);
}

describe(`more than five thousand malformed requests (SEED=${seed})`, () => {
  it('are answered in the words of the protocol, and leave the server as it was', {timeout: 300_000}, async (t) => {
    const requests = fc.sample(fc.oneof({weight: 3, arbitrary: nonsense}, {weight: 2, arbitrary: noise}), {numRuns: count, seed});
    const statuses = new Map<number, number>();
    let next = 0;
    let early = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < requests.length; at = next++) {
        const request = requests[at];
        assert.ok(request);
        const answer = await exchange(request);
        try {
          const status = judge(request, answer);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        } catch (error) {
          throw new Error(`Request ${at}: ${JSON.stringify(request.text)} was answered ${JSON.stringify(answer.slice(0, 500))}`, {
            cause: error,
          });
        }
        if (at === 1_000) early = (await server.state()).memory;
      }
    };
    await Promise.all(Array.from({length: 16}, lane));
    await until('every connection to be closed', async () => (await server.state()).open.length === 0);
    const {memory, faults} = await server.state();
    t.diagnostic(
      `${JSON.stringify(Object.fromEntries(statuses))}; memory ${((memory - early) / MiB).toFixed(1)} MiB more than after 1,000`,
    );
    assert.deepEqual(faults, []);
    assert.ok(early > 0 && memory - early <= 32 * MiB, `${memory - early} bytes more`);
    for (const expected of [200, 201, 204, 400, 403, 404, 405, 429, 431])
      assert.ok(statuses.has(expected), `none was answered ${expected}`);
    assert.ok(server.isUp);
  });

  it('made nothing in the folder but uploads', async () => {
    const names = await readdir(directory);
    assert.deepEqual(
      names.filter((name) => name !== 'secret' && !/^[0-9a-f]{40}$/.test(name)),
      [],
    );
  });

  it('are not in the way of an honest one, and of what was there', async () => {
    const {status, said} = await ask('GET', `${server.origin}/uploads/${real}`);
    assert.deepEqual([status, said.size], [200, 1_000_000_000]);
    const key = {'Idempotency-Key': '"the-honest-one-has-a-key"'};
    assert.equal((await ask('DELETE', `${server.origin}/uploads`, key)).status, 204);
  });
});

describe('what is read from disk, whatever it holds', () => {
  const id = '0123456789abcdef0123456789abcdef01234567';

  it('never throws, and never counts what cannot be', () => {
    const json = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({version: 1, id, owner: '', size: 5, algorithm: 'md5', metadata: value})),
    );
    fc.assert(
      fc.property(json, (text) => {
        const info = parseInfo(text, id);
        if (info && 'metadata' in info) for (const value of Object.values(info.metadata)) assert.equal(typeof value, 'string');
      }),
      {numRuns: 3_000, seed},
    );
    const word = fc.oneof(fc.constantFrom('received', 'verified', 'dropped', 'complete', 'told', 'writer', 'digest'), fc.jsonValue());
    const line = fc.oneof(
      fc.array(fc.oneof(word, fc.integer(), fc.double()), {maxLength: 4}).map((list) => JSON.stringify(list)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), fc.nat(1_000), (lines, size) => {
        for (const entry of parseEntries(Buffer.from(lines.join('\n')), size).entries) {
          if (entry[0] === 'received') assert.ok(entry[1] >= 0 && entry[1] <= entry[2] && entry[2] <= size);
          if (entry[0] === 'verified' || entry[0] === 'dropped') assert.ok(Number.isSafeInteger(entry[1]) && entry[1] * 4_194_304 < size);
        }
      }),
      {numRuns: 3_000, seed},
    );
  });
});
