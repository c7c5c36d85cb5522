import type {
  Answer,
  ClaimRequest,
  Finished,
  Greeted,
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
} from '../core/ports.js';
import {unlessAborted} from '../core/pool.js';
import {createOnce, toOpened, wholeUpTo} from './chunks-create.js';
import {digestsType, readDigests} from './chunks-digests.js';
import {isRemote, type ChunksRemote} from './chunks-remote.js';
import {blocksHeader, contentRange, randomText, withBody, writerHeader} from './chunks-request.js';
import {toSent} from './chunks-sent.js';
import {readStatus, refusalFor, toAnswer} from './chunks-status.js';
import {isGone, problemType, unreadable} from './reply.js';

export type {ChunksRemote} from './chunks-remote.js';

/** What {@link chunks} is told. */
export interface ChunksOptions {
  /** URL that creates uploads. Relative ones are resolved against the page. */
  readonly endpoint: string;
  /** How long an answer to a question may take, in ms. @default 3000 */
  readonly askTimeout?: number | undefined;
}

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

  async greet(signal: AbortSignal): Promise<Greeted> {
    const url = new URL(this.#base);
    url.searchParams.set('greeting', randomText()); // Chromium makes requests for one URL wait for each other
    const reply = await this.#http.send('HEAD', url.href, {bare: true, timeout: this.askTimeout}, signal);
    const allowed = /\bPUT\b/.test(reply.header('Allow') ?? '');
    // Where all requests share one connection, as from HTTP/2 on, what it takes at once would have to do for all of them.
    return {spreads: allowed && reply.version ? reply.version().then((version) => version === 'http/1.1') : Promise.resolve(false)};
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
    const {saved, file} = request;
    return isRemote(saved, this.#base) && saved.size === file.size
      ? this.#reopen(saved, request, signal)
      : createOnce({endpoint: this.#base, exchange: (...exchange) => this.#exchange(...exchange)}, request, signal);
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
      ...contentRange(part, file),
      ...writerHeader(remote),
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

  async #reopen(saved: ChunksRemote, {digests}: OpenRequest, signal: AbortSignal): Promise<Opened<ChunksRemote>> {
    const remote = {...saved, counter: saved.counter + 1, random: randomText()};
    const reply = await this.#question(remote, writerHeader(remote), signal);
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
