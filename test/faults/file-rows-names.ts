import assert from 'node:assert/strict';
import {basename} from 'node:path';

import type {UploaderPage} from '../support/page.js';
import {until} from '../support/wait.js';
import type {Row} from './row.js';
import type {Stage} from './stage.js';

/** Waits until so many files of a page are done. */
export const allDone = (page: UploaderPage, count: number): Promise<unknown> =>
  until(`${count} files to be done`, async () => (await page.totals()).count.done === count);

const names = [
  `"double" 'single' \`back\` & <b>angle<b>.txt`,
  'line one\r\nline two.txt',
  '\u202egpj.\u202c from right to left.exe',
  `${'ä'.repeat(125)}b.txt`,
  ' leading %2e%2e%2f..; filename=x.txt ',
  'e\u0301 in two pieces.txt',
  'con.txt',
  '..\\..\\back.txt',
  'lone \ufffd.txt',
];

async function oddNames({page, scene}: Stage): Promise<void> {
  const files = await Promise.all(names.map((name) => scene.shelf.random(1000, name)));
  await page.pick(...files.map(({path}) => path));
  await allDone(page, names.length);
  const stored = await scene.storedAll(page);
  for (const {path, md5} of files) assert.equal(stored[basename(path)], md5, `MD5 of ${JSON.stringify(basename(path))}`);
  assert.deepEqual([...(await scene.namesAtServer())].sort(), [...names].sort());
  // A name that cannot be written to a disk comes only from a script.
  await page.page.evaluate(() => {
    const uploader = document.querySelector('chunk-uploader');
    const file = uploader?.files.at(-1);
    if (file instanceof File) uploader?.add({blob: file, name: 'lone \ud800.txt'});
  });
  await allDone(page, names.length + 1);
  const shown = await page.shownNames();
  assert.equal(shown.length, names.length + 1);
  for (const name of shown) assert.doesNotMatch(name, /[\r\n\u202a-\u202e]|\p{Surrogate}/u, 'a name as it is shown');
  assert.equal(await page.page.evaluate(() => document.querySelector('chunk-uploader')?.shadowRoot?.querySelector('[part~=name] b')), null);
}

export const oddNameRows: readonly Row[] = [
  {
    number: 'F15',
    fault: 'The file has an odd name: quotes, markup, line breaks, a turned direction, 255 bytes, dots and slashes, half a character',
    shows: 'The name as text, with marks for what cannot be seen',
    keeps: 'The name, to the character, where it can be sent',
    play: {page: {attributes: {multiple: true}}, story: oddNames},
  },
];
