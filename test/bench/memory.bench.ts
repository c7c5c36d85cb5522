/** Memory of the page while it uploads a short and a very long file. */
import {GiB, MiB} from '../support/disk-file.js';
import {watchMemory, type MemoryUse} from './driver/renderer.js';
import {ours, oursWithoutHash, tus} from './frame/contestants.js';
import type {Row} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, roundsOr, valuesOf} from './frame/rounds.js';
import {sending, type Contestant, type Stage} from './frame/stage.js';
import type {Server} from './servers/server.js';

const rounds = roundsOr(2);

async function use(stage: Stage, sink: Server, one: Contestant, file: string): Promise<MemoryUse> {
  await sink.reset();
  const tab = await stage.enter(one, sink.origin, [file]);
  try {
    return await watchMemory(stage.chromium, tab, () => tab.evaluate(sending(one), 400_000));
  } finally {
    await tab.close();
  }
}

await bench('memory', async (stage) => {
  const sink = await stage.serve('sink');
  const files = [
    {name: '256 MiB', path: (await stage.shelf.sparse(256 * MiB, 1)).path},
    {name: '8 GiB', path: (await stage.shelf.sparse(8 * GiB, 1)).path},
  ];
  const all = [oursWithoutHash, ours, tus].flatMap((one) => files.slice(0, one === tus ? 1 : 2).map((file) => ({one, ...file})));
  const measured = await inRounds(
    rounds,
    all,
    ({one, name}) => `${one.name}, ${name}`,
    ({one, path}) => use(stage, sink, one, path),
  );
  const rows = all.map((each): Row => {
    const most = each.one === ours ? 32 : 10;
    const own = each.one !== tus;
    const cells = [
      {values: valuesOf(measured, each, ({grown}) => grown), digits: 0, ...(own && {goal: {most}})},
      {values: valuesOf(measured, each, ({heap}) => heap), digits: 1, ...(own && {goal: {most: 16}})},
    ];
    return {name: `${each.one.name}, ${each.name}`, cells};
  });
  const columns = ["renderer's resident memory grows by, MiB", "JavaScript's heap at most, MiB"];
  const note =
    'What grows is garbage. Of what streams leave in a worker Chromium knows too little to collect it early: a worker that does nothing but read a file ' +
    'through one stream, with one buffer of 1 MiB, grows by 65 to 80 MiB over 4 GiB; our workers have it collected once in about 128 MiB (docs/decisions/0019).';
  return {
    title: 'Memory',
    how:
      'A file with holes, so that its length costs no disk, to a server that throws it away. Looked at every 100 ms, from before the file is ' +
      'given to the page until it is uploaded; all threads of the page count for resident memory, the main one for the heap.',
    rounds,
    tables: [{id: 'memory', title: 'The page while it uploads', columns, rows, note}],
  };
});
