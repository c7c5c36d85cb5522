import assert from 'node:assert/strict';
import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net';
import {after, afterEach, before, beforeEach, describe, it} from 'node:test';

import {Link, type LinkOptions} from '../../bench/line/link.js';
import {until} from '../../support/wait.js';

const MiB = 2 ** 20;

/** Counts what it gets, and answers "done" when `expected` bytes are there. */
class Counter {
  received = 0;
  expected = Infinity;
  readonly server: Server;
  readonly sockets = new Set<Socket>();

  constructor() {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('data', (bytes: Buffer) => {
        this.received += bytes.length;
        if (this.received >= this.expected) socket.write('done');
      });
    });
  }
}

const counter = new Counter();
let link: Link;

async function line(options: LinkOptions): Promise<void> {
  link = await Link.open((counter.server.address() as AddressInfo).port, options);
}

function call(): Socket {
  const socket = connect({port: Number(new URL(link.origin).port), host: '127.0.0.1', noDelay: true});
  socket.on('error', () => undefined);
  return socket;
}

/** ms from connecting until the answer to `bytes` is there. */
async function time(bytes: number): Promise<number> {
  counter.expected = counter.received + bytes;
  const began = performance.now();
  const socket = call();
  socket.write(Buffer.alloc(bytes));
  await once(socket, 'data');
  socket.destroy();
  return performance.now() - began;
}

describe('An emulated line', () => {
  before(async () => {
    counter.server.listen(0, '127.0.0.1');
    await once(counter.server, 'listening');
  });
  after(() => void counter.server.close());
  beforeEach(() => {
    counter.received = 0;
    counter.expected = Infinity;
  });
  afterEach(() => link.close());

  // Only lower bounds are promised to hold on a busy machine. What is too fast is a line that is not emulated.
  describe('with a round trip of 100 ms', () => {
    beforeEach(() => line({rate: 100 * MiB, rtt: 100}));

    it('takes one round trip to open a connection, and one for question and answer', async () => {
      assert.ok((await time(100)) >= 199);
    });

    it('takes a round trip more for what does not fit into the first window', async () => {
      assert.ok((await time(14_600)) >= 199);
      assert.ok((await time(14_601)) >= 299);
    });

    it('doubles the window with every round trip', async () => {
      // 14,600 + 29,200 + 58,400 bytes are three windows; one byte more is the fourth.
      assert.ok((await time(102_201)) >= 100 + 3 * 100 + 99);
    });
  });

  describe('with 1 MiB a second', () => {
    beforeEach(() => line({rate: MiB, rtt: 2}));

    it('takes as long as the bytes need', async () => {
      assert.ok((await time(MiB / 4)) >= 230);
    });

    it('is shared by all connections', async () => {
      counter.expected = MiB / 4;
      const began = performance.now();
      const sockets = [call(), call()];
      for (const socket of sockets) socket.write(Buffer.alloc(MiB / 8));
      await until('both to be there', () => counter.received === MiB / 4);
      assert.ok(performance.now() - began >= 230);
      for (const socket of sockets) socket.destroy();
    });

    it('brings every byte', async () => {
      await time(MiB / 8);
      assert.equal(counter.received, MiB / 8);
      assert.equal(link.bytes, MiB / 8);
    });

    it('drops what it has not taken yet when the client closes', async () => {
      const socket = call();
      socket.write(Buffer.alloc(4 * MiB));
      await until('some of it to be there', () => counter.received > 64 * 1024);
      socket.destroy();
      await until('the server to lose the connection', () => counter.sockets.size === 0);
      const {received} = counter;
      assert.ok(received < MiB, `${received} bytes`);
      assert.ok(link.lastArrival <= performance.timeOrigin + performance.now());
    });
  });

  describe('that cuts connections', () => {
    const dropsOf = async (seed: number): Promise<number> => {
      await line({rate: 1_000 * MiB, rtt: 1, drops: 1, seed});
      const socket = call();
      socket.write(Buffer.alloc(8 * MiB));
      await new Promise((resolve) => socket.on('close', resolve));
      return counter.received;
    };

    it('cuts after the first MiB when the probability is 1', async () => {
      const received = await dropsOf(1);
      assert.ok(received <= MiB + 16_384, `${received} bytes`);
      assert.equal(link.dropped, 1);
    });

    it('never cuts when there is none', async () => {
      await line({rate: 1_000 * MiB, rtt: 1});
      await time(4 * MiB);
      assert.equal(link.dropped, 0);
    });
  });
});
