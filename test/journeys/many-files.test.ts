import assert from 'node:assert/strict';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, it} from 'node:test';

import type {UploaderPage} from '../support/page.js';
import {inEachBrowser} from '../support/browser.js';
import {inScene, type Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const count = process.env['DEEP'] === '1' ? 10_000 : 1_000;

let folder = '';

before(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'many-')), 'photos');
  await mkdir(folder);
  const names = Array.from({length: count}, (_, at) => `${String(at).padStart(5, '0')}.txt`);
  for (const name of names) await writeFile(join(folder, name), `This is ${name}.`.padEnd(4_096));
});

after(() => rm(join(folder, '..'), {recursive: true, force: true}));

/** Scrolls through the whole list. Gives the numbers of all rows that were drawn, and the most that were at a time. */
const scrolledThrough = (page: UploaderPage): Promise<{readonly seen: number; readonly most: number; readonly last: number}> =>
  page.page.evaluate(async () => {
    const root = document.querySelector('chunk-uploader')?.shadowRoot;
    const list = root?.querySelector('[part=list]');
    const seen = new Set<number>();
    let [most, last] = [0, 0];
    for (let top = 0; list && top <= list.scrollHeight; top += list.clientHeight) {
      list.scrollTop = top;
      for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      const rows = [...(root?.querySelectorAll('[aria-posinset]') ?? [])];
      most = Math.max(most, rows.length);
      for (const row of rows) seen.add(Number(row.getAttribute('aria-posinset')));
      last = Math.max(...seen);
    }
    return {seen: seen.size, most, last};
  });

const creations = ({server}: Scene): number => server.requests.filter(({method}) => method === 'POST').length;
/** All but creations, and greetings: a drag greets. */
const others = ({server}: Scene): readonly string[] =>
  server.requests.flatMap(({method, path}) => (method === 'POST' || `${method} ${path}` === 'HEAD /uploads' ? [] : [`${method} ${path}`]));

inEachBrowser(
  `A folder of ${count} files is dropped`,
  (browser) => {
    it('is listed and stored, each file by one request, and no row is missing', {timeout: 500_000}, () =>
      inScene(browser(), {}, async (scene) => {
        const page = await scene.page({attributes: {multiple: true, directory: true}});
        await page.drop(folder);
        await until('all to be done', async () => (await page.totals()).count.done === count, {limit: 450_000, every: 250});
        assert.deepEqual([creations(scene), others(scene)], [count, []]);
        const {seen, most, last} = await scrolledThrough(page);
        assert.deepEqual([seen, last], [count, count]);
        assert.ok(most < 150, `${most} rows were drawn at a time`);
        assert.equal((await page.events('uploads-settled')).length, 1);
        assert.deepEqual(page.errors, []);
      }),
    );
  },
  ['chromium'],
);
