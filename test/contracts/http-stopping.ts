import type {HttpRequest} from '../../src/core/ports.js';
import {randomBytes} from '../support/bytes.js';
import type {Seen} from '../support/echo-server.js';
import {eventually, never, rejection, rejectionCode, same, type Clauses} from './clauses.js';
import {enough, type HttpScene} from './http-scene.js';
import {watchedSignal} from './watched-signal.js';

const MiB = 1_048_576;
const newId = (): string => Math.random().toString(36).slice(2);

/** What the server says of the requests with this id, asked past the `Http` under test. */
const seen = async ({echo}: HttpScene, id: string): Promise<Seen> => (await (await fetch(`${echo}/seen/${id}`)).json()) as Seen;

/** Sends to `path` under a fresh id, and waits until the server has the request. */
async function underWay(
  scene: HttpScene,
  path: string,
  signal: AbortSignal,
  request: Partial<HttpRequest> = {},
): Promise<{id: string; outcome: Promise<unknown>}> {
  const id = newId();
  const outcome = rejection(scene.http.send('PUT', `${scene.echo}${path}?id=${id}`, {timeout: enough, ...request}, signal));
  await eventually(async () => (await seen(scene, id)).requests === 1);
  return {id, outcome};
}

const isCut = (scene: HttpScene, id: string): Promise<void> => eventually(async () => (await seen(scene, id)).cut === 1);

/** How an `Http` is stopped, by its signal or by its limit. */
export const stopping = {
  async 'rejects with the reason when it is aborted before it starts, and sends nothing'(scene) {
    const [id, reason] = [newId(), new Error('not wanted')];
    const outcome = await rejection(scene.http.send('PUT', `${scene.echo}/echo?id=${id}`, {timeout: enough}, AbortSignal.abort(reason)));
    same([outcome === reason, (await seen(scene, id)).requests], [true, 0]);
  },

  async 'rejects with the reason when it is aborted while nothing comes'(scene) {
    const [stop, reason] = [new AbortController(), new Error('enough')];
    const {outcome} = await underWay(scene, '/silent', stop.signal);
    stop.abort(reason);
    same((await outcome) === reason, true);
  },

  async 'rejects with a reason that is no Error just the same'(scene) {
    const stop = new AbortController();
    const {outcome} = await underWay(scene, '/silent', stop.signal);
    stop.abort('a word');
    same(await outcome, 'a word');
  },

  async 'rejects before anything else can happen'(scene) {
    const stop = new AbortController();
    const {outcome} = await underWay(scene, '/silent', stop.signal);
    const order: string[] = [];
    const rejected = outcome.then(() => order.push('rejected'));
    const later = new Promise<void>((resolve) => setTimeout(resolve, 200)).then(() => order.push('200 ms later'));
    stop.abort();
    await Promise.all([rejected, later]);
    same(order[0], 'rejected');
  },

  async 'lets the server see that a request was aborted'(scene) {
    const stop = new AbortController();
    const {id} = await underWay(scene, '/silent', stop.signal);
    stop.abort();
    await isCut(scene, id);
  },

  async 'lets the server see that a body was aborted under way'(scene) {
    const stop = new AbortController();
    const {id, outcome} = await underWay(scene, '/slow', stop.signal, {body: new Blob([randomBytes(16 * MiB)])});
    stop.abort();
    await Promise.all([outcome, isCut(scene, id)]);
  },

  async 'rejects with the reason when it is aborted in the middle of the answer'(scene) {
    const [stop, reason] = [new AbortController(), new Error('enough')];
    const {id, outcome} = await underWay(scene, '/half', stop.signal);
    stop.abort(reason);
    same((await outcome) === reason, true);
    await isCut(scene, id);
  },

  async 'tells of no sent bytes after it was aborted'(scene) {
    const stop = new AbortController();
    let late = 0;
    const onSent = (): void => void (stop.signal.aborted && (late += 1));
    const {id, outcome} = await underWay(scene, '/slow', stop.signal, {body: new Blob([randomBytes(16 * MiB)]), onSent});
    stop.abort();
    await Promise.all([outcome, isCut(scene, id)]);
    same(late, 0);
  },

  async 'stops every request that has the same signal'(scene) {
    const stop = new AbortController();
    const both = [await underWay(scene, '/silent', stop.signal), await underWay(scene, '/silent', stop.signal)];
    stop.abort();
    await Promise.all(both.map(({id}) => isCut(scene, id)));
  },

  async 'stays answered when it is aborted afterwards'({http, echo}) {
    const stop = new AbortController();
    const reply = await http.send('GET', `${echo}/status/200?text=there`, {timeout: enough}, stop.signal);
    stop.abort();
    same(reply.text, 'there');
  },

  async 'leaves no listener on the signal, whatever the outcome'({http, echo}) {
    const left: Record<string, number> = {};
    for (const path of ['/status/200', '/status/500', '/reset', '/truncated']) {
      const {signal, listeners} = watchedSignal();
      await http.send('GET', `${echo}${path}`, {timeout: enough}, signal).catch(() => undefined);
      left[path] = listeners();
    }
    const {signal, listeners} = watchedSignal();
    await rejection(http.send('GET', `${echo}/silent`, {timeout: 100}, signal));
    same({...left, timeout: listeners()}, {'/status/200': 0, '/status/500': 0, '/reset': 0, '/truncated': 0, timeout: 0});
  },

  async 'leaves no listener on the signal when a header is impossible'({http, echo}) {
    const {signal, listeners} = watchedSignal();
    await rejection(http.send('GET', `${echo}/echo`, {headers: {'X-Name': 'two\nlines'}, timeout: enough}, signal));
    same(listeners(), 0);
  },

  async 'rejects with "timeout" when no answer comes in time'({http, echo}) {
    same(await rejectionCode(http.send('GET', `${echo}/silent`, {timeout: 150}, never())), 'timeout');
  },

  async 'rejects with "timeout" when only half of the answer comes in time'({http, echo}) {
    same(await rejectionCode(http.send('GET', `${echo}/half`, {timeout: 300}, never())), 'timeout');
  },

  async 'takes a limit that is no whole number'({http, echo}) {
    same(await rejectionCode(http.send('GET', `${echo}/silent`, {timeout: 120.25}, never())), 'timeout');
  },

  async 'lets the server see that the time was over'(scene) {
    const {id, outcome} = await underWay(scene, '/silent', never(), {timeout: 4_000});
    await Promise.all([outcome, isCut(scene, id)]);
  },
} satisfies Clauses<HttpScene>;
