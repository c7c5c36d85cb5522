import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {basename, join} from 'node:path';

import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import {until} from '../support/wait.js';
import {tellReads} from '../support/worker-script.js';
import {allDone} from './file-rows-names.js';
import type {Row} from './row.js';
import type {Stage} from './stage.js';

const half = MiB / 2;
const block = 4 * MiB;

/** Adds a page's first file to a second element. */
const addElsewhere = ({page}: UploaderPage): Promise<void> =>
  page.evaluate(() => {
    const first = document.querySelector('chunk-uploader');
    const second = first?.cloneNode() as typeof first;
    document.body.append(second ?? '');
    second?.add(first?.files[0] ?? []);
  });

/** All uploads of all elements. */
const allOf = async ({page}: UploaderPage): Promise<readonly UploadSnapshot[]> =>
  page.evaluate(() => [...document.querySelectorAll('chunk-uploader')].flatMap(({uploads}) => uploads));

async function twiceAndElsewhere({page, relay, scene, file}: Stage): Promise<void> {
  // Again when the first is on its way, and could be taken for it.
  relay.slow(MiB);
  relay.brake(MiB);
  await page.pick(file.path);
  await page.when('some of it to be confirmed', ({progress}) => progress.confirmed > 0);
  await page.pick(file.path);
  await addElsewhere(page);
  await until('the second element to leave it to the first', async () => (await allOf(page))[2]?.status.name === 'elsewhere');
  relay.brake(Infinity);
  relay.slow(Infinity);
  await allDone(page, 2);
  // What the second element lists besides: the second upload of the first, if that has been saved by then.
  const urls = await until('the second element to be done', async () => {
    const all = await allOf(page);
    const done = all.flatMap(({status}) => (status.name === 'done' ? [status.result.url] : []));
    return all.length >= 3 && done.length === all.length && done;
  });
  assert.equal(new Set(urls).size, 2);
  for (const url of urls) assert.equal(await scene.stored({url}), file.md5);
}

export const oddFileRows: readonly Row[] = [
  {
    number: 'F9',
    fault: 'The file has no byte',
    shows: 'Done at once, at 100 %',
    keeps: 'The empty file',
    play: {
      size: 0,
      expect: {ends: 'done'},
      again: 0,
      async after({page}) {
        assert.equal((await page.bars())[0]?.now, 100);
        assert.deepEqual(await page.totals().then(({size, confirmed, sent}) => ({size, confirmed, sent})), {
          size: 0,
          confirmed: 0,
          sent: 0,
        });
      },
    },
  },
  {
    number: 'F10',
    fault: 'The file is longer than 4 GiB',
    shows: 'Nothing unusual',
    keeps: 'Every byte, also beyond 4 GiB',
    play: {reason: 'it takes longer than all other rows together; a journey of its own plays it'},
  },
  {
    number: 'F11',
    fault: 'The file does not fit into memory',
    shows: 'Nothing unusual: no more than a block of 4 MiB is read at a time',
    keeps: 'The page, which would run out of memory',
    play: {
      size: 2 * block + 1,
      page: {
        attributes: {'chunk-size': String(2 * block)},
        worker: 'telling-reads',
        script: `${tellReads} const reads = []; new BroadcastChannel('reads').onmessage = ({data}) => reads.push(data);`,
      },
      // On a busy machine: another worker would tell nothing.
      limits: {handshake: 12_000},
      expect: {ends: 'done'},
      again: 0,
      async after({page}) {
        const reads = (await page.page.evaluate('reads')) as readonly number[];
        assert.ok(reads.length > 0, 'some reads were seen');
        assert.ok(Math.max(...reads) <= block, `${Math.max(...reads)} bytes were read at a time`);
      },
    },
  },
  {
    number: 'F12',
    fault: 'What the page adds is a stream, whose length nobody knows, or something else that is no file',
    shows: 'Nothing is added; whoever wrote the page gets an error that says what can be',
    keeps: 'The uploads that are there',
    play: {
      async meanwhile({page: {page}}) {
        for (const what of ["new Blob(['x']).stream()", "{blob: new Blob(['x']).stream(), name: 'x'}", "new Blob(['x'])", 'null']) {
          const thrown = await page.evaluate(`try { journey.element.add(${what}); 'nothing' } catch (error) { String(error) }`);
          assert.match(String(thrown), /^TypeError: add\(\) takes files/, what);
        }
      },
      expect: {ends: 'done'},
      again: 0,
      async after({page}) {
        assert.equal((await page.uploads()).length, 1);
      },
    },
  },
  {
    number: 'F13',
    fault: 'The same file is chosen twice, in one list and in two elements',
    shows: 'A row for each time it was chosen; in another element the upload that is on its way, as another tab would show it',
    keeps: 'Each row gets done once, with the whole file',
    play: {page: {attributes: {multiple: true}}, story: twiceAndElsewhere},
  },
  {
    number: 'F14',
    fault: 'A folder is dropped, which looks like a file of some bytes',
    shows: '"Folders are not accepted"; where folders are wanted, a row for each file in it',
    keeps: 'Every file of the folder with its path, where folders are wanted',
    play: {
      notIn: {firefox: 'its driver cannot drop anything'},
      page: {attributes: {multiple: true}},
      async story({page, scene}) {
        const folder = join(scene.shelf.path, 'folder');
        await mkdir(join(folder, 'inner'), {recursive: true});
        const files = await Promise.all(['folder/a.bin', 'folder/inner/b.bin'].map((name) => scene.shelf.random(half, name)));
        await page.drop(folder);
        await until('it to be refused', async () => (await page.events('upload-reject')).length === 1);
        assert.deepEqual(await page.uploads(), []);
        await page.set('directory', true);
        await page.drop(folder);
        await allDone(page, files.length);
        assert.deepEqual((await page.uploads()).map(({path}) => path).sort(), ['folder/a.bin', 'folder/inner/b.bin']);
        const stored = await scene.storedAll(page);
        for (const {path, md5} of files) assert.equal(stored[basename(path)], md5);
      },
    },
  },
  {
    number: 'F17',
    fault: 'The file is on a slow drive, whose first bytes come after more time than a worker or a request may be silent',
    shows: 'Nothing: the drive is waited for, and neither the worker nor the server is blamed',
    keeps: 'Everything',
    play: {
      page: {worker: 'slow-disk'},
      limits: {handshake: 10_000, silence: 1_000},
      expect: {ends: 'done'},
      again: 0,
      async after({page}) {
        const {source, why} = await page.hasher();
        assert.deepEqual({source, why}, {source: 'module-worker', why: []});
      },
    },
  },
];
