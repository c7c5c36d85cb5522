import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {fetchHttp} from '../../../src/net/fetch.js';
import {keepsTheHttpContract} from '../../contracts/http.js';
import {EchoServer} from '../../support/echo-server.js';

let echo: EchoServer;
before(async () => {
  echo = await EchoServer.open();
});
after(() => echo.close());

keepsTheHttpContract(
  'fetchHttp',
  async () => ({http: fetchHttp(), echo: echo.url}),
  {describe, it},
  {
    'tells of sent bytes before there is an answer': 'fetch tells nothing of a body under way',
  },
);

describe('fetchHttp, which learns nothing of a body under way', () => {
  it('tells of a body once, when the answer is there', async () => {
    const sent: number[] = [];
    const request = {body: new Blob(['abc']), timeout: 5_000, onSent: (bytes: number) => sent.push(bytes)};
    await fetchHttp().send('PUT', `${echo.url}/echo`, request, new AbortController().signal);
    assert.deepEqual(sent, [3]);
  });

  it('tells nothing of a body whose request failed', async () => {
    const sent: number[] = [];
    const request = {body: new Blob(['abc']), timeout: 5_000, onSent: (bytes: number) => sent.push(bytes)};
    await assert.rejects(fetchHttp().send('PUT', `${echo.url}/reset`, request, new AbortController().signal));
    assert.deepEqual(sent, []);
  });

  it('keeps the reason of a failure for those who look for it', async () => {
    const failed = fetchHttp().send('GET', `${echo.url}/reset`, {timeout: 5_000}, new AbortController().signal);
    await assert.rejects(failed, ({cause}: Error) => cause instanceof TypeError);
  });

  it('keeps its limit when the garbage is collected meanwhile', async () => {
    const {setFlagsFromString} = await import('node:v8');
    const {runInNewContext} = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const late = fetchHttp().send('GET', `${echo.url}/silent`, {timeout: 400}, new AbortController().signal);
    const collecting = setInterval(collect, 50);
    await assert.rejects(late, {code: 'timeout'}).finally(() => clearInterval(collecting));
  });
});
