import type {HttpReply, HttpRequest} from '../../src/core/ports.js';
import type {Echo} from '../support/echo-server.js';
import {never, same, type Clauses} from './clauses.js';
import {enough, type HttpScene} from './http-scene.js';

const statuses = [200, 201, 400, 401, 403, 404, 408, 409, 410, 413, 422, 429, 500, 502, 503, 507];

const ask = ({http, echo}: HttpScene, method: string, path: string, request: Partial<HttpRequest> = {}): Promise<HttpReply> =>
  http.send(method, `${echo}${path}`, {timeout: enough, ...request}, never());

/** What `/echo` says of a request with this method and these headers. */
async function echoed(scene: HttpScene, method: string, request: Partial<HttpRequest> = {}): Promise<Echo> {
  return JSON.parse((await ask(scene, method, '/echo', request)).text) as Echo;
}

/** What an `Http` makes of answers, of whatever status. */
export const answers = {
  async 'tells the status of an answer, whatever it is'(scene) {
    const told = [];
    for (const status of statuses) told.push((await ask(scene, 'GET', `/status/${status}`)).status);
    same(told, statuses);
  },

  async 'tells the text of an answer that refuses'(scene) {
    same((await ask(scene, 'PUT', '/status/422?text={"blocks":[3]}')).text, '{"blocks":[3]}');
  },

  async 'reads the text as UTF-8'(scene) {
    same((await ask(scene, 'GET', `/status/200?text=${encodeURIComponent('Grüße 𝄞 اسم')}`)).text, 'Grüße 𝄞 اسم');
  },

  async 'has an empty text for an answer without a body'(scene) {
    same((await ask(scene, 'DELETE', '/status/204')).text, '');
  },

  async 'finds a header whatever its case'(scene) {
    const reply = await ask(scene, 'GET', '/status/200');
    same([reply.header('X-Test'), reply.header('x-test'), reply.header('RETRY-AFTER')], ['a value', 'a value', '7']);
  },

  async 'has null for a header that is absent'(scene) {
    same((await ask(scene, 'GET', '/status/200')).header('Location'), null);
  },

  async 'tells where the answer came from'(scene) {
    same((await ask(scene, 'GET', '/status/200?text=a')).url, `${scene.echo}/status/200?text=a`);
  },

  async 'sends the method that it is told'(scene) {
    const told = [];
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) told.push((await echoed(scene, method)).method);
    same(told, ['GET', 'POST', 'PUT', 'DELETE']);
  },

  async 'sends the headers that it is told'(scene) {
    const headers = {'Content-Range': 'bytes 0-9/10', 'Idempotency-Key': '"abc"', 'Upload-Writer': '1-abcdefgh'};
    const {headers: came} = await echoed(scene, 'POST', {headers});
    same([came['content-range'], came['idempotency-key'], came['upload-writer']], ['bytes 0-9/10', '"abc"', '1-abcdefgh']);
  },

  async 'goes to where a 303 leads, with a GET'(scene) {
    const reply = await ask(scene, 'POST', '/redirect/303?to=/echo', {body: 'abc'});
    const {method, length} = JSON.parse(reply.text) as Echo;
    same([reply.status, method, length, reply.url], [200, 'GET', 0, `${scene.echo}/echo`]);
  },

  async 'sends a body again to where a 307 or a 308 leads'(scene) {
    for (const status of [307, 308]) {
      const reply = await ask(scene, 'PUT', `/redirect/${status}?to=/echo`, {body: new Blob(['abc'])});
      const {method, length} = JSON.parse(reply.text) as Echo;
      same([reply.status, method, length, reply.url], [200, 'PUT', 3, `${scene.echo}/echo`], String(status));
    }
  },
} satisfies Clauses<HttpScene>;
