import assert from 'node:assert/strict';
import type {FileHandle} from 'node:fs/promises';
import {open} from 'node:fs/promises';
import {afterEach, before, describe, it} from 'node:test';

import {stays, until} from '../../support/wait.js';
import {KiB, MiB, beginPut, bytesOf, content, create, created, cut, put, putChecked, received, status, withServer, write} from './scene.js';

/** What a file is, by its first byte: the data of these tests are zeros. */
const kindOf = (byte: number | undefined): string => (byte === 0 ? 'data' : byte === '['.charCodeAt(0) ? 'journal' : 'small file');

/** What the server asks of its files, and in which order. The calls of the real file handles are watched, and may be held or made to fail. */
class Disk {
  readonly calls: string[] = [];
  /** Stands before every sync of data. */
  beforeSync: () => Promise<void> = () => Promise.resolve();
  readonly #handles: FileHandle;
  readonly #write: FileHandle['write'];
  readonly #writev: FileHandle['writev'];
  readonly #datasync: FileHandle['datasync'];

  constructor(handles: FileHandle) {
    this.#handles = handles;
    this.#write = handles.write;
    this.#writev = handles.writev;
    this.#datasync = handles.datasync;
  }

  watch(): void {
    const {calls} = this;
    const [write, writev, datasync] = [this.#write, this.#writev, this.#datasync];
    const beforeSync = (): Promise<void> => this.beforeSync();
    const kinds = new WeakMap<FileHandle, string>();
    Object.assign(this.#handles, {
      async write(this: FileHandle, bytes: Buffer, ...rest: number[]) {
        if (!kinds.has(this)) kinds.set(this, kindOf(bytes[0]));
        calls.push(`write ${kinds.get(this)}`);
        return Reflect.apply(write, this, [bytes, ...rest]) as ReturnType<FileHandle['write']>;
      },
      async writev(this: FileHandle, buffers: Buffer[], ...rest: number[]) {
        if (!kinds.has(this)) kinds.set(this, kindOf(buffers[0]?.[0]));
        calls.push(`write ${kinds.get(this)}`);
        return Reflect.apply(writev, this, [buffers, ...rest]) as ReturnType<FileHandle['writev']>;
      },
      async datasync(this: FileHandle) {
        // Only data is written to for long: what was opened before this began is data.
        const kind = kinds.get(this) ?? 'data';
        calls.push(`sync ${kind}`);
        if (kind === 'data') await beforeSync();
        return Reflect.apply(datasync, this, []);
      },
    });
  }

