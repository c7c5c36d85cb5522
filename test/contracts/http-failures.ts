import {randomBytes} from '../support/bytes.js';
import {holds, never, rejection, rejectionCode, same, type Clauses} from './clauses.js';
import {enough, type HttpScene} from './http-scene.js';

const get = ({http, echo}: HttpScene, path: string): Promise<unknown> => http.send('GET', `${echo}${path}`, {timeout: enough}, never());

/** A URL of a port where nobody listens. */
const nobody = async ({echo}: HttpScene): Promise<string> => (await fetch(`${echo}/closed`)).text();

/** What an `Http` calls the ways in which a line or a server fails. */
export const failures = {
  async 'rejects with "network" when nobody listens'(scene) {
    same(await rejectionCode(scene.http.send('GET', await nobody(scene), {timeout: enough}, never())), 'network');
  },

  async 'rejects with "network" when the connection is reset'(scene) {
    same(await rejectionCode(get(scene, '/reset')), 'network');
  },

  async 'rejects with "network" when the connection is reset in the middle of a body'({http, echo}) {
    const body = new Blob([randomBytes(8 * 1_048_576)]);
    same(await rejectionCode(http.send('PUT', `${echo}/reset/early`, {body, timeout: enough}, never())), 'network');
  },

  async 'rejects with "network" when an answer stops before its length'(scene) {
    same(await rejectionCode(get(scene, '/truncated')), 'network');
  },

  async 'rejects with "network" when an answer in pieces stops before its end'(scene) {
    same(await rejectionCode(get(scene, '/truncated/chunked')), 'network');
  },

  async 'rejects with "network" when redirects lead in a circle'(scene) {
    same(await rejectionCode(get(scene, '/circle')), 'network');
  },

  async 'does not blame the network for a header that cannot be sent'({http, echo}) {
    const code = await rejectionCode(http.send('GET', `${echo}/echo`, {headers: {'X-Name': 'two\nlines'}, timeout: enough}, never()));
    holds(code !== 'network' && code !== 'timeout', `${code} is neither network nor timeout`);
  },

  async 'says in an error which request it was, and nothing of its query'(scene) {
    const url = `${await nobody(scene)}uploads/1?signature=secret#part`;
    const reason = await rejection(scene.http.send('PUT', url, {timeout: enough}, never()));
    const text = reason instanceof Error ? reason.message : '';
    same([text.includes('PUT'), text.includes('/uploads/1'), text.includes('secret'), text.includes('#part')], [true, true, false, false]);
  },

  async 'says nothing of the query when the time is over, either'({http, echo}) {
    const reason = await rejection(http.send('GET', `${echo}/silent?signature=secret`, {timeout: 100}, never()));
    const text = reason instanceof Error ? reason.message : '';
    same([text.includes('/silent'), text.includes('secret')], [true, false]);
  },

  async 'goes on with the next request after a failure'(scene) {
    await rejection(get(scene, '/reset'));
    const {status} = await scene.http.send('GET', `${scene.echo}/status/201`, {timeout: enough}, never());
    same(status, 201);
  },
} satisfies Clauses<HttpScene>;
