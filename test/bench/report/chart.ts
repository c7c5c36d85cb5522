import {median, type Row} from '../frame/figures.js';
import type {Results} from '../frame/results.js';

const width = 720;
const labels = 250;
const bars = width - labels - 60;
const step = 24;

interface Panel {
  readonly title: string;
  readonly section: string;
  readonly table: string;
  /** Which column is drawn. */
  readonly column: number;
}

const panels: readonly Panel[] = [
  {title: '256 MiB on loopback: time, one plain request = 1', section: 'loopback', table: 'loopback-sink', column: 0},
  {title: '32 MiB at 100 Mbit/s, RTT 200 ms: time, size ÷ rate = 1', section: 'wan', table: 'wan', column: 2},
];

/** Readable on light and on dark pages: the picture is an image there, and knows only what the reader prefers. */
const style = `text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600}.ours{fill:#0969da}.other{fill:#afb8c1}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.ours{fill:#4493f8}.other{fill:#57606a}}`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** docs/images/benchmarks.svg: medians as bars, shorter is better. Panels of which nothing was measured are left out. */
export function chart(results: Results): string {
  let top = 0;
  const drawn = panels.flatMap((panel) => {
    const values = valuesIn(results, panel);
    if (values.length === 0) return [];
    const at = top;
    top += 40 + values.length * step;
    return [`<g transform="translate(0 ${at})">${draw(panel.title, values)}</g>`];
  });
  const title = 'Upload times of chunk-uploader and others; shorter is better';
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" role="img" aria-label="${title}">`;
  return `${open}\n<style>${style}</style>\n${drawn.join('\n')}\n</svg>\n`;
}

interface Value {
  readonly name: string;
  readonly value: number;
}

function valuesIn(results: Results, {section, table, column}: Panel): readonly Value[] {
  const rows = results[section]?.tables.find(({id}) => id === table)?.rows ?? [];
  return rows.flatMap((row) => valueOf(row, column)).sort((one, other) => one.value - other.value);
}

function valueOf({name, cells}: Row, column: number): readonly Value[] {
  const cell = cells[column];
  return cell === undefined || typeof cell === 'string' || cell.values.length === 0 ? [] : [{name, value: median(cell.values)}];
}

function draw(title: string, values: readonly Value[]): string {
  const most = Math.max(...values.map(({value}) => value));
  const lines = values.map(({name, value}, index) => {
    const y = 30 + index * step;
    const length = Math.max(1, Math.round((value / most) * bars));
    const kind = name.startsWith('chunk-uploader') ? 'ours' : 'other';
    return [
      `<text x="${labels - 8}" y="${y + 13}" text-anchor="end">${escaped(name)}</text>`,
      `<rect class="${kind}" x="${labels}" y="${y}" width="${length}" height="17" rx="2"/>`,
      `<text x="${labels + length + 6}" y="${y + 13}">${value.toFixed(2)}</text>`,
    ].join('');
  });
  return [`<text class="title" x="0" y="17">${escaped(title)}</text>`, ...lines].join('\n');
}
