import {cellText, figureText, goalText, isMet, type Cell, type Figure, type Table} from '../frame/figures.js';
import type {Machine, Results} from '../frame/results.js';
import {order} from './order.js';

const intro = `# Benchmarks

What \`<chunk-uploader>\` costs, beside others that do the same, each in the version that \`test/bench/package.json\` names. The numbers
are from \`npm run bench\`, which measures everything anew and writes this page; \`npm run bench -- loopback wan\` measures some of it,
\`ROUNDS=n\` more or less often.

![Time to upload: chunk-uploader and others](images/benchmarks.svg)

**How to read it.** Real files on a disk, a real headless Chromium that is driven without its \`Network\` domain (which would copy the
bodies), real HTTP to a server in a process of its own. Everybody is measured once per round, one after the other, and what is compared is compared
within a round: a ratio, of which the median and the range over all rounds are given. On a shared machine ratios of work that the processor
limits scatter by a quarter and more, and absolute times say little; those that the line limits repeat within a few percent. ✔ and ✘ say whether
the median is at the goal. A dash is a contestant that failed or was not done in time. Everybody is at default settings; chunking is switched
on where it is off by default (Dropzone, FilePond). A pointer comes to everybody's uploader a second before the files are there, as a person's does;
only \`<chunk-uploader>\` makes use of that, also to open connections: the seven empty requests that do it do not count as requests.
`;

/** docs/benchmarks.md. */
export function report(results: Results): string {
  const known = order.filter((name) => results[name]);
  return [intro, summary(results), ...known.map((name) => section(results, name))].join('\n');
}

interface Judged {
  /** The table and the row. */
  readonly where: string;
  /** The column, where the row has several. */
  readonly what: string;
  readonly figure: Figure;
}

/** Every figure that has a goal. */
function judged(results: Results): readonly Judged[] {
  const tables = order.flatMap((name) => results[name]?.tables ?? []);
  return tables.flatMap(({title, columns, rows}) =>
    rows.flatMap(({name, cells}) =>
      cells.flatMap((cell, index) =>
        typeof cell === 'string' || !cell.goal ? [] : [{where: `${title}: ${name}`, what: columnText(columns[index]), figure: cell}],
      ),
    ),
  );
}

/** Of a contestant that was not done, one line says so for all its figures. */
function missedText(missed: readonly Judged[]): readonly string[] {
  const done = missed.filter(({figure}) => figure.values.length > 0);
  const others = new Set(missed.filter(({figure}) => figure.values.length === 0).map(({where}) => `- ${where}: not done`));
  return [...done.map(({where, what, figure}) => `- ${where}${what}: ${figureText(figure)}, goal ${goalText(figure)}`), ...others];
}

/** A column without a name of its own is not named. */
const columnText = (column = ''): string => (column === '' || column.startsWith('median') ? '' : `, ${column}`);

function summary(results: Results): string {
  const all = judged(results);
  const met = all.filter(({figure}) => isMet(figure) === true);
  const missed = all.filter((one) => !met.includes(one));
  const list = missedText(missed);
  return `## Goals\n\n${met.length} of ${all.length} are met.${list.length > 0 ? ` Missed:\n\n${list.join('\n')}` : ''}\n`;
}

function section(results: Results, name: string): string {
  const found = results[name];
  if (!found) return '';
  const {title, how, rounds, machine, tables} = found;
  const times = rounds > 1 ? ` ${rounds} rounds.` : '';
  return [`## ${title}\n`, `${how} (${words(machine)}.${times})\n`, ...tables.map(table)].join('\n');
}

const words = ({cores, chromium, node}: Machine): string =>
  [`${cores} cores`, ...(chromium === undefined ? [] : [`Chromium ${chromium}`]), `Node ${node}`].join(', ');

function table({title, columns, rows, note}: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const head = [line(['', ...columns]), line(['---', ...columns.map(() => '---')])];
  const body = rows.map(({name, cells}) => line([name, ...cells.map(shown)]));
  return [`### ${title}\n`, ...head, ...body, ...(note === undefined ? [] : [`\n${note}`]), ''].join('\n');
}

const shown = (cell: Cell): string => (typeof cell !== 'string' && cell.values.length === 0 ? '–' : cellText(cell));
