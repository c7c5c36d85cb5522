/** One file of 256 MiB on this machine: to a server that throws it away, and to servers that write it to a disk. */
import {MiB} from '../support/disk-file.js';
import {ours, oursWithoutHash, raw, rivals, tus} from './frame/contestants.js';
import {median, type Cell, type Goal, type Row, type Table} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, ratios, roundsOr, valuesOf, type Measured} from './frame/rounds.js';
import type {Contestant, Stage, Upload} from './frame/stage.js';
import type {Server} from './servers/server.js';

type Run = Upload & {readonly requests: number};

const rounds = roundsOr(5);

async function run(stage: Stage, server: Server, contestant: Contestant, file: string): Promise<Run> {
  await server.reset();
  const upload = await stage.upload(contestant, server.origin, [file]);
  return {...upload, requests: (await server.counts()).requests};
}

const requestsOf = <One>(measured: Measured<One, Run>, one: One): Cell => ({
  values: valuesOf(measured, one, ({requests}) => requests),
  digits: 0,
});

const goals = new Map<Contestant, Goal>([
  [oursWithoutHash, {most: 1}],
  [ours, {most: 1.4}],
]);

/** A table, and a row about ours next to another one. */
interface Found {
  readonly table: Table;
  readonly beside: Row;
}

async function toSink(stage: Stage, file: string): Promise<Found> {
  const sink = await stage.serve('sink');
  const all = [raw, oursWithoutHash, ours, ...rivals];
  await run(stage, sink, raw, file);
  const one = (contestant: Contestant): Promise<Run> => run(stage, sink, contestant, file);
  const measured = await inRounds(rounds, all, ({name}) => name, one);
  const rows = all.map((contestant): Row => {
    const goal = goals.get(contestant);
    const time = {values: ratios(measured, contestant, raw, ({ms}) => ms), ...(goal && {goal})};
    const gap = {values: valuesOf(measured, contestant, (each) => each.gap), digits: 0};
    return {name: contestant.name, cells: [time, requestsOf(measured, contestant), gap]};
  });
  const columns = ['time ÷ one plain fetch', 'requests', 'longest gap of a 25 ms timer, ms'];
  const title = 'To a server that throws everything away';
  return {table: {id: 'loopback-sink', title, columns, rows}, beside: besideFastest(measured)};
}

/** Ours without digests, as most others are, next to the fastest of them. */
function besideFastest(measured: Measured<Contestant, Run>): Row {
  const timeOf = (one: Contestant): number => median(valuesOf(measured, one, ({ms}) => ms));
  const done = rivals.filter((one) => timeOf(one) > 0).sort((one, other) => timeOf(one) - timeOf(other));
  const [best = tus] = done;
  const ahead = {values: ratios(measured, oursWithoutHash, best, ({ms}) => ms), goal: {most: 1}};
  return {name: `hash="none" ÷ the fastest other (${best.name})`, cells: [ahead]};
}

interface Place {
  readonly one: Contestant;
  readonly server: Server;
  readonly goal?: Goal;
}

async function toDisk(stage: Stage, file: string): Promise<Found> {
  const [sink, reference, tusd] = [await stage.serve('sink'), await stage.serve('reference'), await stage.serve('tus')];
  const base: Place = {one: raw, server: sink};
  const own: Place = {one: {...ours, name: 'chunk-uploader, reference server'}, server: reference, goal: {most: 1.75}};
  const plain: Place = {one: {...oursWithoutHash, name: 'chunk-uploader, hash="none", reference server'}, server: reference};
  const other: Place = {one: {...tus, name: 'tus-js-client, @tus/server'}, server: tusd};
  const places = [base, own, plain, other];
  const measured = await inRounds(
    rounds,
    places,
    ({one}) => one.name,
    ({one, server}) => run(stage, server, one, file),
  );
  const rows = places.map((place): Row => {
    const time = {values: ratios(measured, place, base, ({ms}) => ms), ...(place.goal && {goal: place.goal})};
    return {name: place.one.name, cells: [time, requestsOf(measured, place)]};
  });
  const below = {values: ratios(measured, own, other, ({ms}) => ms), goal: {most: 1}};
  const columns = ['time ÷ one plain fetch that nobody writes', 'requests'];
  return {
    table: {id: 'loopback-disk', title: 'To a server that writes to a disk', columns, rows},
    beside: {name: `${own.one.name} ÷ ${other.one.name}`, cells: [below]},
  };
}

await bench('loopback', async (stage) => {
  const {path} = await stage.shelf.random(256 * MiB);
  const [sink, disk] = [await toSink(stage, path), await toDisk(stage, path)];
  const title = 'Next to others';
  const beside = {id: 'loopback-beside', title, columns: ['median (range)'], rows: [sink.beside, disk.beside]};
  return {
    title: 'Loopback',
    how:
      'One file of 256 MiB, a real one on a disk, everybody at default settings. The plain fetch sends the whole file in one request and is ' +
      'the floor for a page that does nothing else.',
    rounds,
    tables: [sink.table, disk.table, beside],
  };
});
