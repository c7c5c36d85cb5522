/**
 * The demo's server: the pages of this folder at `/`, the built package at `/dist/`, uploads at `/uploads`.
 *
 *   PORT     where to listen on 127.0.0.1 (default 8080; 0: any)
 *   HOST     address to listen on (default 127.0.0.1)
 *   UPLOADS  folder that keeps the uploads (default ./uploads)
 *
 * `POST /demo/faults` with JSON makes it misbehave: see `faults` below. `GET` tells how it is set.
 */
import {createReadStream} from 'node:fs';
import {realpath, stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, sep} from 'node:path';
import {Readable} from 'node:stream';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {createUploadHandler, nodeServerOptions, onClientError, toNodeListener} from '../dist/server/index.js';

const port = Number(process.env.PORT ?? 8080);
const host = process.env.HOST ?? '127.0.0.1';
const directory = process.env.UPLOADS ?? 'uploads';

/** How the server misbehaves at the moment. */
const faults = {
  /** ms that every upload request waits before anything is done. */
  delay: 0,
  /** Bytes per second that are read of bodies, all requests together; 0: as fast as can be. */
  rate: 0,
  /** How many of the next `PUT`s are answered 500. */
  fail: 0,
  /** Every connection is cut at once, except for requests below /demo/. */
  down: false,
};

/** Folders that are served. Nothing else of the disk is. */
const folders = {
  '/dist/': fileURLToPath(new URL('../dist/', import.meta.url)),
  '/': fileURLToPath(new URL('./', import.meta.url)),
};

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

// Whoever reaches this server is one owner to it: a file that was sent before need not be sent again, if it is proven that it is there.
const uploads = createUploadHandler({directory, path: '/uploads', claims: 'owner'});

/** Connections with a request that `down` cuts. @type {Set<import('node:net').Socket>} */
const busy = new Set();

const listener = toNodeListener(async (request) => {
  const {pathname} = new URL(request.url);
  if (pathname === '/demo/faults') return setFaults(request);
  if (pathname === '/uploads' || pathname.startsWith('/uploads/')) return misbehave(request);
  return serveFile(request.method, pathname);
});

const server = createServer(nodeServerOptions, (incoming, outgoing) => {
  const {socket} = incoming;
  if (!incoming.url?.startsWith('/demo/')) {
    if (faults.down) return void socket.destroy();
    busy.add(socket);
    outgoing.once('close', () => busy.delete(socket));
  }
  listener(incoming, outgoing);
});
server.on('clientError', onClientError);
server.on('error', (error) => {
  const taken = 'code' in error && error.code === 'EADDRINUSE';
  console.error(taken ? `Port ${port} is taken. Choose another one: PORT=${port + 1} npm start` : error.message);
  process.exit(1);
});
server.listen(port, host, () => {
  const address = server.address();
  console.log(`http://${host}:${typeof address === 'object' ? address?.port : port}/`);
});

/** @param {Request} request */
async function setFaults(request) {
  if (request.method === 'POST') {
    if (!request.headers.get('content-type')?.startsWith('application/json'))
      return Response.json({error: 'JSON is wanted'}, {status: 400});
    const wanted = Object(await request.json().catch(() => undefined));
    for (const name of /** @type {const} */ (['delay', 'rate', 'fail'])) {
      if (Number.isFinite(wanted[name]) && wanted[name] >= 0) faults[name] = wanted[name];
    }
    if (typeof wanted.down === 'boolean') faults.down = wanted.down;
    if (faults.down) for (const socket of busy) socket.destroy();
  }
  return Response.json(faults, {headers: {'Cache-Control': 'no-store'}});
}

/** @param {Request} request */
async function misbehave(request) {
  if (faults.delay > 0) await sleep(faults.delay);
  if (request.method === 'PUT' && faults.fail > 0) {
    faults.fail -= 1;
    return Response.json({type: 'about:blank', title: 'This failure was asked for', status: 500}, {status: 500});
  }
  return uploads(slowed(request));
}

/** When the next byte may be read, in ms of `performance.now()`. */
let free = 0;

/** The same request, whose body is read no faster than `faults.rate`. @param {Request} request */
function slowed(request) {
  if (!request.body) return request;
  const reader = request.body.getReader();
  const body = new ReadableStream(
    {
      async pull(controller) {
        const {done, value} = await reader.read();
        if (done) return controller.close();
        if (faults.rate > 0) {
          free = Math.max(free, performance.now()) + (value.length / faults.rate) * 1000;
          await sleep(Math.max(0, free - performance.now()));
        }
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    {highWaterMark: 0},
  );
  const {method, headers, signal} = request;
  return new Request(request.url, {method, headers, body, signal, .../** @type {{}} */ ({duplex: 'half'})});
}

/** @param {string} method @param {string} pathname */
async function serveFile(method, pathname) {
  if (method !== 'GET' && method !== 'HEAD') return new Response('Not allowed', {status: 405, headers: {Allow: 'GET, HEAD'}});
  const path = await pathOf(pathname);
  const type = path && types[extname(path)];
  if (!path || !type) return new Response('Not found', {status: 404});
  const {size} = await stat(path);
  const headers = {'Content-Type': type, 'Content-Length': String(size), 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff'};
  const body = method === 'GET' ? /** @type {ReadableStream} */ (Readable.toWeb(createReadStream(path))) : null;
  return new Response(body, {headers});
}

/** The file that a path names, if it lies in one of the folders; links that lead out of them do not count. @param {string} pathname */
async function pathOf(pathname) {
  const [prefix, folder] = Object.entries(folders).find(([prefix]) => pathname.startsWith(prefix)) ?? [];
  if (!prefix || !folder) return undefined;
  try {
    const name = decodeURIComponent(pathname.slice(prefix.length)) || 'index.html';
    if (/[\\\0]/.test(name)) return undefined;
    const path = await realpath(join(folder, name.endsWith('/') ? `${name}index.html` : name));
    return path.startsWith((await realpath(folder)) + sep) && (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}
