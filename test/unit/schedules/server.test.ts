import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {createUploadHandler, type UploadHandler} from '../../../src/server/handler.js';
import {FakeClock, settle} from '../../support/fake-clock.js';
import {MemoryDisk} from '../../support/memory-disk.js';
import {md5} from '../../support/scripted-hasher.js';
import {ChunksServer} from '../../support/scripted-chunks-server.js';
import type {ServerReply} from '../../support/scripted-reception.js';

const size = 6_000;
const file = Uint8Array.from({length: size}, (_, at) => (at * 31) & 255);
const parts = {min: 1, preferred: 1_000, max: 4_000, parallel: 3};

/** One request, and how much of its body arrives. */
interface Act {
  readonly method: 'POST' | 'GET' | 'PUT' | 'DELETE';
  /** Which of two uploads. */
  readonly key: number;
  readonly byKey: boolean;
  readonly span: readonly [number, number];
  readonly writer: string;
  readonly length: number;
  readonly damaged: boolean;
  readonly cut: boolean;
}

const acts: fc.Arbitrary<Act> = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'PUT', 'PUT', 'GET', 'GET', 'DELETE'),
  key: fc.constantFrom(0, 0, 0, 1),
  byKey: fc.boolean(),
  span: fc.oneof(
    fc.constantFrom([0, 3_000] as const, [3_000, size] as const, [0, 4_000] as const, [2_000, size] as const),
    fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const),
  ),
  writer: fc.tuple(fc.constantFrom(1, 1, 1, 2), fc.constantFrom('aaaaaaaa', 'bbbbbbbb')).map((one) => one.join('-')),
  length: fc.constantFrom(size, size, size, size, size, size + 1),
  damaged: fc.constantFrom(false, false, false, true),
  cut: fc.constantFrom(false, false, false, true),
});

/** What an answer comes to, but for ids, dates and words. */
interface Gist {
  readonly status: number;
  readonly type: unknown;
  readonly received: unknown;
  readonly complete: unknown;
  readonly digest: unknown;
  readonly blocks: unknown;
  readonly refused: unknown;
  readonly located: boolean;
}

function gist(status: number, located: boolean, text: string): Gist {
  const {type, received, complete, result, blocks, refused} = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  const {digest} = (result ?? {}) as {digest?: string};
  return {status, type, received, complete, digest, blocks, refused: (refused as {type?: string} | undefined)?.type, located};
}

const keys = ['a'.repeat(32), 'b'.repeat(32)];

function headersOf({method, key, byKey, span: [start, end], writer, length}: Act): Record<string, string> {
  const octets = {'Content-Type': 'application/octet-stream', 'Upload-Blocks': `0;${md5(file)}`, 'Upload-Writer': writer};
  const named = {'Idempotency-Key': `"${keys[key]}"`};
  if (method === 'POST') return {...octets, ...named, 'Upload-Length': String(length), 'Upload-Digest': 'md5'};
  if (method === 'PUT') return {...octets, 'Content-Range': `bytes ${start}-${end - 1}/${Math.max(length, end)}`};
  if (method === 'GET') return byKey ? {'Upload-Writer': writer} : {};
  return byKey ? named : {};
}

/** The bytes that are sent, and how many of them arrive. */
function bodyOf({method, span: [start, end], damaged, cut, length}: Act): {bytes: Uint8Array; arrives: number} {
  if (method !== 'PUT' && method !== 'POST') return {bytes: new Uint8Array(), arrives: 0};
  const span = method === 'POST' ? file.slice(0, length > size ? 0 : end - start) : file.slice(start, end);
  if (damaged) span[0] = (span[0] ?? 0) ^ 1;
  return {bytes: span, arrives: cut ? Math.floor(span.length / 2) : span.length};
}

/** Plays the same requests to both servers, one after the other. */
class Both {
  readonly #memory = new ChunksServer(new FakeClock(), parts);
  readonly #handler: UploadHandler;
  readonly #paths = new Map<number, {readonly memory: string; readonly real: string}>();

  constructor() {
    this.#handler = createUploadHandler({directory: '/folder', parts, log: () => undefined}, new MemoryDisk());
  }

  async play(act: Act): Promise<void> {
    const known = this.#paths.get(act.key);
    const atEndpoint = act.method === 'POST' || (act.method === 'DELETE' && act.byKey);
    if (!atEndpoint && !known) return;
    const {bytes, arrives} = bodyOf(act);
    const memory = atEndpoint ? '/uploads' : (known?.memory ?? '');
    const real = atEndpoint ? '/uploads' : (known?.real ?? '');
    const [told, said] = [await this.#ask(act, memory, bytes, arrives), await this.#request(act, real, bytes, arrives)];
    // To a request that was cut nobody hears an answer.
    if (arrives === bytes.length) assert.deepEqual(told?.gist, said.gist);
    if (told?.location && said.location) this.#paths.set(act.key, {memory: told.location, real: said.location});
  }

  async #ask(act: Act, path: string, bytes: Uint8Array, arrives: number): Promise<Answered | undefined> {
    const reception = this.#memory.begin({method: act.method, path, headers: new Headers(headersOf(act)), length: bytes.length});
    reception.push(bytes.subarray(0, arrives));
    if (arrives === bytes.length) reception.end();
    else reception.cut();
    return reception.answered && answeredBy(reception.answered);
  }

  async #request(act: Act, path: string, bytes: Uint8Array, arrives: number): Promise<Answered> {
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        if (arrives > 0) stream.enqueue(bytes.slice(0, arrives));
        if (arrives === bytes.length) stream.close();
      },
      pull: (stream) => stream.error(new Error('cut')),
    });
    const headers = {...headersOf(act), ...(bytes.length > 0 ? {'Content-Length': String(bytes.length)} : {})};
    const init = {method: act.method, headers, ...(bytes.length > 0 ? {body, duplex: 'half' as const} : {})};
    const response = await this.#handler(new Request(`http://server.test${path}`, init));
    const text = await response.text();
    await settle();
    const location = response.headers.get('Location') ?? undefined;
    return {gist: gist(response.status, location !== undefined, text), location};
  }

  close(): void {
    this.#handler.close();
  }
}

interface Answered {
  readonly gist: Gist;
  readonly location: string | undefined;
}

function answeredBy({status, headers, body}: ServerReply): Answered {
  const {Location: location} = headers;
  return {gist: gist(status, location !== undefined, body ? JSON.stringify(body) : ''), location};
}

describe('the server in memory that schedules are played to', {timeout: 300_000}, () => {
  it('answers any sequence of requests as the reference server does', async () => {
    const same = fc.asyncProperty(fc.array(acts, {maxLength: 14, size: 'max'}), async (sequence) => {
      const both = new Both();
      try {
        await both.play({...first, key: 0});
        for (const act of sequence) await both.play(act);
        for (const key of [0, 1]) await both.play({...asking, key});
      } finally {
        both.close();
      }
    });
    await fc.assert(same, {numRuns: process.env['DEEP'] ? 5_000 : 200});
  });
});

const plain = {key: 0, byKey: false, span: [0, 1], writer: '1-aaaaaaaa', length: size, damaged: false, cut: false} as const;
const first: Act = {...plain, method: 'POST'};
const asking: Act = {...plain, method: 'GET'};
