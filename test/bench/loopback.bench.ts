/** One file of 256 MiB on this machine: to a server that throws it away, and to servers that write it to a disk. */
import {MiB} from '../support/disk-file.js';
import {ours, oursWithoutHash, raw, rivals, tus} from './frame/contestants.js';
import type {Goal, Row, Table} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, ratios, roundsOr, valuesOf} from './frame/rounds.js';
import type {Contestant, Stage, Upload} from './frame/stage.js';
import type {Server} from './servers/server.js';

type Run = Upload & {readonly requests: number};

const rounds = roundsOr(5);

async function run(stage: Stage, server: Server, contestant: Contestant, file: string): Promise<Run> {
  await server.reset();
  const upload = await stage.upload(contestant, server.origin, [file]);
  return {...upload, requests: (await server.counts()).requests};
}

const goals = new Map<Contestant, Goal>([
  [oursWithoutHash, {most: 1}],
  [ours, {most: 1.4}],
]);

async function toSink(stage: Stage, file: string): Promise<Table> {
  const sink = await stage.serve('sink');
  const all = [raw, oursWithoutHash, ours, ...rivals];
  await run(stage, sink, raw, file);
  const measured = await inRounds(
    rounds,
    all,
    ({name}) => name,
    (one) => run(stage, sink, one, file),
  );
  const rows = all.map((one): Row => {
    const goal = goals.get(one);
    const cells = [
      {values: ratios(measured, one, raw, ({ms}) => ms), ...(goal && {goal})},
      {values: valuesOf(measured, one, ({requests}) => requests), digits: 0},
      {values: valuesOf(measured, one, ({gap}) => gap), digits: 0},
    ];
    return {name: one.name, cells};
  });
  const columns = ['time ÷ one plain fetch', 'requests', 'longest gap of a 25 ms timer, ms'];
  return {id: 'loopback-sink', title: 'To a server that throws everything away', columns, rows};
}

async function toDisk(stage: Stage, file: string): Promise<Table> {
  const [sink, reference, tusd] = [await stage.serve('sink'), await stage.serve('reference'), await stage.serve('tus')];
  const places: readonly {readonly one: Contestant; readonly server: Server; readonly goal?: Goal}[] = [
    {one: raw, server: sink},
    {one: {...ours, name: 'chunk-uploader, reference server'}, server: reference, goal: {most: 1.75}},
    {one: {...oursWithoutHash, name: 'chunk-uploader, hash="none", reference server'}, server: reference},
    {one: {...tus, name: 'tus-js-client, @tus/server'}, server: tusd},
  ];
  const base = places[0];
  if (!base) throw new Error('nothing to compare with');
  const measured = await inRounds(
    rounds,
    places,
    ({one}) => one.name,
    ({one, server}) => run(stage, server, one, file),
  );
  const rows = places.map((place): Row => {
    const cells = [
      {values: ratios(measured, place, base, ({ms}) => ms), ...(place.goal && {goal: place.goal})},
      {values: valuesOf(measured, place, ({requests}) => requests), digits: 0},
    ];
    return {name: place.one.name, cells};
  });
  const columns = ['time ÷ one plain fetch to the sink', 'requests'];
  return {id: 'loopback-disk', title: 'To a server that writes to a disk', columns, rows};
}

await bench('loopback', async (stage) => {
  const {path} = await stage.shelf.random(256 * MiB);
  return {
    title: 'Loopback',
    how:
      'One file of 256 MiB, a real one on a disk, everybody at default settings. The plain fetch sends the whole file in one request and is ' +
      'the floor for a page that does nothing else.',
    rounds,
    tables: [await toSink(stage, path), await toDisk(stage, path)],
  };
});
