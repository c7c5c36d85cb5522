import type {Http, HttpReply, HttpRequest} from '../core/ports.js';
import {httpVersion} from './http-version.js';
import {noAnswer, notSendable, tooLate} from './outcome.js';

/** Choices for {@link xhrHttp}. */
export interface XhrOptions {
  /** Whether cookies go to another origin. Asked at each request. Default: no. */
  readonly withCredentials?: () => boolean;
}

/**
 * HTTP over `XMLHttpRequest`, the only API of a browser that tells how much of a body was handed to the network. Listens to
 * that only when it is asked to, because listening makes a cross-origin request preflighted. Redirects are followed by the browser.
 */
export function xhrHttp({withCredentials = () => false}: XhrOptions = {}): Http {
  return {
    send: (method, url, request, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const xhr = new XMLHttpRequest();
        const abort = (): void => {
          reject(signal.reason as Error);
          xhr.abort();
        };
        const fail = (error: Error): void => {
          signal.removeEventListener('abort', abort);
          reject(error);
        };
        xhr.addEventListener('load', () => {
          // Firefox calls it loaded when the connection was closed in good order and nothing was answered.
          if (xhr.status === 0) return fail(noAnswer(method, url));
          signal.removeEventListener('abort', abort);
          resolve(replyOf(xhr, url));
        });
        xhr.addEventListener('error', () => fail(noAnswer(method, url)));
        xhr.addEventListener('timeout', () => fail(tooLate(method, url, request.timeout)));
        signal.addEventListener('abort', abort, {once: true});
        try {
          xhr.open(method, url);
          xhr.withCredentials = withCredentials();
          start(xhr, request);
        } catch (error) {
          fail(notSendable(method, url, error));
        }
      }),
  };
}

function start(xhr: XMLHttpRequest, {headers = {}, body, onSent, timeout}: HttpRequest): void {
  xhr.timeout = Math.ceil(timeout);
  // Else Firefox takes an empty answer of no type for XML, and complains in the console.
  xhr.responseType = 'text';
  for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
  if (onSent) xhr.upload.addEventListener('progress', ({loaded}) => onSent(loaded));
  xhr.send(body ?? null);
}

const replyOf = (xhr: XMLHttpRequest, url: string): HttpReply => ({
  status: xhr.status,
  url: xhr.responseURL || url,
  header: (name) => xhr.getResponseHeader(name),
  text: xhr.responseText,
  version: () => httpVersion(url),
});
