import type {HttpRequest} from '../../src/core/ports.js';
import {randomBytes, sha256} from '../support/bytes.js';
import type {Echo} from '../support/echo-server.js';
import {holds, never, same, type Clauses} from './clauses.js';
import {enough, type HttpScene} from './http-scene.js';

const MiB = 1_048_576;

/** What arrives of `body`, and what was told while it was under way. */
async function arrival(
  {http, echo}: HttpScene,
  body: HttpRequest['body'],
  headers: Readonly<Record<string, string>> = {},
): Promise<Echo & {sent: number[]}> {
  const sent: number[] = [];
  const request = {headers, timeout: enough, onSent: (bytes: number) => sent.push(bytes), ...(body === undefined ? {} : {body})};
  const {text} = await http.send('PUT', `${echo}/echo`, request, never());
  return {...(JSON.parse(text) as Echo), sent};
}

/** What an `Http` makes of bodies. */
export const bodies = {
  async 'brings every byte of a Blob'(scene) {
    const bytes = randomBytes(3 * MiB + 17);
    const {length, sha256: arrived} = await arrival(scene, new Blob([bytes]));
    same([length, arrived], [bytes.length, await sha256(bytes)]);
  },

  async 'brings the bytes of a slice and no others'(scene) {
    const bytes = randomBytes(2 * MiB);
    const {length, sha256: arrived} = await arrival(scene, new Blob([bytes]).slice(1_000_001, 1_500_003));
    same([length, arrived], [500_002, await sha256(bytes.slice(1_000_001, 1_500_003))]);
  },

  async 'brings every byte of a buffer'(scene) {
    const bytes = randomBytes(70_000);
    const {length, sha256: arrived} = await arrival(scene, bytes.buffer);
    same([length, arrived], [70_000, await sha256(bytes)]);
  },

  async 'tells how much of a buffer was sent'(scene) {
    same((await arrival(scene, randomBytes(70_000).buffer)).sent.at(-1), 70_000);
  },

  async 'brings a single byte'(scene) {
    same((await arrival(scene, new Blob(['x']))).length, 1);
  },

  async 'brings a string as UTF-8'(scene) {
    const {length, sha256: arrived} = await arrival(scene, 'Grüße');
    same([length, arrived], [7, await sha256(new TextEncoder().encode('Grüße'))]);
  },

  async 'sends no bytes when it is given none'(scene) {
    same((await arrival(scene, undefined)).length, 0);
  },

  async 'says how long the body is'(scene) {
    const {headers} = await arrival(scene, new Blob([randomBytes(70_000)]));
    same([headers['content-length'], headers['transfer-encoding']], ['70000', undefined]);
  },

  async 'keeps the Content-Type that it is told, whatever the Blob says'(scene) {
    const {headers} = await arrival(scene, new Blob(['x'], {type: 'image/png'}), {'Content-Type': 'application/octet-stream'});
    same(headers['content-type'], 'application/octet-stream');
  },

  async 'tells of sent bytes that only grow, and never of more than there are'(scene) {
    const {sent} = await arrival(scene, new Blob([randomBytes(6 * MiB)]));
    const sorted = [...sent].sort((a, b) => a - b);
    same(sent, sorted);
    holds(sent.length > 0 && sent.every((bytes) => bytes >= 0 && bytes <= 6 * MiB), `${sent.join()} is within the body`);
  },

  async 'has told of the whole body when the answer is there'(scene) {
    const {sent} = await arrival(scene, new Blob([randomBytes(300_000)]));
    same(sent.at(-1), 300_000);
  },

  async 'tells of sent bytes before there is an answer'({http, echo}) {
    const stop = new AbortController();
    const request = {body: new Blob([randomBytes(300_000)]), timeout: enough};
    await new Promise<void>((resolve, reject) => {
      const onSent = (bytes: number): void => (bytes > 0 ? resolve() : undefined);
      http.send('PUT', `${echo}/silent`, {...request, onSent}, stop.signal).catch(reject);
    });
    stop.abort();
  },

  async 'brings several bodies at a time, each to its own request'(scene) {
    const all = [1_000, 200_000, 3].map((size) => randomBytes(size));
    const came = await Promise.all(all.map((bytes) => arrival(scene, new Blob([bytes]))));
    same(
      came.map(({sha256: arrived}) => arrived),
      await Promise.all(all.map((bytes) => sha256(bytes))),
    );
  },
} satisfies Clauses<HttpScene>;
