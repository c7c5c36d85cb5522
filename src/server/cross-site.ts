import type {Settings} from './options.js';
import {Refusal} from './problem.js';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps pages of other sites from writing with a visitor's cookies. Browsers say where a request comes from; what says nothing is no
 * browser. The order is that of Go's `net/http.CrossOriginProtection`: `Sec-Fetch-Site` comes before a comparison of hosts, because
 * behind a proxy this server may not know its own name.
 *
 * @throws Refusal `forbidden`.
 */
export function refuseCrossSite({method, headers, url}: Request, {origins}: Settings): void {
  if (safe.has(method)) return;
  const origin = headers.get('Origin');
  if (origin !== null && origins.includes(origin)) return;
  const site = headers.get('Sec-Fetch-Site');
  if (site === 'same-origin' || site === 'none') return;
  if (site === null && (origin === null || hostOf(origin) === new URL(url).host)) return;
  throw new Refusal('forbidden', 'Pages of this origin may not use this server.');
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
