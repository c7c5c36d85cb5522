import {readFile} from 'node:fs/promises';
import {extname, join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {isWorkerScript, workerScript} from './worker-script.js';
import type {WorkerScript} from './worker-script.js';

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
  /** What a request for the worker's file meets instead of that file. */
  readonly worker?: WorkerScript;
  /** What is missing beside the file that the page names: all whose names begin like this. */
  readonly without?: string;
  /** Folder with a bundle of the package, whose `main.js` the page loads instead of the one-file build. */
  readonly bundle?: string;
  /** JavaScript that runs in the page before the element is defined, though its tag is there. */
  readonly script?: string;
}

/** The path of a page; {@link site} makes it from nothing but this path. */
export function pagePath({attributes = {}, buttons = [], csp, worker, without, bundle, script}: PageOptions): string {
  const query = new URLSearchParams({
    attributes: markup(attributes),
    buttons: buttons.join(' '),
    ...(csp && {csp}),
    ...(worker && {worker}),
    ...(without !== undefined && {worker: `without-${without}`}),
    ...(bundle !== undefined && {bundle}),
    ...(script && {script}),
  });
  return `/page?${query}`;
}

/** What belongs to the page and not to the uploads: the page and the built element. */
export async function site(url: URL): Promise<Response | undefined> {
  if (url.pathname === '/page') return page(url.searchParams);
  const built = /^\/([\w-]+)\/(cdn\/[\w./-]+)$/.exec(url.pathname);
  if (built) return element(built[1] ?? '', built[2] ?? '');
  if (url.pathname.startsWith('/bundle/')) return bundleFile(url.pathname);
  return url.pathname === '/favicon.ico' ? new Response(null, {status: 204}) : undefined;
}

function markup(attributes: Readonly<Record<string, string | true>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === true ? name : `${name}="${value.replaceAll('"', '&quot;')}"`))
    .join(' ');
}

function page(query: URLSearchParams): Response {
  const csp = query.get('csp');
  const script = query.get('script');
  const bundle = query.get('bundle');
  const main = bundle === null ? `${query.get('worker') ?? 'dist'}/cdn/chunk-uploader.js` : bundlePath(bundle, csp, 'main.js');
  const commands = query.get('buttons')?.split(' ').filter(Boolean) ?? [];
  const buttons = commands.map((command) => `<button commandfor="u" command="${command}">${command}</button>`).join('\n');
  const html = `<!doctype html>
<meta charset="utf-8">
<title>Journey</title>
<script type="module" src="/${main}"></script>
<chunk-uploader id="u" ${query.get('attributes') ?? ''}></chunk-uploader>
${script === null ? '' : `<script>${script}</script>`}
${buttons}
<div id="elsewhere"></div>
`;
  return new Response(html, {headers: {'content-type': 'text/html; charset=utf-8', ...(csp && {'content-security-policy': csp})}});
}

/** Has the policy in it: a worker obeys that of its own file. */
const bundlePath = (...parts: readonly (string | null)[]): string =>
  ['bundle', ...parts.map((part) => encodeURIComponent(part ?? ''))].join('/');

async function bundleFile(path: string): Promise<Response> {
  const [folder = '', csp = '', name = ''] = path.split('/').slice(2).map(decodeURIComponent);
  const response = await file(pathToFileURL(join(folder, name)));
  if (csp !== '') response.headers.set('content-security-policy', csp);
  return response;
}

async function element(how: string, path: string): Promise<Response> {
  if (path.includes('..') || isMissing(how, path)) return nothing();
  const built = await file(new URL(`dist/${path}`, root));
  if (!path.includes('worker') || !isWorkerScript(how)) return built;
  const script = workerScript(how, await built.text());
  return script === undefined ? nothing() : new Response(script, {headers: headersOf(path)});
}

/** Whether the page is to do without this file. */
function isMissing(how: string, path: string): boolean {
  const without = /^without-(.*)$/.exec(how)?.[1];
  return without !== undefined && path !== 'cdn/chunk-uploader.js' && path.startsWith(`cdn/${without}`);
}

const nothing = (): Response => new Response(null, {status: 404});

const headersOf = (path: string): Record<string, string> => ({
  'content-type': types[extname(path)] ?? 'application/octet-stream',
  'cache-control': 'no-store',
});

async function file(url: URL): Promise<Response> {
  try {
    return new Response(await readFile(url), {headers: headersOf(url.pathname)});
  } catch {
    return nothing();
  }
}
