import {UploadError} from '../core/errors.js';
import type {Http, HttpRequest} from '../core/ports.js';
import {httpVersion} from './http-version.js';
import {noAnswer, notSendable, tooLate} from './outcome.js';

/**
 * HTTP over `fetch`, for surroundings without `XMLHttpRequest` such as Node. `fetch` tells nothing of a body under way: `onSent`
 * is called once, with all of it, when the answer is there. Redirects are followed.
 */
export function fetchHttp(): Http {
  return {
    async send(method, url, request, signal) {
      signal.throwIfAborted();
      const timeout = AbortSignal.timeout(Math.ceil(request.timeout));
      const asked = toRequest(method, url, request, AbortSignal.any([signal, timeout]));
      try {
        const response = await fetch(asked);
        const text = await response.text();
        const {body, onSent} = request;
        if (body instanceof Blob) onSent?.(body.size);
        if (body instanceof ArrayBuffer) onSent?.(body.byteLength);
        return {
          status: response.status,
          url: response.url || url,
          header: (name) => response.headers.get(name),
          text,
          version: () => httpVersion(url),
        };
      } catch (error) {
        throw outcome(error, method, url, request.timeout, signal, timeout);
      }
    },
  };
}

function toRequest(method: string, url: string, {headers = {}, body}: HttpRequest, signal: AbortSignal): Request {
  try {
    return new Request(url, {method, headers, signal, ...(body === undefined ? {} : {body})});
  } catch (error) {
    throw notSendable(method, url, error);
  }
}

function outcome(error: unknown, method: string, url: string, ms: number, signal: AbortSignal, timeout: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (timeout.aborted) return tooLate(method, url, ms);
  return error instanceof UploadError ? error : noAnswer(method, url, error);
}
