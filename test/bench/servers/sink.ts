import type {IncomingMessage, ServerResponse} from 'node:http';

import {isGreeting, type Counts} from './counts.js';
import {SinkChunks} from './sink-chunks.js';
import {SinkOthers} from './sink-others.js';
import {SinkTus} from './sink-tus.js';

/** Counts the bytes of a body and throws them away. `true` when the body came to its end. */
export function discard(request: IncomingMessage, counts: Counts, onBytes: (bytes: number) => void = () => undefined): Promise<boolean> {
  return new Promise((resolve) => {
    request.on('data', (bytes: Buffer) => {
      counts.bytes += bytes.length;
      counts.lastByte = performance.timeOrigin + performance.now();
      onBytes(bytes.length);
    });
    request.on('end', () => resolve(true));
    request.on('close', () => resolve(false));
    request.on('error', () => resolve(false));
  });
}

/** Answers with JSON. */
export function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  response.end(body);
}

/** Speaks every protocol that a contestant needs, takes everything, checks nothing and keeps nothing but what it was sent of which upload. */
export class Sink {
  readonly #counts: Counts;
  readonly #chunks: SinkChunks;
  readonly #tus: SinkTus;
  readonly #others: SinkOthers;

  constructor(counts: Counts) {
    this.#counts = counts;
    this.#chunks = new SinkChunks(counts);
    this.#tus = new SinkTus(counts);
    this.#others = new SinkOthers(counts);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const [, kind] = new URL(request.url ?? '/', 'http://sink').pathname.split('/');
    if (!hasBody(request) && !isGreeting(request)) this.#counts.questions += 1;
    const one = kind === 'uploads' ? this.#chunks : kind === 'tus' ? this.#tus : this.#others;
    void one.answer(request, response);
  }

  /** Forgets all uploads. */
  forget(): void {
    this.#chunks.forget();
    this.#tus.forget();
  }
}

const hasBody = ({headers}: IncomingMessage): boolean => 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
