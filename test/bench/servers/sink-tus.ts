import {randomUUID} from 'node:crypto';
import type {IncomingMessage, ServerResponse} from 'node:http';

import type {Counts} from './counts.js';
import {answer, discard} from './sink.js';

const version = {'tus-resumable': '1.0.0'};

/** tus 1.0 with creation, and no more than clients need. */
export class SinkTus {
  readonly #counts: Counts;
  readonly #uploads = new Map<string, {readonly size: number; at: number}>();

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {method, headers, url = ''} = request;
    if (method === 'POST') return this.#create(request, response);
    const upload = this.#uploads.get(url);
    if (!upload) return answer(response, 404, version);
    const facts = (): Record<string, string> => ({...version, 'upload-offset': String(upload.at), 'upload-length': String(upload.size)});
    if (method === 'HEAD') return answer(response, 200, {...facts(), 'cache-control': 'no-store'});
    if (method !== 'PATCH') return answer(response, 204, version);
    if (Number(headers['upload-offset']) !== upload.at) return refuse(request, response, facts());
    await discard(request, this.#counts, (bytes) => (upload.at += bytes));
    answer(response, 204, facts());
  }

  forget(): void {
    this.#uploads.clear();
  }

  async #create(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = `/tus/${randomUUID()}`;
    const upload = {size: Number(request.headers['upload-length']), at: 0};
    this.#uploads.set(url, upload);
    await discard(request, this.#counts, (bytes) => (upload.at += bytes));
    answer(response, 201, {...version, location: url, 'upload-offset': String(upload.at)});
  }
}

/** Says so before the body has come, and closes: a server that read it to its end would let a client send all of it into nothing. */
function refuse(request: IncomingMessage, response: ServerResponse, facts: Record<string, string>): void {
  response.on('finish', () => request.destroy());
  answer(response, 409, {...facts, connection: 'close'});
}
