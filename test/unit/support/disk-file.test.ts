import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import {after, before, describe, it} from 'node:test';

import {GiB, Shelf} from '../../support/disk-file.js';

describe('files on a disk', () => {
  let shelf: Shelf;

  before(async () => {
    shelf = await Shelf.open();
  });

  after(async () => {
    await shelf.close();
  });

  it('have the size and the MD5 they say', async () => {
    const file = await shelf.random(5_000_001);
    assert.equal((await stat(file.path)).size, 5_000_001);
    assert.equal(await file.md5Now(), file.md5);
  });

  it('may be empty', async () => {
    const file = await shelf.random(0);
    assert.equal(file.md5, 'd41d8cd98f00b204e9800998ecf8427e');
    assert.equal((await stat(file.path)).size, 0);
  });

  it('may be huge and take no room', async () => {
    const file = await shelf.sparse(5 * GiB, 1000);
    const {size, blocks} = await stat(file.path);
    assert.equal(size, 5 * GiB);
    assert.ok(blocks * 512 < 1_000_000);
  });

  it('can be overwritten with the time of change put back', async () => {
    const file = await shelf.random(10_000, 'unseen.bin');
    const before = await stat(file.path);
    await file.overwriteUnseen(5000, 100);
    const now = await stat(file.path);
    assert.equal(now.size, before.size);
    assert.ok(Math.abs(now.mtimeMs - before.mtimeMs) <= 1);
    assert.notEqual(await file.md5Now(), file.md5);
  });

  it('can be cut short and deleted', async () => {
    const file = await shelf.random(10_000, 'short.bin');
    await file.truncate(10);
    assert.equal((await stat(file.path)).size, 10);
    await file.delete();
    assert.equal(existsSync(file.path), false);
  });

  it('are gone when the shelf is closed', async () => {
    const other = await Shelf.open();
    await other.random(10);
    await other.close();
    assert.equal(existsSync(other.path), false);
  });
});
