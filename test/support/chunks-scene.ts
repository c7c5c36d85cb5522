import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {FileDigests} from '../../src/core/digests.js';
import type {DigestAlgorithm} from '../../src/core/hasher-ports.js';
import {inlineHasher} from '../../src/hash/inline-hasher.js';
import type {Http} from '../../src/core/ports.js';
import {fetchHttp} from '../../src/net/fetch.js';
import {chunks} from '../../src/protocols/chunks.js';
import type {ProtocolScene} from '../contracts/protocol-scene.js';
import {cut, flipBit, loseAnswer, Relay} from './relay.js';
import type {RequestHead} from './relay.js';
import {serve, type TestServer} from './serve.js';
import {until} from './wait.js';

const bringsBytes = ({length}: RequestHead): boolean => length > 0;

/** What the server says a stored file is called: RFC 6266 and RFC 8187. */
function nameIn(disposition: string): string {
  const [, encoded = ''] = /filename\*=UTF-8''([^;]+)/i.exec(disposition) ?? [];
  return decodeURIComponent(encoded);
}

/** Folders of uploads that are there, and were not thrown away. */
async function uploadsIn({directory}: TestServer): Promise<number> {
  const ids = (await readdir(directory)).filter((name) => /^[0-9a-f]{40}$/.test(name));
  const contents = await Promise.all(ids.map((id) => readdir(join(directory, id))));
  return contents.filter((names) => names.length > 1).length;
}

async function stored(result: {readonly url: string | null}): Promise<{bytes: Uint8Array<ArrayBuffer>; name: string}> {
  const answer = await fetch(result.url ?? '');
  if (!answer.ok) throw new Error(`${answer.status} for ${result.url}`);
  return {bytes: new Uint8Array(await answer.arrayBuffer()), name: nameIn(answer.headers.get('content-disposition') ?? '')};
}

/** Reads a request, for a cut is seen by those who read, and answers when the client is gone. */
async function silent(request: Request): Promise<Response> {
  await request.arrayBuffer().catch(() => undefined);
  await new Promise<void>((resolve) => {
    if (request.signal.aborted) resolve();
    else request.signal.addEventListener('abort', () => resolve(), {once: true});
  });
  return new Response(null, {status: 499});
}

/** Node's `fetch` speaks HTTP/1.1, and tells nobody. */
const http: Http = {
  send: async (...request) => ({...(await fetchHttp().send(...request)), version: () => Promise.resolve('http/1.1')}),
};

/** The chunks protocol over `fetch`, through a relay, to the real reference server on a disk. */
export async function chunksScene({algorithm = 'md5'}: {algorithm?: DigestAlgorithm} = {}): Promise<ProtocolScene> {
  const server = await serve({claims: 'owner', log: () => undefined});
  const relay = await Relay.open(server.port);
  const hasher = inlineHasher(algorithm);
  return {
    protocol: chunks({endpoint: `http://127.0.0.1:${relay.port}/uploads`}, http),
    line: {
      refuse: () => relay.refuse(),
      pass: () => relay.pass(),
      cutNext: (after) => relay.next(bringsBytes, cut(after)),
      loseNextAnswer: () => relay.next(bringsBytes, loseAnswer()),
      damageNext: (offset) => relay.next(bringsBytes, flipBit(offset)),
    },
    digestsOf: (file) => new FileDigests(file, hasher, () => undefined),
    stored,
    uploads: () => uploadsIn(server),
    forgetAll: async () => {
      for (const name of await readdir(server.directory)) await rm(join(server.directory, name), {recursive: true});
      server.forget();
    },
    stall: () => {
      server.intercept = silent;
    },
    running: () => server.running,
    asked: () => server.requests.length,
    close: async () => {
      hasher.close();
      relay.pass();
      await server.close();
      await until('the relay to have no connection', () => relay.connections === 0);
      await relay.close();
      await rm(server.directory, {recursive: true, force: true});
    },
  };
}
