import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {after, afterEach, beforeEach, describe, it} from 'node:test';
import {randomBytes} from '../support/bytes.js';
import {Headless} from '../support/headless.js';
import {removeFolders, serve, type TestServer} from '../support/serve.js';
import {until} from '../support/wait.js';

const MiB = 1_048_576;
const size = 24 * MiB;
const bytes = randomBytes(size);
const md5 = (of: Uint8Array): string => createHash('md5').update(of).digest('hex');

async function stored(url: string | null): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url ?? '')).arrayBuffer());
}

const rises = (numbers: readonly number[]): boolean => numbers.every((number, at) => number >= (numbers[at - 1] ?? 0));

let server: TestServer;
let engine: Headless;

beforeEach(async () => {
  server = await serve({parts: {min: MiB, preferred: 2 * MiB, max: 4 * MiB, parallel: 3}});
  engine = new Headless(server.endpoint);
});

afterEach(async () => {
  engine.uploader.close();
  await server.close();
});

after(removeFolders);

const add = (): void => void engine.uploader.add([{blob: new Blob([bytes]), name: 'random.bin', lastModified: 1}]);

/** How many uploads the server was asked to create. */
const creations = (): number => server.requests.filter(({method, path}) => method === 'POST' && path === '/uploads').length;

describe('the engine without a page, with a file of 24 MiB', () => {
  beforeEach(async () => {
    add();
    await engine.reaches('done');
  });

  it('brings every byte', async () => {
    assert.equal(md5(await stored(engine.result.url)), md5(bytes));
  });

  it('has the same digest as the server, and was verified by it', () => {
    const {digest, clientDigest, verified} = engine.result;
    assert.deepEqual([digest === clientDigest, verified, typeof digest], [true, 'digest', 'string']);
  });

  it('has the server read every byte once', () => {
    assert.equal(server.bytesRead, size);
  });

  it('goes the straight way, and tells once that it is done', () => {
    const named = engine.statuses.filter((name, at) => name !== engine.statuses[at - 1]);
    assert.equal(named[0], 'preparing');
    assert.equal(named.at(-1), 'done');
    assert.deepEqual([engine.done, engine.settled, engine.errors], [1, 1, []]);
  });

  it('counts confirmed bytes upwards, to the size of the file and no further', () => {
    assert.ok(rises(engine.confirmed));
    assert.deepEqual([Math.max(...engine.confirmed) <= size, engine.only.progress.confirmed], [true, size]);
  });

  it('creates one upload, claims it once, and asks nothing that is not needed', () => {
    const methods = server.requests.map(({method}) => method);
    assert.deepEqual([creations(), methods.filter((method) => method === 'POST').length - creations()], [1, 1]);
    assert.equal(methods.includes('DELETE'), false);
  });
});

describe('the engine without a page, paused in the middle', () => {
  let confirmedAtPause: number;

  beforeEach(async () => {
    server.rate = 12 * MiB;
    add();
    await engine.isBetween(2 * MiB, size);
    engine.uploader.pause();
    confirmedAtPause = engine.only.progress.confirmed;
    await until('the server to be idle', () => server.running === 0);
  });

  it('is paused, keeps what is confirmed, and has nothing under way', () => {
    const {status, progress} = engine.only;
    assert.deepEqual([status.name, progress.confirmed, progress.sent], ['paused', confirmedAtPause, 0]);
  });

  it('tells of no failure', () => {
    assert.deepEqual(engine.errors, []);
  });

  it('arrives whole after it was resumed, with no byte read twice', async () => {
    server.rate = Infinity;
    engine.uploader.resume();
    await engine.reaches('done');
    assert.equal(md5(await stored(engine.result.url)), md5(bytes));
    assert.equal(server.bytesRead, size);
  });

  it('counts every byte once, over the pause too', async () => {
    server.rate = Infinity;
    engine.uploader.resume();
    await engine.reaches('done');
    assert.ok(rises(engine.confirmed));
    assert.deepEqual([engine.only.progress.confirmed, engine.done], [size, 1]);
  });
});

describe('the engine without a page, whose server goes away in the middle', () => {
  let first: TestServer;

  beforeEach(async () => {
    first = server;
    first.rate = 12 * MiB;
    add();
    await engine.isBetween(2 * MiB, size);
    const {port} = first;
    await first.close();
    await engine.reaches('failed');
    await until('the old server to have written what it read', () => first.running === 0);
    server = await serve({directory: first.directory, port, parts: {min: MiB, preferred: 2 * MiB, max: 4 * MiB, parallel: 3}});
  });

  it('fails once, as "network", and keeps what is confirmed', () => {
    assert.deepEqual(
      engine.errors.map(({code}) => code),
      ['network'],
    );
    assert.ok(engine.only.progress.confirmed > 0);
  });

  it('sends nothing more by itself', () => {
    assert.equal(server.requests.length, 0);
  });

  it('arrives whole after a retry, with no byte read twice', async () => {
    engine.uploader.retry();
    await engine.reaches('done');
    assert.equal(md5(await stored(engine.result.url)), md5(bytes));
    assert.equal(first.bytesRead + server.bytesRead, size);
  });

  it('goes on with the upload that there is', async () => {
    engine.uploader.retry();
    await engine.reaches('done');
    assert.equal(server.requests[0]?.method, 'GET');
    assert.equal(server.requests.filter(({method}) => method === 'POST').length, 0);
  });

  it('tells once that it is done', async () => {
    engine.uploader.retry();
    await engine.reaches('done');
    assert.deepEqual([engine.done, engine.only.progress.confirmed], [1, size]);
  });
});

describe('the engine without a page, with automatic tries', () => {
  it('goes on by itself when the server refuses once', async () => {
    engine.uploader.set({retries: 1});
    server.failNext(1, 503);
    add();
    await engine.reaches('done');
    assert.deepEqual([engine.errors, engine.statuses.includes('waiting')], [[], true]);
    assert.equal(md5(await stored(engine.result.url)), md5(bytes));
  });
});
