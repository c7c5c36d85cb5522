import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {Ranges} from '../../../src/core/ranges.js';
import {Batches} from '../../../src/server/batches.js';
import type {OpenFile} from '../../../src/server/files.js';
import {until} from '../../support/wait.js';
import {KiB, MiB} from './sample-file.js';

/** A file that writes down what is asked of it, and takes as much of a write as `take` says. */
class Target {
  readonly calls: string[] = [];
  readonly bytes = Buffer.alloc(20 * MiB);
  readonly committed: Ranges[] = [];
  take: (length: number) => number = (length) => length;
  beforeWrite: () => Promise<void> = () => Promise.resolve();
  beforeCommit: () => Promise<void> = () => Promise.resolve();
  readonly data = {
    writev: async (buffers: readonly Uint8Array[], position: number) => {
      await this.beforeWrite();
      const all = Buffer.concat(buffers);
      const bytesWritten = this.take(all.length);
      all.copy(this.bytes, position, 0, bytesWritten);
      this.calls.push(`write ${position}-${position + bytesWritten}`);
      return {bytesWritten};
    },
  } as unknown as OpenFile;

  async commit(written: Ranges): Promise<void> {
    await this.beforeCommit();
    this.calls.push('commit');
    this.committed.push(written);
  }
}

const piece = (size: number, value = 1): Uint8Array => Buffer.alloc(size, value);

/** Adds pieces of this size, one after the other. */
async function add(batches: Batches, count: number, size: number, from = 0): Promise<void> {
  for (let at = 0; at < count; at++) await batches.add(piece(size, at + 1), from + at * size);
}

describe('bytes that come in small pieces', () => {
  it('are written a MiB at a time, and made durable once at the end', async () => {
    const target = new Target();
    const batches = new Batches(target);
    await add(batches, 40, 64 * KiB);
    await batches.end();
    const half = 2.5 * MiB;
    assert.deepEqual(target.calls, [`write 0-${MiB}`, `write ${MiB}-${2 * MiB}`, `write ${2 * MiB}-${half}`, 'commit']);
    assert.deepEqual(target.committed, [[{start: 0, end: half}]]);
  });

  it('stand where they belong', async () => {
    const target = new Target();
    const batches = new Batches(target);
    await add(batches, 40, 64 * KiB);
    await batches.end();
    for (let at = 0; at < 40; at++) assert.equal(target.bytes[at * 64 * KiB + 7], at + 1);
  });

  it('are written apart where there is a gap between them', async () => {
    const target = new Target();
    const batches = new Batches(target);
    await batches.add(piece(10), 0);
    await batches.add(piece(10), 100);
    await batches.end();
    assert.deepEqual(target.calls, ['write 0-10', 'write 100-110', 'commit']);
    assert.deepEqual(target.committed[0], [
      {start: 0, end: 10},
      {start: 100, end: 110},
    ]);
  });

  it('are all written by a disk that takes a part of each write', async () => {
    const target = new Target();
    target.take = (length) => Math.max(1, Math.floor(length / 3));
    const batches = new Batches(target);
    await add(batches, 5, 1_000);
    await batches.end();
    assert.deepEqual(target.committed, [[{start: 0, end: 5_000}]]);
    for (let at = 0; at < 5_000; at++) assert.equal(target.bytes[at], Math.floor(at / 1_000) + 1);
  });

  it('are made durable every 8 MiB', async () => {
    const target = new Target();
    const batches = new Batches(target);
    await add(batches, 17, MiB);
    await batches.end();
    assert.deepEqual(
      target.committed.map((spans) => spans.map(({start, end}) => (end - start) / MiB)),
      [[8], [8], [1]],
    );
  });

  it('are written and made durable a second after they came, though no more come', async () => {
    const target = new Target();
    const batches = new Batches(target);
    await batches.add(piece(10), 0);
    await until('the commit', () => target.committed.length === 1);
    assert.deepEqual(target.committed, [[{start: 0, end: 10}]]);
    await batches.end();
  });

  it('leave nothing to be committed where there were none', async () => {
    const target = new Target();
    await new Batches(target).end();
    assert.deepEqual(target.committed.flat(), []);
  });
});

describe('a write or a sync that takes long', () => {
  it('lets more be taken: during one write, not during two', async () => {
    const target = new Target();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    target.beforeWrite = () => held;
    const batches = new Batches(target);
    let added = 0;
    const all = (async () => {
      for (; added < 4; added++) await batches.add(piece(MiB), added * MiB);
    })();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(added, 1);
    letGo();
    await all;
    await batches.end();
    assert.deepEqual(target.committed, [[{start: 0, end: 4 * MiB}]]);
  });

  it('is waited for at the end', async () => {
    const target = new Target();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    target.beforeCommit = () => held;
    const batches = new Batches(target);
    await batches.add(piece(10), 0);
    let ended = false;
    const end = batches.end().finally(() => (ended = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(ended, false);
    letGo();
    await end;
  });
});

describe('a write that fails', () => {
  const broken = new Error('broken');

  it('is told to whoever adds next', async () => {
    const target = new Target();
    target.beforeWrite = () => Promise.reject(broken);
    const batches = new Batches(target);
    await batches.add(piece(MiB), 0);
    await assert.rejects(batches.add(piece(MiB), MiB), broken);
    await assert.rejects(batches.end(), broken);
  });

  it('is told at the end, and what was written before is durable by then', async () => {
    const target = new Target();
    const batches = new Batches(target);
    await batches.add(piece(MiB), 0);
    await until('the first to be written', () => target.calls.length === 1);
    target.beforeWrite = () => Promise.reject(broken);
    await batches.add(piece(10), MiB);
    await assert.rejects(batches.end(), broken);
    assert.deepEqual(target.committed, [[{start: 0, end: MiB}]]);
  });
});

describe('a sync that fails', () => {
  const broken = new Error('broken');

  it('is told at the end, and nothing is committed after it', async () => {
    const target = new Target();
    target.beforeCommit = () => Promise.reject(broken);
    const batches = new Batches(target);
    await add(batches, 8, MiB);
    await until('the sync', () => target.calls.length === 8);
    target.beforeCommit = () => Promise.resolve();
    await batches.add(piece(10), 8 * MiB).catch(() => undefined);
    await assert.rejects(batches.end(), broken);
    assert.deepEqual(target.committed, []);
  });
});
