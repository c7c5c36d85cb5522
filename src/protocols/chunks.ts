import {UploadError} from '../core/errors.js';
import type {BlockDigests} from '../core/hasher-ports.js';
import type {
  Answer,
  ClaimRequest,
  Finished,
  Http,
  HttpReply,
  HttpRequest,
  Opened,
  OpenRequest,
  Protocol,
  SendRequest,
  ServerDigests,
  ServerResult,
  Sent,
  SourceFile,
} from '../core/ports.js';
import {unlessAborted} from '../core/pool.js';
import type {Range} from '../core/ranges.js';
import {digestsType, readDigests} from './chunks-digests.js';
import {metadata} from './chunks-metadata.js';
import {isRemote, uploadUrl, type ChunksRemote} from './chunks-remote.js';
import {toSent} from './chunks-sent.js';
import {readStatus, refusalFor, toAnswer, type ChunksStatus} from './chunks-status.js';
import {isGone, problemType, unreadable} from './reply.js';

export type {ChunksRemote} from './chunks-remote.js';

/** What {@link chunks} is told. */
export interface ChunksOptions {
  /** URL that creates uploads. Relative ones are resolved against the page. */
  readonly endpoint: string;
  /** How long an answer to a question may take, in ms. @default 3000 */
  readonly askTimeout?: number | undefined;
}

/** Files up to this many bytes may travel whole with their creation; of larger ones so many go along. docs/protocol.md section 2.2. */
const wholeUpTo = 1_048_576;
const headStart = 262_144;

const headOf = ({file: {size}, carry}: OpenRequest): Range => ({
  start: 0,
  end: size <= Math.min(carry, wholeUpTo) ? size : Math.min(carry, headStart),
});

/** ms that an answer to a cancel may take. */
const discardTimeout = 10_000;

const loadClaim = () => import('./chunks-claim.js');

/** Speaks the `chunks` protocol, version 1: docs/protocol.md. */
export const chunks = (options: ChunksOptions, http: Http): Protocol<ChunksRemote> => new Chunks(options, http);

class Chunks implements Protocol<ChunksRemote> {
  readonly name = 'chunks';
  readonly askTimeout: number;
  readonly wholeUpTo = wholeUpTo;
  readonly #endpoint: string;
  readonly #http: Http;

  constructor({endpoint, askTimeout = 3_000}: ChunksOptions, http: Http) {
    this.#endpoint = endpoint;
    this.askTimeout = askTimeout;
    this.#http = http;
  }

  prepare(): void {
    loadClaim().catch(() => undefined);
  }

  async greet(signal: AbortSignal): Promise<void> {
    const url = new URL(this.#base);
    url.searchParams.set('greeting', randomText()); // Chromium makes requests for one URL wait for each other
    await this.#http.send('HEAD', url.href, {bare: true, timeout: this.askTimeout}, signal);
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
    const {saved, file} = request;
    return isRemote(saved, this.#base) && saved.size === file.size
      ? this.#reopen(saved, request, signal)
      : this.#createOnce(request, signal);
  }

  async ask(remote: ChunksRemote, signal: AbortSignal): Promise<Answer> {
    const reply = await this.#question(remote, {}, signal);
    if (isGone(reply)) return {kind: 'gone'};
    if (reply.status !== 200) throw refusalFor(reply);
    return toAnswer(readStatus(reply, remote.size, 1));
  }

  async send(request: SendRequest<ChunksRemote>, signal: AbortSignal): Promise<Sent> {
    const {remote, file, part, digests, onSent, patience} = request;
    const headers = {
      'Content-Range': `bytes ${part.start}-${part.end - 1}/${file.size}`,
      'Upload-Writer': writerHeader(remote),
      ...(await blocksHeader(digests, part, signal)),
    };
    const timeout = patience(part.end - part.start);
    return toSent(await this.#exchange('PUT', remote.url, {...withBody(headers, file, part, onSent), timeout}, signal), request);
  }

  async finish(remote: ChunksRemote, signal: AbortSignal): Promise<Finished> {
    const answer = await this.ask(remote, signal);
    return answer.kind === 'open' ? {kind: 'missing', confirmed: answer.confirmed} : answer;
  }

  async digests(remote: ChunksRemote, signal: AbortSignal): Promise<ServerDigests> {
    return readDigests(await this.#question(remote, {Accept: digestsType}, signal));
  }

  /** What it takes is loaded when it is needed. Where it cannot be loaded nothing is claimed. */
  async claim(request: ClaimRequest<ChunksRemote>, signal: AbortSignal): Promise<ServerResult | undefined> {
    const loaded = await unlessAborted(
      loadClaim().catch(() => undefined),
      signal,
    );
    const post = (body: string, timeout: number): Promise<HttpReply> =>
      this.#exchange('POST', request.remote.url, {headers: {'Content-Type': 'application/json'}, body, timeout}, signal);
    return loaded?.claim(request, post, this.askTimeout, signal);
  }

  async discard(remote: ChunksRemote | undefined, key: string, signal: AbortSignal): Promise<void> {
    const headers = remote ? {} : {'Idempotency-Key': `"${key}"`};
    const reply = await this.#exchange('DELETE', remote?.url ?? this.#base, {headers, timeout: discardTimeout}, signal);
    if (reply.status >= 400 && !isGone(reply) && problemType(reply) !== 'urn:chunks:complete') throw refusalFor(reply);
  }

  get #base(): string {
    return new URL(this.#endpoint, globalThis.location?.href).href;
  }

  /** The answer to a creation may be lost although the upload exists: the same key, without bytes, asks for it. */
  async #createOnce(request: OpenRequest, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
    if (request.repeated) return this.#create(request, nothing, signal);
    try {
      return await this.#create(request, headOf(request), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!mayHaveCreated(error)) throw error;
      return this.#create(request, nothing, signal);
    }
  }

  async #create(request: OpenRequest, head: Range, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
    const {file, bytes, key, digests, onSent, patience, root} = request;
    const writer = {counter: 1, random: randomText()};
    const headers = {
      'Upload-Length': String(file.size),
      'Idempotency-Key': `"${key}"`,
      'Upload-Metadata': metadata(file),
      'Upload-Digest': digests.algorithm,
      'Upload-Writer': writerHeader(writer),
      ...(root === undefined ? {} : {'Upload-Root': root}),
      ...(await blocksHeader(digests, wholeBlocks(head, file, digests), signal)),
    };
    const base = this.#base;
    const reply = await this.#exchange(
      'POST',
      base,
      {...withBody(headers, file, head, onSent, bytes), timeout: patience(head.end)},
      signal,
    );
    if (reply.status === 410) return {kind: 'gone'};
    if (bytesAreInTheWay(reply, head)) return this.#create(request, nothing, signal);
    if (reply.status !== 200 && reply.status !== 201) throw refusalFor(reply);
    return toOpened(readStatus(reply, file.size, digests.blockSize), {url: uploadUrl(reply, base), size: file.size, ...writer});
  }

  async #reopen(saved: ChunksRemote, {digests}: OpenRequest, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
    const remote = {...saved, counter: saved.counter + 1, random: randomText()};
    const reply = await this.#question(remote, {'Upload-Writer': writerHeader(remote)}, signal);
    if (isGone(reply)) return {kind: 'gone'};
    if (reply.status !== 200) throw refusalFor(reply);
    return toOpened(readStatus(reply, remote.size, digests.blockSize), remote);
  }

