import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {Agent, createServer, request as httpRequest} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, beforeEach, describe, it} from 'node:test';

import {dripAnswer, refuseEarly, Relay, truncateAnswer, withholdAnswer} from '../../support/relay.js';
import {stays, until} from '../../support/wait.js';

describe('a relay that harms answers and lines', () => {
  let read = 0;
  const server = createServer((incoming, outgoing) => {
    incoming.on('data', ({length}: Buffer) => (read += length)).on('error', () => undefined);
    incoming.on('end', () => outgoing.end('0123456789'));
  });
  let relay: Relay;
  let agent: Agent;

  beforeEach(async () => {
    read = 0;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    relay = await Relay.open((server.address() as AddressInfo).port);
    agent = new Agent({keepAlive: true});
  });

  afterEach(async () => {
    agent.destroy();
    await relay.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const put = (size = 1000): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({agent, port: relay.port, host: '127.0.0.1', method: 'PUT', headers: {'content-length': size}});
      sent.on('response', (answer) => {
        let text = '';
        answer.on('data', (piece: Buffer) => (text += piece.toString())).on('error', reject);
        answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
      });
      sent.on('error', reject);
      sent.end(randomBytes(size));
    });

  const whole = '200 0123456789';

  it('passes an answer on byte by byte', async () => {
    void relay.next(() => true, dripAnswer(2));
    const began = performance.now();
    assert.equal(await put(), whole);
    assert.ok(performance.now() - began > 150);
  });

  it('ends an answer in its middle', async () => {
    void relay.next(() => true, truncateAnswer(4));
    await assert.rejects(put());
    assert.equal(read, 1000);
  });

  it('withholds an answer to a request that has passed', async () => {
    void relay.next(() => true, withholdAnswer());
    let settled = false;
    void put()
      .catch(() => undefined)
      .finally(() => (settled = true));
    await until('the request to arrive', () => read === 1000);
    await stays('no answer', () => !settled, 100);
  });

  it('answers in the server’s place without reading', async () => {
    void relay.next(() => true, refuseEarly(413, 'too large'));
    assert.equal(await put(), '413 too large');
    assert.equal(read, 0);
  });

  it('does harm to every request until it is told to stop', async () => {
    const stop = relay.always(() => true, refuseEarly(413, ''));
    assert.deepEqual([await put(), await put()], ['413 ', '413 ']);
    stop();
    assert.equal(await put(), whole);
  });

  it('delays both directions', async () => {
    relay.delay(60);
    const began = performance.now();
    assert.equal(await put(), whole);
    assert.ok(performance.now() - began > 115);
  });

  it('passes a request on only when all of it is there', async () => {
    relay.buffer();
    const sent = httpRequest({agent, port: relay.port, host: '127.0.0.1', method: 'PUT', headers: {'content-length': 1000}});
    sent.write(randomBytes(400));
    await stays('nothing arrives', () => read === 0, 100);
    sent.end(randomBytes(600));
    await once(sent, 'response');
    assert.equal(read, 1000);
  });

  it('strands the connections there are, and lets new ones pass', async () => {
    await put();
    relay.strand();
    let settled = false;
    void put()
      .catch(() => undefined)
      .finally(() => (settled = true));
    await stays('no answer on the old connection', () => !settled, 100);
    agent.destroy();
    agent = new Agent();
    assert.equal(await put(), whole);
  });

  it('is refused by the system while it is shut, and listens again in the same place', async () => {
    const {port} = relay;
    await relay.shut();
    await assert.rejects(put(), {code: 'ECONNREFUSED'});
    await relay.reopen();
    assert.equal(relay.port, port);
    assert.equal(await put(), whole);
  });
});
