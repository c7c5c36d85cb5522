/** A thousand and ten thousand small files, with the list on the screen. */
import {mkdir, writeFile} from 'node:fs/promises';
import {randomBytes} from 'node:crypto';
import {join} from 'node:path';

import {ours, raw, tus} from './frame/contestants.js';
import type {Cell, Row, Table} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, ratios, roundsOr, valuesOf} from './frame/rounds.js';
import {sending, type Contestant, type Stage, type Upload} from './frame/stage.js';
import type {Server} from './servers/server.js';

interface Run extends Upload {
  readonly requests: number;
  /** Longest task while the list is scrolled from its top to its end, in ms; 0 below 50 ms. Our element only. */
  readonly scrolling: number;
  /** ms until the list was on the screen. Our element only. */
  readonly painted: number;
}

const longest = (tasks: readonly number[]): number => Math.max(0, ...tasks);

async function run(stage: Stage, sink: Server, one: Contestant, files: readonly string[]): Promise<Run> {
  await sink.reset();
  const tab = await stage.enter(one, sink.origin, files);
  try {
    const upload = await tab.evaluate<Upload>(sending(one));
    const {requests} = await sink.counts();
    if (one !== ours) return {...upload, requests, scrolling: 0, painted: NaN};
    const {tasks} = await tab.evaluate<Upload>('(contest.thread(), contest.scroll(60).then(() => contest.thread()))');
    return {...upload, requests, scrolling: longest(tasks), painted: (upload.facts as {painted: number}).painted};
  } finally {
    await tab.close();
  }
}

async function small(stage: Stage, count: number): Promise<readonly string[]> {
  const folder = join(stage.shelf.path, String(count));
  await mkdir(folder);
  const paths = Array.from({length: count}, (_, index) => join(folder, `file-${index}.bin`));
  for (const path of paths) await writeFile(path, randomBytes(4_096));
  return paths;
}

async function together(stage: Stage, sink: Server, count: number, rounds: number, all: readonly Contestant[]): Promise<Table> {
  const files = await small(stage, count);
  const measured = await inRounds(
    rounds,
    all,
    ({name}) => name,
    (one) => run(stage, sink, one, files),
  );
  const rows = all.map((one): Row => {
    const figure = (value: (run: Run) => number, digits: number, most: number): Cell => ({
      values: valuesOf(measured, one, value),
      digits,
      ...(one === ours && {goal: {most}}),
    });
    const cells = [
      figure(({requests}) => requests / count, 2, 1),
      {values: ratios(measured, one, raw, ({ms}) => ms), ...(one === ours && {goal: {most: 1.25}})},
      figure(({tasks}) => longest(tasks), 0, 50),
      figure(({gap}) => gap, 0, 75),
      one === ours ? figure(({painted}) => painted, 0, 150) : '',
      one === ours ? figure(({scrolling}) => scrolling, 0, 50) : '',
    ];
    return {name: one.name, cells};
  });
  const columns = [
    'requests per file',
    'time ÷ six plain PUTs at a time',
    'longest task, ms',
    'longest gap of a 25 ms timer, ms',
    'list painted after, ms',
    'longest task while scrolling, ms',
  ];
  return {id: `many-${count}`, title: `${count.toLocaleString('en')} files of 4 KiB`, columns, rows};
}

await bench('many', async (stage) => {
  const sink = await stage.serve('sink');
  const rounds = roundsOr(3);
  const thousand = await together(stage, sink, 1_000, rounds, [raw, ours, tus, {name: '@uppy/tus', page: 'uppy-tus'}]);
  return {
    title: 'Many small files',
    how:
      'Real files on a disk, all chosen at once, to a server that throws them away. Tasks are what the browser reports as longer than 50 ms; 0 is ' +
      'none. It does not report all of them (the first is often missing), which is why the gaps of a timer stand beside them; those also ' +
      'grow when the machine is busy with other things.',
    rounds,
    tables: [thousand, await together(stage, sink, 10_000, Math.min(rounds, 2), [raw, ours])],
  };
});
