import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {Agent, createServer, request as httpRequest} from 'node:http';
import type {IncomingMessage, Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, beforeEach, describe, it} from 'node:test';

import {cut, end, flipBit, loseAnswer, Relay, silence} from '../../support/relay.js';
import {stays, until} from '../../support/wait.js';

/** What the server at the far end made of a request. */
interface Arrived {
  readonly path: string;
  bytes: number;
  whole: boolean;
  md5: string;
}

/** Reads everything, answers 200 with the number of bytes. */
function countingServer(arrived: Arrived[]): Server {
  return createServer((incoming, outgoing) => {
    const hash = createHash('md5');
    const entry = {path: incoming.url ?? '', bytes: 0, whole: false, md5: ''};
    arrived.push(entry);
    incoming.on('data', (bytes: Buffer) => {
      entry.bytes += bytes.length;
      hash.update(bytes);
    });
    incoming.on('error', () => undefined);
    incoming.on('end', () => {
      entry.whole = true;
      entry.md5 = hash.digest('hex');
      outgoing.end(String(entry.bytes));
    });
  });
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

describe('a relay between a client and a server', () => {
  let server: Server;
  let relay: Relay;
  let agent: Agent;
  let arrived: Arrived[];

  beforeEach(async () => {
    arrived = [];
    server = countingServer(arrived);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    relay = await Relay.open((server.address() as AddressInfo).port);
    agent = new Agent({keepAlive: true, maxSockets: 4});
  });

  afterEach(async () => {
    agent.destroy();
    await relay.close();
    server.closeAllConnections();
    server.close();
  });

  const put = (path: string, body: Buffer, headers: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({
        agent,
        port: relay.port,
        host: '127.0.0.1',
        method: 'PUT',
        path,
        headers: {'content-length': body.length, ...headers},
      });
      sent.on('response', (answer: IncomingMessage) => {
        answer.setEncoding('utf8');
        let text = '';
        answer.on('data', (piece: string) => (text += piece));
        answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const refuses = (promise: Promise<string>): Promise<void> => assert.rejects(promise, {code: 'ECONNRESET'});

  it('lets a request and its answer pass unchanged', async () => {
    const body = randomBytes(3_000_000);
    assert.equal(await put('/a', body), '200 3000000');
    assert.equal(arrived[0]?.md5, md5(body));
  });

  it('counts requests and body bytes', async () => {
    await put('/a', randomBytes(1000));
    await put('/b', randomBytes(500), {'content-range': 'bytes 1000-1499/5000'});
    assert.equal(relay.bodyBytes, 1500);
    assert.deepEqual(
      relay.requests.map(({method, path, length, fileOffset, before}) => ({method, path, length, fileOffset, before})),
      [
        {method: 'PUT', path: '/a', length: 1000, fileOffset: 0, before: 0},
        {method: 'PUT', path: '/b', length: 500, fileOffset: 1000, before: 1},
      ],
    );
  });

  it('cuts a request after exactly so many bytes of its body', async () => {
    const met = relay.next(({path}) => path === '/a', cut(300_000));
    await refuses(put('/a', randomBytes(1_000_000)));
    assert.equal((await met).path, '/a');
    await until('the bytes to arrive', () => arrived[0]?.bytes === 300_000);
    assert.equal(arrived[0]?.whole, false);
  });

  it('can cut before the first byte of the body', async () => {
    void relay.next(() => true, cut(0));
    await refuses(put('/a', randomBytes(1000)));
    await until('the head to arrive', () => arrived.length === 1);
    assert.equal(arrived[0]?.bytes, 0);
  });

  it('can end a connection in good order, without an answer', async () => {
    void relay.next(() => true, end(300_000));
    await assert.rejects(put('/a', randomBytes(1_000_000)), /hang up|EPIPE|ECONNRESET/);
    await until('the bytes to arrive', () => arrived[0]?.bytes === 300_000);
  });

  it('does harm once, and only to a request that matches', async () => {
    void relay.next(({path}) => path === '/b', cut(10));
    assert.equal(await put('/a', randomBytes(100)), '200 100');
    await refuses(put('/b', randomBytes(100)));
    assert.equal(await put('/b', randomBytes(100)), '200 100');
  });

  it('knows a used connection from a fresh one', async () => {
    void relay.next(({before}) => before > 0, cut(5));
    assert.equal(await put('/first', randomBytes(10)), '200 10');
    await refuses(put('/second', randomBytes(10)));
  });

  it('flips one bit at a place in the file', async () => {
    const body = randomBytes(200_000);
    void relay.next(() => true, flipBit(1_000_000 + 150_000));
    await put('/a', body, {'content-range': 'bytes 1000000-1199999/9000000'});
    const damaged = Buffer.from(body);
    damaged[150_000] = (body[150_000] ?? 0) ^ 1;
    assert.equal(arrived[0]?.md5, md5(damaged));
  });

  it('flips a bit and then falls silent', async () => {
    void relay.next(() => true, flipBit(10, {silentAfter: 5000}));
    const lost = put('/a', randomBytes(100_000));
    lost.catch(() => undefined);
    await until('the bytes to arrive', () => arrived[0]?.bytes === 5000);
    await stays('no more bytes', () => arrived[0]?.bytes === 5000, 100);
    await relay.reset();
    await refuses(lost);
  });

  it('loses an answer that the server has given', async () => {
    void relay.next(() => true, loseAnswer());
    await refuses(put('/a', randomBytes(1000)));
    assert.equal(arrived[0]?.whole, true);
  });

  it('resets what there is and what comes when it refuses, and passes again', async () => {
    await put('/a', randomBytes(10));
    relay.refuse();
    await until('connections to end', () => relay.connections === 0);
    await refuses(put('/b', randomBytes(10)));
    assert.equal(arrived.length, 1);
    relay.pass();
    assert.equal(await put('/c', randomBytes(10)), '200 10');
  });

  it('forwards nothing while silent and everything afterwards', async () => {
    relay.silence();
    const answer = put('/a', randomBytes(1000));
    await until('the connection', () => relay.connections === 1);
    await stays('no request at the server', () => arrived.length === 0, 200);
    relay.pass();
    assert.equal(await answer, '200 1000');
  });

  it('falls silent in the middle of a body', async () => {
    relay.slow(200_000);
    const answer = put('/a', randomBytes(400_000));
    await until('some bytes', () => (arrived[0]?.bytes ?? 0) > 0);
    relay.silence();
    const {bytes = 0} = arrived[0] ?? {};
    await stays('hardly more bytes', () => (arrived[0]?.bytes ?? 0) < bytes + 100_000, 500);
    relay.slow(Infinity);
    relay.pass();
    assert.equal(await answer, '200 400000');
  });

  it('can silence a single connection after so many bytes', async () => {
    void relay.next(({path}) => path === '/a', silence(700));
    const lost = put('/a', randomBytes(1000));
    lost.catch(() => undefined);
    await until('the bytes to arrive', () => arrived[0]?.bytes === 700);
    assert.equal(await put('/b', randomBytes(10)), '200 10');
    assert.equal(arrived[0]?.bytes, 700);
  });

  it('reads eagerly, and drops what it kept when the client goes', async () => {
    relay.slow(100_000);
    const sent = httpRequest({
      agent,
      port: relay.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/a',
      headers: {'content-length': 8_000_000},
    });
    sent.on('error', () => undefined);
    await new Promise<void>((resolve) => sent.end(randomBytes(8_000_000), resolve));
    await until('some bytes', () => (arrived[0]?.bytes ?? 0) > 0);
    sent.destroy();
    await until('connections to end', () => relay.connections === 0);
    const {bytes = 0} = arrived[0] ?? {};
    assert.ok(bytes < 2_000_000, `${bytes} bytes arrived`);
    await stays('no further byte arrives', () => arrived[0]?.bytes === bytes, 200);
  });

  it('slows all connections down together', async () => {
    relay.slow(1_000_000);
    const began = performance.now();
    await Promise.all([put('/a', randomBytes(300_000)), put('/b', randomBytes(300_000))]);
    assert.ok(performance.now() - began > 450, 'two bodies of 300 kB took at least most of 0.6 s');
  });

  it('brings next to nothing beyond a brake, and everything when that is released', async () => {
    relay.slow(2_000_000);
    relay.brake(100_000);
    const answer = put('/a', randomBytes(400_000));
    await until('the brake', () => relay.bodyBytes >= 100_000);
    await stays('hardly more bytes', () => relay.bodyBytes < 200_000, 300);
    relay.brake(Infinity);
    assert.equal(await answer, '200 400000');
  });

  it('leads new connections to another server', async () => {
    await put('/a', randomBytes(10));
    const others: Arrived[] = [];
    const other = countingServer(others);
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    relay.target = (other.address() as AddressInfo).port;
    await relay.reset();
    await until('the client to notice', () => Object.keys(agent.freeSockets).length === 0);
    assert.equal(await put('/b', randomBytes(10)), '200 10');
    assert.equal(others.length, 1);
    other.closeAllConnections();
    other.close();
  });

  it('resets the client when there is no server', async () => {
    relay.target = 1;
    await refuses(put('/a', randomBytes(10)));
  });

  it('tells a server that ends in good order from one that resets', async () => {
    const answerless = createServer((incoming) => (incoming.url === '/ends' ? incoming.socket.end() : incoming.socket.resetAndDestroy()));
    await new Promise<void>((resolve) => answerless.listen(0, '127.0.0.1', resolve));
    relay.target = (answerless.address() as AddressInfo).port;
    await assert.rejects(put('/ends', Buffer.alloc(0)), /hang up/);
    await assert.rejects(put('/resets', Buffer.alloc(0)), /ECONNRESET/);
    answerless.close();
  });
});
