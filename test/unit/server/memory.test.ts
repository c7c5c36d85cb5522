import assert from 'node:assert/strict';
import {after, describe, it} from 'node:test';

import {disk} from '../../../src/server/disk.js';
import {UploadStore} from '../../../src/server/upload-store.js';
import {freshFolder, removeFolders} from '../../support/serve.js';
import {stays, until} from '../../support/wait.js';

const hour = 3_600_000;

describe('what is in memory', () => {
  after(removeFolders);

  const info = (id: string, size = 5): Parameters<UploadStore['create']>[0] => ({
    version: 1,
    id,
    owner: '',
    size,
    algorithm: 'none',
    metadata: {},
  });
  const idOf = (at: number): string => String(at).padStart(40, '0');

  it('is released when nobody has asked for a while, however many uploads there were', async () => {
    const store = new UploadStore({directory: await freshFolder(), expireAfter: hour, maxOpen: 1000, idleAfter: 50}, disk);
    for (let at = 0; at < 200; at++) (await store.create(info(idOf(at)))).release();
    await until('all to be released', () => store.inMemory === 0);
    const {upload, release} = await store.hold(idOf(7), '');
    assert.equal(upload.info.size, 5);
    release();
  });

  it('stays as long as somebody holds it', async () => {
    const store = new UploadStore({directory: await freshFolder(), expireAfter: hour, maxOpen: 1000, idleAfter: 10}, disk);
    const held = await store.create(info(idOf(1)));
    (await store.hold(idOf(1), '')).release();
    await stays('in memory', () => store.inMemory === 1, 100);
    assert.equal((await store.hold(idOf(1), '')).upload, held.upload);
  });

  it('is one object for all who ask at the same time', async () => {
    const store = new UploadStore({directory: await freshFolder(), expireAfter: hour, maxOpen: 1000, idleAfter: 10_000}, disk);
    (await store.create(info(idOf(1)))).release();
    const held = await Promise.all(Array.from({length: 20}, () => store.hold(idOf(1), '')));
    assert.equal(new Set(held.map(({upload}) => upload)).size, 1);
    assert.equal(store.inMemory, 1);
  });

  it('forgets a complete upload at once', async () => {
    const store = new UploadStore({directory: await freshFolder(), expireAfter: hour, maxOpen: 1000, idleAfter: 10_000}, disk);
    const {upload, release} = await store.create(info(idOf(1), 0));
    await upload.tryComplete();
    release();
    assert.equal(store.inMemory, 0);
  });

  it('forgets a canceled upload at once, though somebody still holds it', async () => {
    const store = new UploadStore({directory: await freshFolder(), expireAfter: hour, maxOpen: 1000, idleAfter: 10_000}, disk);
    const {release} = await store.create(info(idOf(1)));
    await store.cancel(idOf(1), '');
    assert.equal(store.inMemory, 0);
    release();
    await assert.rejects(store.hold(idOf(1), ''), {kind: 'gone'});
  });

  it('does not grow by questions for uploads that are not there', async () => {
    const store = new UploadStore({directory: await freshFolder(), expireAfter: hour, maxOpen: 1000}, disk);
    for (let at = 0; at < 50; at++) await assert.rejects(store.hold(idOf(at), ''), {kind: 'unknown'});
    assert.equal(store.inMemory, 0);
  });
});
