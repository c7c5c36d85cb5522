/** One file over a line: as fast as the line and its round trips allow, and through connections that are cut. */
import {MiB} from '../support/disk-file.js';
import {ours, raw, resumable, tus, uppyS3} from './frame/contestants.js';
import type {Goal, Row, Table} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, roundsOr, valuesOf} from './frame/rounds.js';
import type {Contestant, Stage} from './frame/stage.js';
import type {LinkOptions} from './line/link.js';
import type {Server} from './servers/server.js';

/** 10^6 bits per second, in bytes per second. */
const Mbit = 125_000;

const rounds = roundsOr(3);
const size = 32 * MiB;
const cutSize = 64 * MiB;
const cutLine = {rate: 300 * Mbit, rtt: 20, drops: 0.02};
const seeds = [1, 2, 3, 4, 5];

interface Run {
  /** Of what the line needs for the bytes alone. */
  readonly time: number;
  readonly requests: number;
  /** Bytes that came twice, of the file. */
  readonly again: number;
  readonly dropped: number;
}

async function run(stage: Stage, sink: Server, one: Contestant, line: LinkOptions, path: string, bytes: number): Promise<Run> {
  await sink.reset();
  const {ms, link} = await stage.overLine(one, sink, line, [path]);
  const {requests, again} = await sink.counts();
  return {time: ms / ((bytes / line.rate) * 1000), requests, again: again / bytes, dropped: link.dropped};
}

const delays: readonly {readonly rtt: number; readonly goal: Goal}[] = [
  {rtt: 50, goal: {most: 1.1}},
  {rtt: 100, goal: {most: 1.2}},
  {rtt: 200, goal: {most: 1.45}},
];

async function steady(stage: Stage, sink: Server, path: string): Promise<Table> {
  const all = [raw, ours, tus, uppyS3, resumable];
  const cells = all.flatMap((one) => delays.map((delay) => ({one, ...delay})));
  const line = (rtt: number): LinkOptions => ({rate: 100 * Mbit, rtt});
  const measured = await inRounds(
    rounds,
    cells,
    ({one}) => one.name,
    ({one, rtt}) => run(stage, sink, one, line(rtt), path, size),
  );
  const rows = all.map((one): Row => {
    const own = cells.filter((cell) => cell.one === one);
    const times = own.map((cell) => ({values: valuesOf(measured, cell, ({time}) => time), ...(one === ours && {goal: cell.goal})}));
    const requests = own.slice(0, 1).map((cell) => ({values: valuesOf(measured, cell, (run) => run.requests), digits: 0}));
    return {name: one.name, cells: [...times, ...requests]};
  });
  const columns = [...delays.map(({rtt}) => `RTT ${rtt} ms: time ÷ ideal`), 'requests'];
  return {id: 'wan', title: '32 MiB at 100 Mbit/s', columns, rows};
}

async function cutting(stage: Stage, sink: Server, path: string): Promise<Table> {
  const patient: Contestant = {...ours, name: 'chunk-uploader, retries="3"', attributes: {retries: '3'}};
  const all = [patient, tus, resumable];
  const measured = await inRounds(
    seeds.length,
    all,
    ({name}) => name,
    (one, round) => run(stage, sink, one, {...cutLine, seed: seeds[round] ?? 1}, path, cutSize),
  );
  const rows = all.map((one): Row => {
    const goals = one === patient;
    const done = valuesOf(measured, one, ({time}) => time);
    const finished = `${done.length} of ${seeds.length}${goals ? (done.length === seeds.length ? ' ✔' : ' ✘ all') : ''}`;
    const again = valuesOf(measured, one, (run) => run.again * 100);
    const cells = [
      finished,
      {values: valuesOf(measured, one, ({dropped}) => dropped), digits: 0},
      one === resumable ? '' : {values: again, digits: 1, ...(goals && {goal: {most: 0.2}})},
      {values: done, ...(goals && {goal: {most: 1.15}})},
    ];
    return {name: one.name, cells};
  });
  const columns = ['finished by itself', 'drops met', 'sent again, % of the file', 'time ÷ ideal'];
  const note =
    'The drops fall after the same bytes for everybody, five different ways. Resumable.js counts for time only: the sink does not know its chunks.';
  return {
    id: 'wan-drops',
    title: '64 MiB at 300 Mbit/s, RTT 20 ms, connections cut with a probability of 2 % per MiB',
    columns,
    rows,
    note,
  };
}

await bench('wan', async (stage) => {
  const sink = await stage.serve('sink');
  const file = await stage.shelf.random(size);
  const long = await stage.shelf.random(cutSize);
  return {
    title: 'Over a line',
    how:
      'A relay on this machine emulates the line: one rate for all connections together, half a round trip each way, a round trip to open ' +
      'a connection, and slow start. One connection is open already, from loading the page. Ideal is size ÷ rate: nobody can reach it, because ' +
      'asking, the last answer and slow start take round trips.',
    rounds,
    tables: [await steady(stage, sink, file.path), await cutting(stage, sink, long.path)],
  };
});
