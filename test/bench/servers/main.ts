/** `main.ts KIND BUNDLES DIRECTORY`: a server of the bench, on a port that it tells its parent. */
import {readdir, rm} from 'node:fs/promises';
import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';

import {nodeServerOptions, onClientError} from '../../../src/server/index.js';
import {isGreeting, noCounts, type Counts} from './counts.js';
import {referenceListener} from './reference.js';
import {Sink} from './sink.js';
import {site} from './site.js';

const [kind = 'sink', bundles = '', directory = ''] = process.argv.slice(2);
const counts = noCounts();
const sink = new Sink(counts);

async function listenerOf(): Promise<RequestListener> {
  if (kind === 'reference') return referenceListener(directory);
  if (kind === 'reference-with-owner') return referenceListener(directory, 'bench');
  if (kind !== 'tus') return (request, response) => sink.answer(request, response);
  // Its types are not installed where the project's own are checked.
  const {tusListener} = (await import(new URL('./tus-listener.js', import.meta.url).href)) as {
    tusListener(directory: string): RequestListener;
  };
  return tusListener(directory);
}

async function removeAll(): Promise<void> {
  if (kind === 'sink') return sink.forget();
  for (const name of await readdir(directory)) await rm(join(directory, name), {recursive: true, force: true});
}

const listener = await listenerOf();
const server = createServer(nodeServerOptions, (request: IncomingMessage, response: ServerResponse) => {
  void site(request, response, bundles).then((served) => {
    if (served) return;
    if (!isGreeting(request)) counts.requests += 1;
    listener(request, response);
  });
});
server.on('clientError', onClientError);
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', (message) => {
  if (message === 'counts') process.send?.(counts satisfies Counts);
  else void removeAll().then(() => process.send?.(Object.assign(counts, noCounts())));
});
process.on('SIGTERM', () => process.exit(0));