  release(): void {
    Object.assign(this.#handles, {write: this.#write, writev: this.#writev, datasync: this.#datasync});
    this.beforeSync = () => Promise.resolve();
    this.calls.length = 0;
  }

  /** From now on nothing is synced until the function that comes back is called. */
  hold(): () => void {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    this.beforeSync = () => held;
    return letGo;
  }

  /** The next sync of data fails as a broken disk does. */
  failOnce(): void {
    this.beforeSync = () => {
      this.beforeSync = () => Promise.resolve();
      return Promise.reject(Object.assign(new Error('broken'), {code: 'EIO'}));
    };
  }
}

const file = Buffer.alloc(20 * MiB);
let disk: Disk;

before(async () => {
  const any = await open(process.execPath, 'r');
  disk = new Disk(Object.getPrototypeOf(any) as FileHandle);
  await any.close();
});
afterEach(() => disk.release());

describe('bytes that are written and not yet synced', () => {
  it('are not answered for, and not told', () =>
    withServer({}, async (server) => {
      const url = await created(server, MiB, {writer: '1-writer-one'});
      disk.watch();
      const letGo = disk.hold();
      let answered = false;
      const answer = put(url, file.subarray(0, MiB)).finally(() => (answered = true));
      await until('the sync to be asked for', () => disk.calls.includes('sync data'));
      await stays('unanswered', async () => !answered && (await received(url)).length === 0, 200);
      letGo();
      assert.equal((await answer).said.complete, true);
    }));

  it('are waited for by a GET of a newer writer', () =>
    withServer({}, async (server) => {
      const url = await created(server, MiB, {writer: '1-writer-one'});
      const part = beginPut(url, file.subarray(0, MiB));
      await write(part, file.subarray(0, 1000));
      await until('the bytes to be read', () => server.bytesRead === 1000);
      disk.watch();
      const letGo = disk.hold();
      let answered = false;
      const answer = received(url, {'Upload-Writer': '2-writer-two'}).finally(() => (answered = true));
      await until('the sync to be asked for', () => disk.calls.includes('sync data'));
      await stays('unanswered', () => !answered, 200);
      letGo();
      assert.deepEqual(await answer, [[0, 1000]]);
    }));

  it('are waited for by a repeated creation', () =>
    withServer({}, async (server) => {
      const key = 'the-key-of-this-upload';
      disk.watch();
      const letGo = disk.hold();
      const first = create(server, MiB, {key, body: file.subarray(0, 1000)});
      await until('the sync to be asked for', () => disk.calls.includes('sync data'));
      let answered = false;
      const again = create(server, MiB, {key}).finally(() => (answered = true));
      await stays('unanswered', () => !answered, 200);
      letGo();
      assert.deepEqual((await again).said.received, [[0, 1000]]);
      await first;
    }));

  it('are not counted when the sync fails, and can be sent again', () =>
    withServer({log: () => undefined}, async (server) => {
      const url = await created(server, 1000, {writer: '1-writer-one'});
      disk.watch();
      disk.failOnce();
      assert.equal((await put(url, file.subarray(0, 1000))).status, 500);
      assert.deepEqual(await received(url), []);
      assert.equal((await put(url, file.subarray(0, 1000))).said.complete, true);
    }));
});

describe('the order of what is asked of the disk', () => {
  it('for a part: data, its sync, the journal, its sync', () =>
    withServer({}, async (server) => {
      const url = await created(server, MiB, {writer: '1-writer-one'});
      disk.watch();
      await put(url, file.subarray(0, MiB), 0, 1000);
      assert.deepEqual(disk.calls, ['write data', 'sync data', 'write journal', 'sync journal']);
    }));

  it('for a part that is cut: the same', () =>
    withServer({}, async (server) => {
      const url = await created(server, MiB, {writer: '1-writer-one'});
      disk.watch();
      const part = beginPut(url, file.subarray(0, MiB));
      await write(part, file.subarray(0, 1000));
      await cut(part);
      await until('the request to end', () => server.running === 0);
      assert.deepEqual(disk.calls, ['write data', 'sync data', 'write journal', 'sync journal']);
    }));

  it('for a part of 8 MiB: one sync of each, and a write for each MiB, however many pieces it came in', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5', writer: '1-writer-one'});
      disk.watch();
      await putChecked(url, file, 0, 8 * MiB);
      const syncs = disk.calls.filter((call) => call.startsWith('sync'));
      const writes = disk.calls.filter((call) => call === 'write data').length;
      assert.ok(writes >= 8 && writes < 20, `${writes} writes`);
      // A slow machine may take more than a second, and then there is one more batch.
      assert.ok(syncs.length <= 6, syncs.join());
    }));

  it('for a part of 20 MiB: a batch every 8 MiB', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {writer: '1-writer-one'});
      disk.watch();
      await put(url, file);
      const syncs = disk.calls.filter((call) => call === 'sync data');
      assert.ok(syncs.length >= 3, syncs.join());
    }));
});

describe('one batch that is being synced', () => {
  it('does not stop reading until the next one is full', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {writer: '1-writer-one'});
      disk.watch();
      const letGo = disk.hold();
      const answer = put(url, file);
      await until('reading to go on', () => server.bytesRead >= 15 * MiB);
      assert.equal((await status(url)).received.length, 0);
      letGo();
      assert.equal((await answer).said.complete, true);
    }));

  it('is shared by parts that arrive together', () =>
    withServer({}, async (server) => {
      const small = bytesOf(500 * KiB).fill(0);
      const url = await created(server, small.length, {writer: '1-writer-one'});
      disk.watch();
      const letGo = disk.hold();
      const parts = Array.from({length: 10}, (_, at) => put(url, small, at * 50 * KiB, (at + 1) * 50 * KiB));
      await until('all to be read', () => server.bytesRead === small.length);
      await stays('one sync is under way', () => disk.calls.filter((call) => call === 'sync data').length === 1, 100);
      letGo();
      await Promise.all(parts);
      assert.ok(disk.calls.filter((call) => call === 'sync data').length < 10);
      assert.ok((await content(server, (await status(url)).result)).equals(small));
    }));
});
