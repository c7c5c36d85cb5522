import assert from 'node:assert/strict';
import {chmod, open, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, beforeEach, describe, it} from 'node:test';

import {disk} from '../../../src/server/disk.js';
import type {Entry} from '../../../src/server/entries.js';
import type {OpenFile} from '../../../src/server/files.js';
import {Journal, readJournal} from '../../../src/server/journal.js';
import {MemoryDisk} from '../../support/memory-disk.js';
import {freshFolder, removeFolders} from '../../support/serve.js';
import {stays} from '../../support/wait.js';

const size = 40 * 4_194_304;
let path = '';
beforeEach(async () => {
  path = join(await freshFolder(), 'journal');
  await writeFile(path, '');
});
after(removeFolders);

const all: readonly Entry[] = [
  ['writer', '1-abcdefgh'],
  ['digest', 0, 'aa'],
  ['received', 0, 10],
  ['verified', 0, 'aa'],
  ['dropped', 3],
  ['complete', null],
  ['complete', 'bb'],
  ['told'],
];

describe('a journal', () => {
  it('reads back every kind of entry', async () => {
    const journal = new Journal(disk, path, {entries: [], end: 0}, () => undefined);
    for (const entry of all) await journal.record([entry]);
    const {entries, end} = await readJournal(disk, path, size);
    assert.deepEqual(entries, all);
    assert.equal(end, (await readFile(path)).length);
  });

  it('tells an entry only when it is on disk', async () => {
    const seen: string[] = [];
    const journal = new Journal(disk, path, {entries: [], end: 0}, (entry) => seen.push(entry[0]));
    const recorded = journal.record([['received', 0, 1]]);
    assert.deepEqual(seen, []);
    await recorded;
    assert.deepEqual(seen, ['received']);
    assert.equal(await readFile(path, 'utf8'), '["received",0,1]\n');
  });

  it('writes notes with the next entry, before it', async () => {
    const journal = new Journal(disk, path, {entries: [], end: 0}, () => undefined);
    journal.note(['digest', 0, 'aa']);
    assert.equal(await readFile(path, 'utf8'), '');
    await journal.record([['received', 0, 1]]);
    assert.deepEqual((await readJournal(disk, path, size)).entries, [
      ['digest', 0, 'aa'],
      ['received', 0, 1],
    ]);
  });

  it('goes on where it ends', async () => {
    await new Journal(disk, path, {entries: [], end: 0}, () => undefined).record([['received', 0, 1]]);
    const {end} = await readJournal(disk, path, size);
    await new Journal(disk, path, {entries: [], end}, () => undefined).record([['received', 1, 2]]);
    assert.equal((await readJournal(disk, path, size)).entries.length, 2);
  });

  it('cuts off what is torn, so that nothing is written behind it', async () => {
    await writeFile(path, '["received",0,1]\n["recei');
    const {end} = await readJournal(disk, path, size);
    assert.equal(await readFile(path, 'utf8'), '["received",0,1]\n');
    assert.equal(end, 17);
  });

  it('that is missing is empty and very old', async () => {
    await rm(path);
    assert.deepEqual(await readJournal(disk, path, size), {entries: [], end: 0, touched: 0});
  });
});

describe('entries that come while a sync is under way', () => {
  /** A data file whose syncs the test lets go on one by one. */
  function gatedData(): {data: OpenFile; open: () => void; syncs: () => number} {
    const gates: (() => void)[] = [];
    let syncs = 0;
    const datasync = (): Promise<void> => {
      syncs++;
      return new Promise((resolve) => gates.push(resolve));
    };
    return {data: {datasync} as unknown as OpenFile, open: () => gates.shift()?.(), syncs: () => syncs};
  }

  it('share the next one', async () => {
    const {data, open: letGo, syncs} = gatedData();
    const journal = new Journal(disk, path, {entries: [], end: 0}, () => undefined);
    const first = journal.record([['received', 0, 1]], data);
    const rest = [1, 2, 3, 4].map((at) => journal.record([['received', at, at + 1]], data));
    letGo();
    await first;
    letGo();
    await Promise.all(rest);
    assert.equal(syncs(), 2);
    assert.equal((await readJournal(disk, path, size)).entries.length, 5);
  });

  it('are not on disk before the data is', async () => {
    const {data, open: letGo} = gatedData();
    const journal = new Journal(disk, path, {entries: [], end: 0}, () => undefined);
    const recorded = journal.record([['received', 0, 1]], data);
    await stays('nothing in the journal', async () => (await readFile(path, 'utf8')) === '', 100);
    letGo();
    await recorded;
    assert.notEqual(await readFile(path, 'utf8'), '');
  });
});

