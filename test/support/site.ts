import {readFile} from 'node:fs/promises';
import {extname} from 'node:path';

const root = new URL('../../', import.meta.url);

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.html': 'text/html',
  '.map': 'application/json',
  '.css': 'text/css',
};

/** How a page with the element is to be. */
export interface PageOptions {
  /** Attributes of the element, besides its `id`, which is `u`. */
  readonly attributes?: Readonly<Record<string, string | true>>;
  /** Buttons with these invoker commands. */
  readonly buttons?: readonly string[];
  /** The page's `Content-Security-Policy`. */
  readonly csp?: string;
  /** What a request for the worker's file meets: nothing there, or a script that never answers. */
  readonly worker?: 'missing' | 'silent';
}

/** The path of a page; {@link site} makes it from nothing but this path. */
export function pagePath({attributes = {}, buttons = [], csp, worker}: PageOptions): string {
  const query = new URLSearchParams({
    attributes: markup(attributes),
    buttons: buttons.join(' '),
    ...(csp && {csp}),
    ...(worker && {worker}),
  });
  return `/page?${query}`;
}

/** What belongs to the page and not to the uploads: the page and the built element. */
export async function site(url: URL): Promise<Response | undefined> {
  if (url.pathname === '/page') return page(url.searchParams);
  const built = /^\/(dist|missing|silent)\/([\w./-]+)$/.exec(url.pathname);
  if (built) return element(built[1] ?? '', built[2] ?? '');
  return url.pathname === '/favicon.ico' ? new Response(null, {status: 204}) : undefined;
}

function markup(attributes: Readonly<Record<string, string | true>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === true ? name : `${name}="${value.replaceAll('"', '&quot;')}"`))
    .join(' ');
}

function page(query: URLSearchParams): Response {
  const csp = query.get('csp');
  const commands = query.get('buttons')?.split(' ').filter(Boolean) ?? [];
  const buttons = commands.map((command) => `<button commandfor="u" command="${command}">${command}</button>`).join('\n');
  const html = `<!doctype html>
<meta charset="utf-8">
<title>Journey</title>
<script type="module" src="/${query.get('worker') ?? 'dist'}/cdn/chunk-uploader.js"></script>
<chunk-uploader id="u" ${query.get('attributes') ?? ''}></chunk-uploader>
${buttons}
<div id="elsewhere"></div>
`;
  return new Response(html, {headers: {'content-type': 'text/html; charset=utf-8', ...(csp && {'content-security-policy': csp})}});
}

async function element(how: string, path: string): Promise<Response> {
  if (how !== 'dist' && path.includes('worker')) {
    return how === 'silent' ? new Response('', {headers: {'content-type': 'text/javascript'}}) : new Response(null, {status: 404});
  }
  return path.includes('..') ? new Response(null, {status: 404}) : file(`dist/${path}`);
}

async function file(path: string): Promise<Response> {
  try {
    const headers = {'content-type': types[extname(path)] ?? 'application/octet-stream', 'cache-control': 'no-store'};
    return new Response(await readFile(new URL(path, root)), {headers});
  } catch {
    return new Response(null, {status: 404});
  }
}
