/**
 * Plays the catalogue of faults in each browser and prints a table of what came of it; under CI only what has not passed of it.
 *
 *   FAULTS=N5,N7        only these rows
 *   FAULTS_TABLE=write  puts the table into docs/reliability.md; all rows have to be played in both browsers for that
 */
import {readFile, writeFile} from 'node:fs/promises';
import {after, describe, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {catalogue} from './catalogue.js';
import {playRow} from './play.js';
import {lacks} from './machine.js';
import {playsOf, reasonNotRun} from './row.js';
import {markdownTable, printedTable, resultKey, RowResult, withTable} from './table.js';
import type {Result} from './table.js';

/** Rows that are played at the same time in one browser. */
const AT_ONCE = 3;

const wanted = process.env['FAULTS']?.split(',');
const rows = catalogue.filter(({number}) => wanted === undefined || wanted.includes(number));
const results = new Map<string, Result>();

inEachBrowser('The catalogue of faults', (browser, name) => {
  describe('A fault', {concurrency: AT_ONCE}, () => {
    for (const row of rows) {
      const reason = reasonNotRun(row, name);
      const plays = playsOf(row).filter(({notIn}) => notIn?.[name] === undefined);
      if (reason !== undefined) it(`${row.number} ${row.fault}`, {skip: reason});
      const sum = new RowResult(results, resultKey(row.number, name), plays.length);
      for (const play of plays) {
        const title = `${row.number} ${row.fault}${play.variant === undefined ? '' : `: ${play.variant}`}`;
        it(title, {skip: lacks(play), timeout: 90_000}, async () => {
          await playRow(browser(), name, play);
          sum.passed();
        });
      }
    }
  });
});

after(async () => {
  console.log(printedTable(rows, results, (result) => !process.env['CI'] || result !== 'passed'));
  if (process.env['FAULTS_TABLE'] !== 'write') return;
  if (wanted !== undefined || results.size !== 2 * catalogue.length)
    throw new Error('The table is written only when all rows were played.');
  const document = new URL('../../docs/reliability.md', import.meta.url);
  await writeFile(document, withTable(await readFile(document, 'utf8'), markdownTable(catalogue, results)));
});