describe('a journal that cannot be written', () => {
  it('tells nothing, and everybody who waits hears of it', async () => {
    const seen: Entry[] = [];
    const journal = new Journal(disk, join(path, 'not-a-folder'), {entries: [], end: 0}, (entry) => seen.push(entry));
    const results = await Promise.allSettled([journal.record([['received', 0, 1]]), journal.record([['received', 1, 2]])]);
    assert.deepEqual(
      results.map(({status}) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(seen, []);
  });

  it('because the data could not be synced, says nothing of the data', async () => {
    const data = {datasync: () => Promise.reject(new Error('EIO'))} as unknown as OpenFile;
    const journal = new Journal(disk, path, {entries: [], end: 0}, () => undefined);
    await assert.rejects(journal.record([['received', 0, 1]], data), /EIO/);
    assert.equal(await readFile(path, 'utf8'), '');
  });

  it('goes on when it can be written again, with the notes that waited', async () => {
    const seen: Entry[] = [];
    const journal = new Journal(disk, path, {entries: [], end: 0}, (entry) => seen.push(entry));
    journal.note(['digest', 0, 'aa']);
    await rm(path);
    await assert.rejects(journal.record([['received', 0, 1]]), {code: 'ENOENT'});
    await writeFile(path, '');
    await journal.record([['received', 5, 6]]);
    assert.deepEqual(seen, [
      ['digest', 0, 'aa'],
      ['received', 5, 6],
    ]);
    assert.deepEqual((await readJournal(disk, path, size)).entries, seen);
  });
});

describe('a sync of data that has failed', () => {
  it('is not made good by the sync of a file that was opened later', async () => {
    const files = new MemoryDisk();
    await files.makeFolder('/x');
    for (const name of ['data', 'journal']) await (await files.open(`/x/${name}`, 'create')).close();
    const journal = new Journal(files, '/x/journal', {entries: [], end: 0}, () => undefined);
    const [one, other] = [await files.open('/x/data', 'update'), await files.open('/x/data', 'update')];
    await one.write(Buffer.from('one'), 0, 3, 0);
    await other.write(Buffer.from('two'), 0, 3, 3);
    files.fate = (_, call) => (call.startsWith('datasync') ? {code: 'EIO'} : undefined);
    await assert.rejects(journal.record([['received', 0, 3]], one), {code: 'EIO'});
    files.fate = () => undefined;
    const later = await files.open('/x/data', 'update');
    const results = await Promise.allSettled([
      journal.record([]),
      journal.record([['received', 6, 9]], later),
      journal.record([['received', 3, 6]], other),
    ]);
    assert.equal(results[2]?.status, 'rejected');
    assert.equal(files.bytesOf('/x/journal').includes('3,6'), false);
  });
});

describe('a file that is written whole', () => {
  it(
    'keeps the old text when the new one cannot be written',
    {skip: process.platform === 'win32' && 'needs permissions of folders'},
    async () => {
      const {writeWhole} = await import('../../../src/server/whole-files.js');
      const folder = await freshFolder();
      await writeWhole(disk, join(folder, 'info.json'), 'old');
      await assert.rejects(writeWhole(disk, join(folder, 'none', 'info.json'), 'new'), {code: 'ENOENT'});
      assert.equal(await readFile(join(folder, 'info.json'), 'utf8'), 'old');
      await chmod(folder, 0o700);
      await writeWhole(disk, join(folder, 'info.json'), 'new');
      const file = await open(join(folder, 'info.json'), 'r');
      assert.equal((await file.stat()).mode & 0o777, 0o600);
      await file.close();
    },
  );
});
