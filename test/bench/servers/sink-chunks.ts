import {randomUUID} from 'node:crypto';
import type {IncomingMessage, ServerResponse} from 'node:http';

import {bytesIn, covers, gaps, union, type Range, type Ranges} from '../../../src/core/ranges.js';
import type {Counts} from './counts.js';
import {answer, discard} from './sink.js';

interface Upload {
  readonly path: string;
  readonly size: number;
  received: Ranges;
  /** The digests that were announced, by block. */
  readonly digests: (string | undefined)[];
  /** The newest writer's counter. */
  counter: number;
  readonly running: Set<IncomingMessage>;
}

const json = {'content-type': 'application/json', 'cache-control': 'no-store'};

/** The same advice that the reference server gives. */
const parts = {min: 65_536, preferred: 8_388_608, max: 67_108_864, parallel: 4};

/** `chunks` (docs/protocol.md) without keeping, digesting or syncing a byte. */
export class SinkChunks {
  readonly #counts: Counts;
  readonly #uploads = new Map<string, Upload>();
  readonly #byKey = new Map<string, Upload>();

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const upload = this.#uploads.get(request.url ?? '');
    if (request.method === 'HEAD') return answer(response, 204, {allow: 'HEAD, POST, PUT, DELETE'});
    const creates = request.method === 'POST' || (request.method === 'PUT' && 'upload-length' in request.headers);
    if (creates && !upload) return this.#create(request, response);
    // A server without claims: the file is sent.
    if (request.method === 'POST') return answer(response, 405, {...json, allow: 'GET, PUT, DELETE'});
    if (!upload) return answer(response, request.method === 'DELETE' ? 204 : 404, json, '{"type":"urn:chunks:unknown"}');
    if (request.method === 'PUT') return this.#take(upload, request, response);
    if (request.method === 'DELETE') return answer(response, 204);
    if (request.headers.accept?.includes('digests') === true) return answer(response, 200, json, digestsOf(upload));
    await this.#open(upload, request);
    answer(response, 200, json, status(upload));
  }

  forget(): void {
    this.#uploads.clear();
    this.#byKey.clear();
  }

  async #create(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key']);
    const known = this.#byKey.get(key);
    const size = Number(request.headers['upload-length']);
    const upload: Upload = known ?? {path: `/uploads/${randomUUID()}`, size, received: [], digests: [], counter: 1, running: new Set()};
    this.#uploads.set(upload.path, upload);
    this.#byKey.set(key, upload);
    if (known) await this.#open(known, request);
    if (!(await this.#receive(upload, request, startOf(request) ?? 0))) return;
    answer(response, known || isComplete(upload) ? 200 : 201, {...json, location: upload.path}, status(upload));
  }

  /** A newer writer ends the requests of older ones: what it is told is final for them. */
  async #open(upload: Upload, request: IncomingMessage): Promise<void> {
    const counter = counterOf(request);
    if (!(counter > upload.counter)) return;
    upload.counter = counter;
    for (const older of upload.running) older.destroy();
    upload.running.clear();
  }

  async #take(upload: Upload, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from = startOf(request) ?? NaN;
    if (counterOf(request) < upload.counter) return answer(response, 409, json, '{"type":"urn:chunks:superseded"}');
    // As the reference server does: a repeated part is refused unread.
    const to = Number(/-(\d+)\//.exec(request.headers['content-range'] ?? '')?.[1]) + 1;
    const repeated = (gaps(upload.received, {start: from, end: to})[0]?.start ?? to) - from;
    if (repeated >= 262_144 && repeated < to - from) {
      answer(response, 409, {...json, connection: 'close'}, '{"type":"urn:chunks:received"}');
      setTimeout(() => request.socket.resetAndDestroy(), 100);
      return;
    }
    if (!(await this.#receive(upload, request, from))) return;
    answer(response, 200, json, status(upload));
  }

  async #receive(upload: Upload, request: IncomingMessage, from: number): Promise<boolean> {
    const counts = this.#counts;
    let at = from;
    learn(upload, request);
    upload.running.add(request);
    const whole = await discard(request, counts, (bytes) => {
      const span = {start: at, end: at + bytes};
      counts.again += bytes - bytesIn(gaps(upload.received, span));
      upload.received = union(...upload.received, span);
      counts.has = bytesIn(upload.received);
      at += bytes;
    });
    upload.running.delete(request);
    return whole;
  }
}

const counterOf = ({headers}: IncomingMessage): number => Number.parseInt(String(headers['upload-writer']), 10);

/** Where the bytes of a part begin. */
function startOf({headers}: IncomingMessage): number | undefined {
  const start = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

const blockSize = 4_194_304;

/** What `Upload-Blocks` says. */
function learn({digests}: Upload, {headers}: IncomingMessage): void {
  const [first = '', list = ''] = String(headers['upload-blocks'] ?? '').split(';');
  for (const [index, digest] of list.split(',').filter(Boolean).entries()) digests[Number(first) + index] = digest;
}

function digestsOf({size, received, digests}: Upload): string {
  const isThere = (index: number): boolean => covers(received, {start: index * blockSize, end: Math.min(size, (index + 1) * blockSize)});
  const list = Array.from({length: Math.ceil(size / blockSize)}, (_, index) => (isThere(index) ? (digests[index] ?? null) : null));
  return JSON.stringify({block: blockSize, algorithm: 'md5', digests: list});
}

const isComplete = ({size, received}: Upload): boolean => size === 0 || covers(received, whole(size));
const whole = (size: number): Range => ({start: 0, end: size});

function status(upload: Upload): string {
  const {path, size, received} = upload;
  const ranges = received.map(({start, end}) => [start, end]);
  if (!isComplete(upload)) return JSON.stringify({size, received: ranges, complete: false, parts});
  const result = {url: `${path}/content`, name: '', type: '', size, algorithm: 'none', digest: null};
  return JSON.stringify({size, received: ranges, complete: true, result});
}
