import type {HttpReply, Json} from '../core/ports.js';
import {isObject, parseUrl, unreadable} from './reply.js';

/** The server's side of one upload, as it is saved: its URL, its length, and who writes in this run. */
export interface ChunksRemote {
  readonly [key: string]: Json;
  readonly url: string;
  readonly size: number;
  readonly counter: number;
  readonly random: string;
}

/**
 * Where the upload is. Only http(s) at the endpoint's own origin: bytes and credentials go nowhere else. A proxy that does not know
 * of TLS may say http: on an https: page; that is mended.
 */
export function uploadUrl(reply: HttpReply, endpoint: string): string {
  const url = parseUrl(reply.header('location') ?? '?', reply.url);
  if (!reply.header('location') || !url) throw unreadable(reply, 'does not say where the upload is (no readable Location)');
  const home = new URL(endpoint);
  if (home.protocol === 'https:' && url.protocol === 'http:' && url.hostname === home.hostname) url.protocol = 'https:';
  if (!isAtHome(url, home)) throw unreadable(reply, 'sends the upload to another origin');
  if (url.href === home.href) throw unreadable(reply, 'sends the upload to where uploads are created');
  return url.href;
}

/** `blob:` URLs have the origin of the page that made them, but are no place to send to. */
const isAtHome = (url: URL, home: URL): boolean => url.origin === home.origin && url.protocol === home.protocol;

/** What was saved may be from anywhere: it counts only if it fits and stays at the endpoint's origin. */
export function isRemote(saved: Json | undefined, endpoint: string): saved is ChunksRemote {
  if (!isObject(saved)) return false;
  const {url, size, counter, random} = saved;
  const at = typeof url === 'string' ? parseUrl(url) : undefined;
  return (
    at !== undefined && isAtHome(at, new URL(endpoint)) && isCount(size) && isCount(counter) && counter > 0 && typeof random === 'string'
  );
}

/** A number that can still be raised by one. */
const isCount = (value: Json | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < Number.MAX_SAFE_INTEGER;