  #question(remote: ChunksRemote, headers: Record<string, string>, signal: AbortSignal): Promise<HttpReply> {
    return this.#exchange('GET', remote.url, {headers, timeout: this.askTimeout}, signal);
  }

  /** The browser follows redirects by itself. What another origin says of an upload is no answer, whatever it says. */
  async #exchange(method: string, url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const reply = await this.#http.send(method, url, request, signal);
    if (new URL(reply.url, url).origin !== new URL(url).origin) throw unreadable(reply, 'comes from another origin than was asked');
    return reply;
  }
}

/** A body without bytes. */
const nothing: Range = {start: 0, end: 0};

/**
 * Whether only the bytes that came with a creation are in its way: a proxy takes no body of this length (the server itself would have
 * said that the file is too large), or they were damaged on their way.
 */
const bytesAreInTheWay = (reply: HttpReply, head: Range): boolean =>
  head.end > 0 &&
  ((reply.status === 413 && problemType(reply) !== 'urn:chunks:file-too-large') ||
    (reply.status === 422 && problemType(reply) === 'urn:chunks:blocks-dropped'));

/** The outcome is unknown: the upload may exist. */
const mayHaveCreated = (error: unknown): boolean => error instanceof UploadError && ['network', 'timeout', 'protocol'].includes(error.code);

const toOpened = (status: ChunksStatus, remote: ChunksRemote): Opened<ChunksRemote> =>
  status.complete
    ? {kind: 'known', how: 'already-finished', result: status.result}
    : {kind: 'open', remote, confirmed: status.received, parts: status.parts, ...(status.known ? {known: true} : {})};

/** Blob slices by reference: the browser moves the bytes itself. */
function withBody(
  headers: Record<string, string>,
  {blob, size}: SourceFile,
  {start, end}: Range,
  onSent: (bytes: number) => void,
  bytes?: ArrayBuffer,
): {headers: Record<string, string>; body?: Blob | ArrayBuffer; onSent?: (bytes: number) => void} {
  if (end === start) return {headers};
  const typed = {...headers, 'Content-Type': 'application/octet-stream'};
  if (bytes && end === size) return {headers: typed, body: bytes};
  return {headers: typed, body: start === 0 && end === size ? blob : blob.slice(start, end), onSent};
}

/** The blocks that a creation's body holds whole; others are announced with the part that completes them. */
const wholeBlocks = ({end}: Range, {size}: SourceFile, {blockSize}: BlockDigests): Range => ({
  start: 0,
  end: end === size ? size : end - (end % blockSize),
});

async function blocksHeader(digests: BlockDigests, span: Range, signal: AbortSignal): Promise<Record<string, string>> {
  const list = await digests.of(span, signal);
  return list.length === 0 ? {} : {'Upload-Blocks': `${Math.floor(span.start / digests.blockSize)};${list.join(',')}`};
}

const writerHeader = ({counter, random}: Pick<ChunksRemote, 'counter' | 'random'>): string => `${counter}-${random}`;

const randomText = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
