import assert from 'node:assert/strict';
import {readFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {freshFolder, removeFolders} from '../../support/serve.js';
import type {ServerProcess} from '../../support/server-process.js';
import {startServer} from '../../support/server-process.js';
import type {Exchange, Said} from './scene.js';
import {KiB, MiB, ask, begin, blocksHeader, bytesOf, creationHeaders, newKey, partHeaders, rootOf} from './scene.js';

const kills = process.env['DEEP'] === '1' ? 200 : 6;
const file = bytesOf(9 * MiB + 17);
const first = 256 * KiB;

const isInside = (ranges: readonly [number, number][], others: readonly [number, number][]): boolean =>
  ranges.every(([start, end]) => others.some(([from, to]) => from <= start && end <= to));

/** A request under way, and whether its answer has come. */
class Running {
  isAnswered = false;
  readonly end: Promise<Said | undefined>;

  constructor(exchange: Exchange, body: Buffer) {
    exchange.request.on('error', () => undefined);
    exchange.request.end(body);
    this.end = exchange.answer.then(
      ({status, text, said}) => {
        assert.ok([200, 201].includes(status), `${status} ${text}`);
        this.isAnswered = true;
        return said;
      },
      () => undefined,
    );
  }
}

/** One client that uploads file after file to a server that is killed under it. */
class Victim {
  readonly #server: ServerProcess;
  readonly #uploads: string;
  #key = newKey();
  #url: string | undefined;
  #run = 0;
  #told: [number, number][] = [];
  files = 0;

  constructor(server: ServerProcess, uploads: string) {
    this.#server = server;
    this.#uploads = uploads;
  }

  /** Has requests under way, and has the server killed under them. Whether the kill came while one of them had no answer. */
  async beKilled(moment: number): Promise<boolean> {
    this.#run++;
    const running = this.#url === undefined ? [this.#create()] : this.#sendTwo(this.#url);
    await sleep(moment);
    await this.#server.kill();
    const wasRunning = running.some(({isAnswered}) => !isAnswered);
    for (const {end} of running) this.#hear(await end);
    await this.#server.restart();
    await this.#checkDisk();
    return wasRunning;
  }

  #create(): Running {
    const headers = {
      ...creationHeaders(file.length, {key: this.#key, algorithm: 'md5', writer: this.#writer}),
      'Content-Length': String(first),
    };
    const exchange = begin('POST', this.#server.endpoint, {...headers, 'Content-Type': 'application/octet-stream'});
    return new Running(exchange, file.subarray(0, first));
  }

  #sendTwo(url: string): Running[] {
    const gap = this.#told[0]?.[0] === 0 ? this.#told[0][1] : 0;
    const middle = Math.floor((gap + file.length) / 2);
    return [
      [gap, middle],
      [middle, file.length],
    ].flatMap(([start = 0, end = 0]) => {
      if (end <= start) return [];
      const headers = {'Upload-Writer': this.#writer, 'Upload-Blocks': blocksHeader(file, start, end)};
      return [new Running(begin('PUT', url, partHeaders(file, start, end, headers)), file.subarray(start, end))];
    });
  }

  /** What is said after the restart, held against what was said before, and against the bytes on disk. */
  async #checkDisk(): Promise<void> {
    const {headers, said, text} = await ask(
      'POST',
      this.#server.endpoint,
      creationHeaders(file.length, {key: this.#key, algorithm: 'md5', writer: `${this.#run}-writer-new`}),
    );
    assert.ok(isInside(this.#told, said.received), `${JSON.stringify(this.#told)} was told, and now ${text}`);
    this.#hear(said);
    this.#url = this.#server.origin + headers.get('location');
    const folder = join(this.#uploads, this.#url.split('/').at(-1) ?? '');
    const stored = await readFile(join(folder, said.complete ? 'content' : 'data'));
    for (const [start, end] of said.received)
      assert.ok(stored.subarray(start, end).equals(file.subarray(start, end)), `[${start}, ${end})`);
    if (said.complete) await this.#nextFile(said, folder);
  }

  async #nextFile({result}: Said, folder: string): Promise<void> {
    assert.equal(result.digest, rootOf(file));
    assert.deepEqual((await readdir(folder)).sort(), ['content', 'info.json', 'journal']);
    const lines = (await readFile(join(folder, 'journal'), 'utf8')).split('\n');
    assert.equal(lines.filter((line) => line.startsWith('["complete"')).length, 1, 'it was completed twice');
    this.files++;
    this.#url = undefined;
    this.#key = newKey();
    this.#told = [];
  }

  #hear(said: Said | undefined): void {
    if (said?.received) this.#told = said.received;
  }

  get #writer(): string {
    return `${this.#run}-writer-old`;
  }
}

describe(`a server that is killed ${kills} times, each time while a request runs`, () => {
  after(removeFolders);

  it('loses nothing that it had told, completes nothing twice, and has every file whole', {timeout: 3_000_000}, async (t) => {
    const uploads = await freshFolder();
    const server = await startServer({uploads});
    try {
      const victim = new Victim(server, uploads);
      let landed = 0;
      let tries = 0;
      for (; landed < kills && tries < 5 * kills; tries++) {
        // Some before the first byte is on disk, some when the last block is checked, most in between.
        if (await victim.beKilled((tries * 37) % 100)) landed++;
      }
      t.diagnostic(`${landed} of ${tries} kills landed while a request ran; ${victim.files} files were finished under them`);
      assert.equal(landed, kills);
    } finally {
      await server.kill();
    }
  });
});
