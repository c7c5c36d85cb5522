/** Hashing while sending: what both together cost, next to the slower of them alone and to hashing first. */
import {MiB} from '../support/disk-file.js';
import {ours, oursWithoutHash} from './frame/contestants.js';
import type {Goal, Table} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, roundsOr, valuesOf} from './frame/rounds.js';
import type {Contestant, Stage} from './frame/stage.js';
import type {LinkOptions} from './line/link.js';
import type {Server} from './servers/server.js';

const size = 256 * MiB;

const hashing: Contestant = {name: 'ours: hashing alone', page: 'hash'};
const sending: Contestant = {...oursWithoutHash, name: 'ours: sending alone (hash="none")'};
const both: Contestant = {...ours, name: 'ours: both, by default'};
const classic: Contestant = {name: 'spark-md5 first, then 3 × 5 MiB', page: 'classic'};
const all = [hashing, sending, both, classic];

interface Place {
  readonly id: string;
  readonly title: string;
  readonly rounds: number;
  readonly line?: LinkOptions;
  readonly slower: Goal;
  readonly classic: Goal;
}

const places: readonly Place[] = [
  {id: 'overlap-loopback', title: 'Loopback', rounds: roundsOr(5), slower: {most: 1.6}, classic: {most: 0.35}},
  {
    id: 'overlap-200',
    title: '200 Mbit/s, RTT 20 ms',
    rounds: roundsOr(2),
    line: {rate: 25_000_000, rtt: 20},
    slower: {most: 1.1},
    classic: {most: 0.75},
  },
];

async function at(stage: Stage, sink: Server, file: string, {id, title, rounds, line, ...goals}: Place): Promise<Table> {
  const measured = await inRounds(
    rounds,
    all,
    ({name}) => name,
    async (one) => {
      await sink.reset();
      return line ? stage.overLine(one, sink, line, [file]) : stage.upload(one, sink.origin, [file]);
    },
  );
  const times = (one: Contestant): readonly number[] => valuesOf(measured, one, ({ms}) => ms);
  const alone = times(hashing).map((ms, round) => Math.max(ms, times(sending)[round] ?? 0));
  const by = (below: readonly number[]): readonly number[] => times(both).map((ms, round) => ms / (below[round] ?? NaN));
  const seconds = (one: Contestant): string[] => times(one).map((ms) => (ms / 1000).toFixed(1));
  const rows = [
    {name: 'both ÷ the slower of the two alone', cells: [{values: by(alone), goal: goals.slower}]},
    {name: 'both ÷ the usual way, hash then send', cells: [{values: by(times(classic)), goal: goals.classic}]},
    ...all.map((one) => ({name: `${one.name}, s`, cells: [{values: seconds(one).map(Number), digits: 1}]})),
  ];
  return {id, title, columns: ['median (range)'], rows};
}

await bench('overlap', async (stage) => {
  const sink = await stage.serve('sink');
  const {path} = await stage.shelf.random(size);
  const tables: Table[] = [];
  for (const place of places) tables.push(await at(stage, sink, path, place));
  return {
    title: 'Hashing while sending',
    how: 'One file of 256 MiB to a server that throws it away. The usual way makes the MD5 of the whole file in a worker before it sends the first byte.',
    rounds: places[0]?.rounds ?? 0,
    tables,
  };
});
