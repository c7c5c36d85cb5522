import {readFile} from 'node:fs/promises';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {extname, join} from 'node:path';

import {dist} from '../frame/dist.js';

const types: Readonly<Record<string, string>> = {'.js': 'text/javascript', '.wasm': 'application/wasm'};

/** A policy that does not allow WebAssembly, for a page and for a worker: it does not inherit the page's. */
const strict = "script-src 'self'";

/**
 * What pages and their scripts do with their connections. They close them while a page is loaded, so that what is measured starts with the same ones
 * for everybody, however many scripts it has; once the page has said that it is there they stay open, as they do elsewhere.
 */
let connection: 'close' | 'keep-alive' = 'close';

/** Serves a page or a script, and says whether the request was for one. */
export async function site({url = '/'}: IncomingMessage, response: ServerResponse, bundles: string): Promise<boolean> {
  const {pathname, searchParams} = new URL(url, 'http://bench');
  const [, kind, ...rest] = pathname.split('/');
  const path = rest.join('/');
  if (kind === 'page') connection = 'close';
  if (pathname === '/favicon.ico') connection = 'keep-alive';
  if (pathname === '/favicon.ico') return send(response, 204);
  if (path.includes('..')) return send(response, 404);
  switch (kind) {
    case 'page':
      if (searchParams.has('strict')) response.setHeader('content-security-policy', strict);
      return send(response, 200, 'text/html; charset=utf-8', page(path));
    case 'bundles':
      return script(response, join(bundles, path));
    case 'dist':
      return script(response, join(dist, path));
    case 'strict':
      response.setHeader('content-security-policy', strict);
      return script(response, join(dist, path));
    default:
      return false;
  }
}

const page = (contestant: string): string => `<!doctype html>
<meta charset="utf-8">
<title>${contestant}</title>
<input id="files" type="file" multiple>
<div id="here"></div>
<script type="module" src="/bundles/${contestant}.js"></script>
`;

async function script(response: ServerResponse, path: string): Promise<true> {
  try {
    return send(response, 200, types[extname(path)] ?? 'application/octet-stream', await readFile(path));
  } catch {
    return send(response, 404);
  }
}

function send(response: ServerResponse, status: number, type = 'text/plain', body: string | Buffer = ''): true {
  response.writeHead(status, {'content-type': type, 'cache-control': 'max-age=3600', connection});
  response.end(body);
  return true;
}
