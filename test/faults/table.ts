import type {BrowserName} from '../support/browser.js';
import {reasonNotRun} from './row.js';
import type {Row} from './row.js';

/** What came of a row in a browser. */
export type Result = 'passed' | 'failed' | 'not run';

/** Results by row number and browser. */
export type Results = ReadonlyMap<string, Result>;

const browsers = ['chromium', 'firefox'] as const;
const titles: Readonly<Record<BrowserName, string>> = {chromium: 'Chromium', firefox: 'Firefox'};

/** Puts together what came of a row's variants. */
export class RowResult {
  readonly #results: Map<string, Result>;
  readonly #key: string;
  #left: number;

  /** Failed until all `variants` have passed; not run when there are none. */
  constructor(results: Map<string, Result>, key: string, variants: number) {
    this.#results = results;
    this.#key = key;
    this.#left = variants;
    results.set(key, variants === 0 ? 'not run' : 'failed');
  }

  /** One more variant has passed. */
  passed(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#results.set(this.#key, 'passed');
  }
}

/** Where a result stands in {@link Results}. */
export const resultKey = (number: string, browser: BrowserName): string => `${number} ${browser}`;

/** Between these two lines of a document stands the table. */
export const markers = ['<!-- fault table: made by the test run -->', '<!-- end of the fault table -->'] as const;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function resultIn(row: Row, browser: BrowserName, results: Results): string {
  const reason = reasonNotRun(row, browser);
  return reason === undefined ? (results.get(resultKey(row.number, browser)) ?? 'not run') : `not run: ${reason}`;
}

/** The table as Markdown, with a line of sums before it. */
export function markdownTable(rows: readonly Row[], results: Results): string {
  const sums = browsers.map((name) => {
    const passed = rows.filter((row) => resultIn(row, name, results) === 'passed').length;
    return `${titles[name]} ${passed} of ${rows.length} passed`;
  });
  const lines = rows.map((row) => {
    const cells = [row.number, row.fault, row.shows, row.keeps, ...browsers.map((name) => resultIn(row, name, results))];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return [
    `${sums.join(', ')}.`,
    '',
    `| | Fault | What you see | What is kept | ${browsers.map((name) => titles[name]).join(' | ')} |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

/** The table as it is printed by a run: fault, browser, result. Of it, the lines whose result is `told`. @default all */
export function printedTable(rows: readonly Row[], results: Results, told: (result: string) => boolean = () => true): string {
  const played = browsers.filter((name) => [...results.keys()].some((key) => key.endsWith(name)));
  const cells = rows.flatMap((row) => played.map((name) => ({row, name, result: resultIn(row, name, results)})));
  return cells
    .filter(({result}) => told(result))
    .map(({row, name, result}) => `  ${row.number.padEnd(4)}${row.fault}, ${titles[name]}: ${result}`)
    .join('\n');
}

/** A document with `table` between its markers. */
export function withTable(document: string, table: string): string {
  const [before, rest = ''] = document.split(markers[0]);
  const after = rest.split(markers[1])[1];
  if (before === undefined || after === undefined) throw new Error(`The document has no "${markers[0]}" and "${markers[1]}"`);
  return `${before}${markers[0]}\n\n${table}\n\n${markers[1]}${after}`;
}

/** Lines of a document's table that do not fit the rows: another number of them, other words, other reasons, or no result. */
export function mismatches(rows: readonly Row[], document: string): readonly string[] {
  const table = document.split(markers[0])[1]?.split(markers[1])[0] ?? '';
  const lines = table.split('\n').filter((line) => /^\| [A-Z]\d+ \|/.test(line));
  const wanted = rows.map((row) => {
    const [chromium, firefox] = browsers.map((name) => {
      const reason = reasonNotRun(row, name);
      return reason === undefined ? '(passed|failed)' : pattern(`not run: ${cell(reason)}`);
    });
    const words = [row.number, row.fault, row.shows, row.keeps].map((text) => pattern(cell(text)));
    return new RegExp(`^\\| ${words.join(' \\| ')} \\| ${chromium} \\| ${firefox} \\|$`);
  });
  const wrong = rows.flatMap(({number}, at) => (wanted[at]?.test(lines[at] ?? '') ? [] : [number]));
  return lines.length === rows.length ? wrong : [...wrong, `${lines.length} lines for ${rows.length} rows`];
}

const pattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
