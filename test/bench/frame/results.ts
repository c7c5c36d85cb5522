import {readFile, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';

import {cellText, type Section} from './figures.js';
import {Stage} from './stage.js';

const file = new URL('../results.json', import.meta.url);

/** What the machine is, in as few words as figures need. */
export interface Machine {
  readonly cores: number;
  readonly node: number;
  /** Where a browser took part. */
  readonly chromium?: number;
}

/** All that was measured last, by the name of the measurement. */
export type Results = Record<string, Section & {readonly machine: Machine}>;

export async function readResults(): Promise<Results> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Results;
  } catch {
    return {};
  }
}

/** Opens a stage, measures, and keeps what was found. */
export async function bench(name: string, measure: (stage: Stage) => Promise<Section>): Promise<void> {
  const stage = await Stage.open();
  try {
    await keep(name, await measure(stage), await stage.chromium.version());
  } finally {
    await stage.close();
  }
}

/** Prints a section and keeps it in `results.json` in place of what stood there. */
export async function keep(name: string, section: Section, chromium?: number): Promise<void> {
  print(section);
  const machine = {cores: cpus().length, node: Number.parseInt(process.versions.node, 10), ...(chromium !== undefined && {chromium})};
  const results = {...(await readResults()), [name]: {...section, machine}};
  await writeFile(file, `${JSON.stringify(results, rounded, 1)}\n`);
}

/** Four digits are more than any of these figures means, and JSON has no words for what is no number. @param _ The key. */
function rounded(_: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => typeof one !== 'number' || Number.isFinite(one));
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

function print({tables}: Section): void {
  for (const {title, columns, rows} of tables) {
    console.log(`\n${title}  [${columns.join(' | ')}]`);
    for (const {name, cells} of rows) console.log(`  ${name.padEnd(34)} ${cells.map(cellText).join(' | ')}`);
  }
}
