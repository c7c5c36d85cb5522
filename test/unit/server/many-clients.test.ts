import assert from 'node:assert/strict';
import {once} from 'node:events';
import {after, before, describe, it} from 'node:test';

import {ForkedServer} from '../../support/forked-server.js';
import {freshFolder, removeFolders} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import type {Answer, Said} from './scene.js';
import {KiB, MiB, ask, begin, blocksHeader, bytesOf, creationHeaders, partHeaders, rootOf} from './scene.js';

const count = 200;

/** A small random generator, so that a failing client can be run again by its seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed * 69_069 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function answered(method: string, url: string, headers: Record<string, string>, body: Buffer): Promise<Answer> {
  const answer = await ask(method, url, headers, body);
  assert.ok([200, 201].includes(answer.status), `${answer.status} ${answer.text}`);
  return answer;
}

/** One client and its file. Its connection dies in the middle of every other request, on either side of the answer. */
class Client {
  readonly file: Buffer;
  disconnects = 0;
  readonly #origin: string;
  readonly #random: (below: number) => number;
  readonly #key: string;
  #run = 1;

  constructor(origin: string, seed: number) {
    this.#origin = origin;
    this.#random = randomFrom(seed);
    this.#key = `client-number-${seed}`.padEnd(20, '-');
    this.file = bytesOf(20 * KiB + this.#random(200 * KiB), seed + 1);
  }

  async go(): Promise<Said> {
    const url = await this.#create();
    for (;;) {
      const said = await this.#ask(url);
      if (said.complete) return said;
      const [start, end] = this.#gap(said);
      await this.#request('PUT', url, partHeaders(this.file, start, end, this.#headers(start, end)), this.file.subarray(start, end));
    }
  }

  async #create(): Promise<string> {
    for (;;) {
      const headers = creationHeaders(this.file.length, {key: this.#key, algorithm: 'md5', writer: this.#writer});
      const location = (await this.#request('POST', `${this.#origin}/uploads`, headers, Buffer.alloc(0)))?.headers.get('location');
      if (location) return this.#origin + location;
    }
  }

  /** A new run, as after every interruption. */
  async #ask(url: string): Promise<Said> {
    this.#run++;
    const {status, said, text} = await ask('GET', url, {'Upload-Writer': this.#writer});
    assert.equal(status, 200, text);
    return said;
  }

  /** Half of them are cut: before anything, in the middle of the body, or when all of it has left. */
  async #request(method: string, url: string, headers: Record<string, string>, body: Buffer): Promise<Answer | undefined> {
    if (this.#random(2) === 0) return answered(method, url, headers, body);
    this.disconnects++;
    const exchange = begin(method, url, {'Content-Length': String(body.length), ...headers});
    exchange.request.on('error', () => undefined);
    const sent = [0, this.#random(body.length + 1), body.length][this.#random(3)] ?? 0;
    await new Promise((resolve) => exchange.request.write(Buffer.concat([body.subarray(0, sent)]), resolve));
    if (sent === body.length)
      await Promise.race([exchange.answer.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, this.#random(4)))]);
    exchange.request.destroy();
    if (!exchange.request.closed) await once(exchange.request, 'close').catch(() => undefined);
    return undefined;
  }

  #gap({received}: Said): [number, number] {
    const [first, second] = received;
    const start = first?.[0] === 0 ? first[1] : 0;
    const next = (start === 0 ? first?.[0] : second?.[0]) ?? this.file.length;
    return [start, Math.min(next, start + 64 * KiB + this.#random(64 * KiB))];
  }

  #headers(start: number, end: number): Record<string, string> {
    return {'Upload-Writer': this.#writer, 'Upload-Blocks': blocksHeader(this.file, start, end)};
  }

  get #writer(): string {
    return `${this.#run}-writer-run`;
  }
}

describe(`${count} clients at once, whose connections die at random`, () => {
  let server: ForkedServer;
  before(async () => {
    server = await ForkedServer.start({handler: {directory: await freshFolder()}});
  });
  after(async () => {
    await server.stop();
    await removeFolders();
  });

  it('each end with the whole file, complete once, and leave nothing behind', {timeout: 180_000}, async (t) => {
    const early = await server.state();
    const clients = Array.from({length: count}, (_, seed) => new Client(server.origin, seed));
    const ends = await Promise.all(clients.map((client) => client.go()));
    for (const [at, {result}] of ends.entries()) {
      const {file} = clients[at] ?? assert.fail();
      assert.equal(result.digest, rootOf(file));
      const response = await fetch(new URL(result.url, server.origin), {headers: {Connection: 'close'}});
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(file), `client ${at}`);
    }
    await until('every connection to be closed', async () => (await server.state()).open.length === 0);
    const {memory, open, faults, completed} = await server.state();
    const disconnects = clients.reduce((sum, client) => sum + client.disconnects, 0);
    t.diagnostic(`${disconnects} disconnects; memory ${((memory - early.memory) / MiB).toFixed(1)} MiB more`);
    assert.ok(disconnects > count, `${disconnects} disconnects`);
    assert.deepEqual(faults, []);
    assert.deepEqual(open, []);
    assert.deepEqual([Object.keys(completed).length, new Set(Object.values(completed))], [count, new Set([1])]);
    assert.ok(memory - early.memory < 32 * MiB, `${memory - early.memory} bytes more`);
  });
});
