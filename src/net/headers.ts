import {UploadError} from '../core/errors.js';
import type {Http} from '../core/ports.js';

/** What a `headers` function is told. */
export interface HeadersRequest {
  readonly method: string;
  readonly url: string;
  /** The last answer was 401 or 403: fresh credentials are wanted, not remembered ones. */
  readonly renew: boolean;
}

/** Headers to add to every request: fixed ones, or a function that is asked each time. */
export type HeadersSource =
  | Readonly<Record<string, string>>
  | ((request: HeadersRequest) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** How long a `headers` function may take, in ms. */
const patience = 30_000;

/**
 * Adds the page's headers to requests to the origin of `endpoint`, and to no other: credentials never leave for another server.
 * The protocol's own headers win, and a bare request gets none. After a 401 or 403 a function is asked with `renew`.
 *
 * @throws UploadError `unauthorized` when the function throws or takes longer than 30 s.
 */
export function withHeaders(http: Http, source: () => HeadersSource | undefined, endpoint: () => string): Http {
  let renew = false;
  return {
    async send(method, url, request, signal) {
      signal.throwIfAborted();
      if (request.bare) return http.send(method, url, request, signal);
      const renewing = renew;
      const wanted = source();
      const given = wanted && sameOrigin(url, endpoint()) ? wanted : undefined;
      const headers = typeof given === 'function' ? await ask(given, {method, url, renew: renewing}, signal) : given;
      const reply = await http.send(method, url, {...request, headers: merged(headers, request.headers)}, signal);
      // An older request may be answered well after the refusal: only one that went out renewed ends that.
      if (reply.status === 401 || reply.status === 403) renew = true;
      else if (renewing) renew = false;
      return reply;
    },
  };
}

type Headers = Readonly<Record<string, string>>;

/** Names are the same in any case: two of them would be sent as one header with both values. */
function merged(page: Headers = {}, protocol: Headers = {}): Headers {
  const taken = new Set(Object.keys(protocol).map((name) => name.toLowerCase()));
  const own = Object.entries(page).filter(([name]) => !taken.has(name.toLowerCase()));
  return {...Object.fromEntries(own), ...protocol};
}

type HeadersFunction = Extract<HeadersSource, (request: HeadersRequest) => unknown>;

async function ask(source: HeadersFunction, request: HeadersRequest, signal: AbortSignal): Promise<Headers> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  try {
    return await new Promise((resolve, reject) => {
      limit.addEventListener('abort', () => reject(limit.reason as Error), {once: true});
      Promise.resolve(source(request)).then(resolve, reject);
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new UploadError('unauthorized', `The page's "headers" function gave no headers: ${String(cause)}`, {cause});
  }
}

function sameOrigin(url: string, endpoint: string): boolean {
  const base = globalThis.location?.href;
  return new URL(url, base).origin === new URL(endpoint, base).origin;
}
