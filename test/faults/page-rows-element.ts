import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import {until} from '../support/wait.js';
import type {Row} from './row.js';
import type {Stage} from './stage.js';

const quarter = MiB / 4;

/** What the requests were that came by the relay, and to where. */
const partsIn = ({relay}: Stage): readonly number[] => relay.requests.flatMap(({method, length}) => (method === 'PUT' ? [length] : []));

/** Moved in the page in both ways there are, then taken out until everything is released, and put back. */
async function moveAbout(stage: Stage): Promise<void> {
  const {page, relay, scene, file} = stage;
  relay.slow(MiB);
  await page.pick(file.path);
  await stage.confirmed(quarter);
  await page.putIn('#elsewhere');
  await page.page.evaluate(() => {
    const uploader = document.querySelector('chunk-uploader');
    if (uploader) document.body.moveBefore(uploader, null);
  });
  await page.when('more to be confirmed', ({progress}) => progress.confirmed >= 3 * quarter);
  assert.ok(
    (await page.requests()).every(({method}) => method !== 'GET'),
    'a move needs no question',
  );
  await page.remove();
  await until('all to be released', async () => (await page.pending()) === 0 && (await page.workers()).terminated === 1);
  relay.slow(Infinity);
  await page.putIn();
  const {status} = await page.becomes('done');
  assert.equal(await scene.stored(status.result), file.md5);
  assert.ok(scene.bytesRead - file.size <= 4 * quarter, 'what was confirmed is not sent again');
}

async function changeAttributes(stage: Stage): Promise<void> {
  const {page, relay, scene, file} = stage;
  const other = await scene.shelf.random(MiB, 'other.bin');
  relay.slow(MiB);
  await page.pick(file.path);
  await stage.confirmed(quarter);
  await page.page.evaluate(() => {
    const uploader = document.querySelector('chunk-uploader');
    const attributes = {
      endpoint: '/uploads?other',
      'chunk-size': String(2 ** 17),
      concurrency: '1',
      disabled: '',
      hash: 'none',
      headers: '{"x-later": "1"}',
    };
    for (const [name, value] of Object.entries(attributes)) uploader?.setAttribute(name, value);
  });
  await page.when('more to be confirmed', ({progress}) => progress.confirmed >= 6 * quarter);
  relay.slow(Infinity);
  const {status} = await page.becomes('done');
  assert.equal(await scene.stored(status.result), file.md5);
  assert.equal(status.result.verified, 'digest', 'the upload that was running keeps its digests');
  assert.ok(partsIn(stage).includes(2 ** 17), 'parts have the new length');
  await page.page.evaluate(() => document.querySelector('chunk-uploader')?.removeAttribute('disabled'));
  await page.pick(other.path);
  await page.becomes('done', {name: 'other.bin'});
  const created = scene.server.requests.filter(({method}) => method === 'POST').map(({path}) => path);
  assert.equal(created.length, 2);
}

export const elementRows: readonly Row[] = [
  {
    number: 'B11',
    fault: 'The page moves the element about, takes it out and puts it back',
    shows: 'Nothing of moves; out of the page it stops, and put back it goes on',
    keeps: 'All that was confirmed',
    play: {story: moveAbout},
  },
  {
    number: 'B12',
    fault: 'The page changes attributes in the middle of an upload',
    shows: 'The upload goes on to where it went; a new length counts from the next part, the rest for files added later',
    keeps: 'The running upload',
    play: {page: {attributes: {multiple: true}}, story: changeAttributes},
  },
  {
    number: 'B13',
    fault: 'The page sets properties before the element is defined',
    shows: 'Nothing: they count as if they had been set later',
    keeps: 'What was set',
    play: {
      page: {
        attributes: {endpoint: '/nowhere', 'chunk-size': ''},
        script: `Object.assign(document.querySelector('chunk-uploader'), {endpoint: '/uploads', multiple: true, chunkSize: ${2 ** 17}})`,
      },
      expect: {ends: 'done'},
      again: 0,
      after(stage) {
        assert.equal(partsIn(stage)[0], 2 ** 17);
      },
    },
  },
  {
    number: 'B14',
    fault: 'The page loads the element a second time, perhaps in another version',
    shows: 'Nothing: the first stays in charge, and the console says so',
    keeps: 'The running upload',
    play: {
      async inject({page: {page}}) {
        await page.evaluate(() => {
          const warnings: unknown[] = [];
          Object.assign(globalThis, {warnings});
          console.warn = (...words: unknown[]) => void warnings.push(words);
        });
      },
      async meanwhile({page: {page}}) {
        await page.evaluate("import('/dist/cdn/chunk-uploader.js?again').then(() => undefined)");
      },
      expect: {ends: 'done'},
      again: 0,
      async after({page: {page}}) {
        assert.match(String(await page.evaluate('warnings.join()')), /already defined by another copy/);
      },
    },
  },
];
