import assert from 'node:assert/strict';

import {createUploadHandler} from '../../../src/server/index.js';
import type {CompleteFile, LogLine, UploadHandler} from '../../../src/server/index.js';
import {covers, gaps, union, type Ranges} from '../../../src/core/ranges.js';
import type {MemoryDisk} from '../../support/memory-disk.js';
import type {Algorithm} from './sample-file.js';
import {blocksHeader, rootOf} from './sample-file.js';
import type {Said} from './scene.js';

/** What a client wants of the server. */
export interface Story {
  readonly file: Buffer;
  readonly algorithm: Algorithm | 'none';
  /** Bytes that go with the creation. */
  readonly first: number;
  /** Bytes of a part. Two are under way at a time. */
  readonly part: number;
  /** Whether the upload is canceled when it is half there. */
  readonly cancel?: boolean;
}

interface Reply {
  readonly status: number;
  readonly said: Said;
  readonly location: string | null;
}

/** The power was cut, or the disk failed: the client has to come again. */
export class Interrupted extends Error {}

const directory = '/srv/uploads';
const origin = 'http://server.example';
const key = 'the-key-of-this-story';

/** Folder and URL of the only upload there is. */
export const foldersOn = (disk: MemoryDisk): string[] => disk.namesIn(directory).filter((name) => /^[0-9a-f]{40}$/.test(name));

/** A server on a disk in memory, that writes down what its hook hears. */
export class Server {
  readonly disk: MemoryDisk;
  readonly told: CompleteFile[];
  readonly faults: LogLine[] = [];
  readonly handle: UploadHandler;

  constructor(disk: MemoryDisk, told: CompleteFile[]) {
    this.disk = disk;
    this.told = told;
    const log = (line: LogLine): void => void (line.event === 'fault' && this.faults.push(line));
    this.handle = createUploadHandler({directory, sweepEvery: Infinity, log, onComplete: (file) => void told.push(file)}, disk);
  }
}

/** A client that never gives up, and holds every answer against what it was told before. */
export class CrashClient {
  readonly story: Story;
  /** Everything the server has acknowledged. */
  acknowledged: Ranges = [];
  wasComplete = false;
  wasCanceled = false;
  #url: string | undefined;
  #run = 0;

  constructor(story: Story) {
    this.story = story;
  }

