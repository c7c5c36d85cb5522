import {UploadError} from '../core/errors.js';
import type {HttpReply, Json} from '../core/ports.js';

/** The longest `Retry-After` that is believed, in ms. */
const longestWait = 3_600_000;

/** What `Retry-After` asks for, in ms: seconds or a date (RFC 9110, 10.2.3). `undefined` when it is absent or makes no sense. */
export function retryAfter(reply: HttpReply, today: number = Date.now()): number | undefined {
  const value = reply.header('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - today;
  return Number.isNaN(ms) ? undefined : Math.min(longestWait, Math.max(0, ms));
}

/** An answer's body as a JSON object, or `undefined` when it is none. */
export function jsonObject({text}: HttpReply): Readonly<Record<string, Json>> | undefined {
  try {
    const parsed = JSON.parse(text) as Json;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `value` is a JSON object and no list. */
export const isObject = (value: Json | undefined): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a refusal means, whoever answered: the protocol's server or a proxy before it. Codes that a protocol can put right
 * by itself (409, 413, 422, 404 and 410 in the middle) are for the protocol to look at first.
 */
export function errorFor(reply: HttpReply): UploadError {
  const {status} = reply;
  const at = `HTTP ${status}${reason(reply)}`;
  const init = {status, retryAfter: retryAfter(reply)};
  if (status === 401 || status === 403) return new UploadError('unauthorized', `${at}. Sign in again, then retry.`, init);
  if (status === 404 || status === 410) return new UploadError('not-found', `${at}. The server does not know this upload.`, init);
  if (status === 408) return new UploadError('timeout', `${at}. The server, or something before it, waited too long; retry.`, init);
  if (status === 413) return new UploadError('too-large', `${at}. The server takes no file of this size.`, init);
  if (status === 429 || status === 503) return new UploadError('server-busy', `${at}. The server is busy; retry later.`, init);
  if (status === 507) return new UploadError('server', `${at}. The server's storage is full; retry when there is space.`, init);
  if (status >= 500) return new UploadError('server', `${at}. Something is wrong with the server; retry later.`, init);
  if (status >= 400) return new UploadError('rejected', `${at}. The server does not take this file.`, init);
  return unreadable(reply);
}

/** Whether the server says that there is no such thing, or not any more. */
export const isGone = ({status}: HttpReply): boolean => status === 404 || status === 410;

/** A success that says nothing, or something that cannot be: a login page, a captive portal, half an answer. */
export const unreadable = ({status, url}: HttpReply, what = 'is not what an upload server answers'): UploadError =>
  new UploadError('protocol', `The answer (HTTP ${status} from ${url.replace(/[?#].*$/s, '')}) ${what}.`, {status});

/** `type` of a problem document (RFC 9457), or `''`. */
export function problemType(reply: HttpReply): string {
  const type = jsonObject(reply)?.['type'];
  return typeof type === 'string' ? type : '';
}

/** A problem document's own words, cut to a length that a message can bear. */
function reason(reply: HttpReply): string {
  const problem = jsonObject(reply);
  const words = problem?.['detail'] ?? problem?.['title'];
  return typeof words === 'string' && words !== '' ? ` (${words.slice(0, 200)})` : '';
}

/** A URL, or `undefined` when `text` is none. `URL.parse` is too young for Node 20. */
export const parseUrl = (text: string, base?: string): URL | undefined => (URL.canParse(text, base) ? new URL(text, base) : undefined);
