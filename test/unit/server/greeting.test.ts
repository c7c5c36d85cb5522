import assert from 'node:assert/strict';
import {once} from 'node:events';
import {Agent, request, type ClientRequest, type IncomingMessage} from 'node:http';
import {describe, it} from 'node:test';

import {ask, created, withServer} from './scene.js';

const page = 'https://page.example';

describe('a greeting', () => {
  it('is answered 204, with nothing in it and nothing to keep', () =>
    withServer({}, async (server) => {
      const {status, headers, text} = await ask('HEAD', server.endpoint, {});
      assert.deepEqual([status, text, headers.get('cache-control')], [204, '', 'no-store']);
    }));

  it('says that there may be bytes beside a creation, to pages of other origins too', () =>
    withServer({origins: [page]}, async (server) => {
      const {headers} = await ask('HEAD', server.endpoint, {Origin: page});
      assert.match(headers.get('allow') ?? '', /\bPUT\b/);
      assert.match(headers.get('access-control-expose-headers') ?? '', /\bAllow\b/);
    }));

  it('may have any query', () =>
    withServer({}, async (server) => {
      assert.equal((await ask('HEAD', `${server.endpoint}?greeting=1`, {})).status, 204);
    }));

  it('asks nobody for permission', () =>
    withServer({authorize: () => new Response(null, {status: 401})}, async (server) => {
      assert.equal((await ask('HEAD', server.endpoint, {})).status, 204);
    }));

  it('may be read by pages of allowed origins, and by no others', () =>
    withServer({origins: [page]}, async (server) => {
      const allowed = async (Origin: string) => (await ask('HEAD', server.endpoint, {Origin})).headers.get('access-control-allow-origin');
      assert.deepEqual([await allowed(page), await allowed('https://evil.example')], [page, null]);
    }));

  it('leaves the connection open', () =>
    withServer({}, async (server) => {
      const agent = new Agent({keepAlive: true, maxSockets: 1});
      const greet = async (): Promise<ClientRequest> => {
        const asked = request(server.endpoint, {method: 'HEAD', agent}).end();
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        await once(answer.resume(), 'end');
        return asked;
      };
      await greet();
      assert.equal((await greet()).reusedSocket, true);
      agent.destroy();
    }));

  it('is for the endpoint only: of uploads it says nothing', () =>
    withServer({}, async (server) => {
      const urls = [await created(server, 5), `${server.endpoint}/`, `${server.endpoint}/none`];
      const answers = await Promise.all(urls.map((url) => fetch(url, {method: 'HEAD'})));
      assert.deepEqual(
        answers.map(({status}) => status),
        [405, 405, 405],
      );
    }));

  it('is among the methods that a wrong one is told', () =>
    withServer({}, async (server) => {
      assert.match((await ask('PATCH', server.endpoint, {})).headers.get('allow') ?? '', /HEAD/);
    }));
});