  /** Does what is left to be done. @throws Interrupted when it has to be called again, with the next server. */
  async go(server: Server): Promise<void> {
    this.#run++;
    const {file, cancel} = this.story;
    let said = await this.#open(server);
    while (!said.complete && !this.wasCanceled) {
      if (cancel && said.received.length > 0) await this.#cancel(server);
      else said = await this.#sendTwo(server, said);
    }
    if (this.wasCanceled) return this.#staysGone(server);
    assert.equal(said.result.digest, this.story.algorithm === 'none' ? null : rootOf(file, this.story.algorithm));
    assert.ok((await this.#content(server, said.result.url)).equals(file), 'the file is not whole');
  }

  /** Only asks where it stands. What that is told counts like everything else. */
  async look(server: Server): Promise<void> {
    if (this.#url !== undefined) await this.#ask(server, 'GET', this.#url);
  }

  async #content(server: Server, path: string): Promise<Buffer> {
    const response = await this.#race(server, server.handle(new Request(origin + path)));
    if (response.status >= 500) throw new Interrupted(`${response.status}`);
    assert.equal(response.status, 200);
    const bytes = response.arrayBuffer().catch(() => {
      throw new Interrupted('cut off');
    });
    return Buffer.from(await this.#race(server, bytes));
  }

  /** Creates, or asks where it stands. */
  async #open(server: Server): Promise<Said> {
    if (this.#url !== undefined) {
      const reply = await this.#ask(server, 'GET', this.#url, {'Upload-Writer': this.#writer});
      if (reply.status === 410) this.#mustBeCanceled();
      return reply.said;
    }
    const {file, algorithm, first} = this.story;
    const headers = {'Upload-Length': String(file.length), 'Idempotency-Key': `"${key}"`, 'Upload-Digest': algorithm};
    // A creation that is repeated brings no bytes.
    const body = this.#run === 1 ? file.subarray(0, first) : undefined;
    const blocks = body && algorithm !== 'none' ? {'Upload-Blocks': blocksHeader(file, 0, first, algorithm)} : undefined;
    const reply = await this.#ask(server, 'POST', `${origin}/uploads`, {...headers, ...blocks, 'Upload-Writer': this.#writer}, body);
    this.#url = new URL(reply.location ?? '', origin).href;
    return reply.said;
  }

  async #sendTwo(server: Server, {received}: Said): Promise<Said> {
    const {file, part} = this.story;
    const missing = gaps(union(...received.map(([start, end]) => ({start, end}))), {start: 0, end: file.length});
    const parts = missing.flatMap(({start, end}) => [
      {start, end: Math.min(start + part, end)},
      {start: Math.min(start + part, end), end: Math.min(start + 2 * part, end)},
    ]);
    const two = parts.filter(({start, end}) => end > start).slice(0, 2);
    const replies = await Promise.allSettled(two.map(({start, end}) => this.#put(server, start, end)));
    for (const reply of replies) if (reply.status === 'rejected') throw reply.reason;
    return (await this.#ask(server, 'GET', this.#url ?? '')).said;
  }

  async #put(server: Server, start: number, end: number): Promise<void> {
    const {file, algorithm} = this.story;
    const headers = {
      'Content-Range': `bytes ${start}-${end - 1}/${file.length}`,
      'Upload-Writer': this.#writer,
      ...(algorithm !== 'none' && {'Upload-Blocks': blocksHeader(file, start, end, algorithm)}),
    };
    const {said} = await this.#ask(server, 'PUT', this.#url ?? '', headers, file.subarray(start, end));
    if (!said.complete) assert.ok(covers(this.acknowledged, {start, end}), 'a part was answered and is not received');
  }

  async #cancel(server: Server): Promise<void> {
    await this.#ask(server, 'DELETE', this.#url ?? '');
    this.wasCanceled = true;
  }

  async #staysGone(server: Server): Promise<void> {
    assert.equal((await this.#ask(server, 'GET', this.#url ?? '')).status, 410);
    const headers = {'Upload-Length': String(this.story.file.length), 'Idempotency-Key': `"${key}"`};
    assert.equal((await this.#ask(server, 'POST', `${origin}/uploads`, headers)).status, 410);
  }

  /** The answer to a cancel may have been lost; but nobody else cancels. */
  #mustBeCanceled(): void {
    assert.ok(this.story.cancel, 'the upload is gone, and nobody has canceled it');
    this.wasCanceled = true;
  }

  async #ask(server: Server, method: string, url: string, headers: Record<string, string> = {}, body?: Uint8Array): Promise<Reply> {
    const octets = body && {'Content-Type': 'application/octet-stream', 'Content-Length': String(body.length)};
    const request = new Request(url, {
      method,
      headers: {...headers, ...octets},
      ...(body && {body: piecewise(body), duplex: 'half' as const}),
    });
    const response = await this.#race(server, server.handle(request));
    const text = await response.text();
    const said = (text === '' ? {} : JSON.parse(text)) as Said;
    if (response.status >= 500) {
      assert.equal(response.headers.get('content-type'), 'application/problem+json');
      throw new Interrupted(`${response.status}`);
    }
    assert.ok([200, 201, 204, 410].includes(response.status), `${method} is answered ${response.status}: ${text}`);
    if (response.status < 204) this.#check(said);
    return {status: response.status, said, location: response.headers.get('location')};
  }

  /** What was told once stays true. */
  #check({received, complete}: Said): void {
    const now = union(...received.map(([start, end]) => ({start, end})));
    for (const span of this.acknowledged) assert.ok(covers(now, span), `[${span.start}, ${span.end}) was acknowledged, and is lost`);
    assert.ok(!this.wasComplete || complete, 'it was complete, and is not any more');
    assert.ok(!this.wasCanceled, 'it was canceled, and is there again');
    this.acknowledged = now;
    this.wasComplete = complete;
  }

  async #race<T>(server: Server, answer: Promise<T>): Promise<T> {
    return Promise.race([
      answer,
      server.disk.cut.then((): never => {
        throw new Interrupted('cut');
      }),
    ]);
  }

  get #writer(): string {
    return `${this.#run}-writer-run`;
  }
}

/** A body in several pieces, as a network brings it. */
function piecewise(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const size = Math.max(1, Math.ceil(bytes.length / 3));
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}
