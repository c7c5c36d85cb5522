/** MD5 of a file's blocks in our workers, and of the file by the usual loop. */
import {MiB} from '../support/disk-file.js';
import type {Goal, Row} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, ratios, roundsOr, valuesOf} from './frame/rounds.js';
import type {Contestant, Upload} from './frame/stage.js';

type Hashing = Contestant & {readonly goal?: Goal};

const size = 512 * MiB;
const rounds = roundsOr(3);

const loop: Hashing = {name: 'spark-md5, slices of 2 MiB, one worker', page: 'hash', options: {loop: true}};
const all: readonly Hashing[] = [
  loop,
  {name: 'ours, one worker', page: 'hash', options: {workers: 1}, goal: {least: 5}},
  {name: 'ours, two workers', page: 'hash', options: {workers: 2}, goal: {least: 6}},
  {name: 'ours, one worker, no WebAssembly', page: 'hash', options: {workers: 1}, query: {strict: ''}, goal: {least: 1.15}},
  {name: 'ours, two workers, no WebAssembly', page: 'hash', options: {workers: 2}, query: {strict: ''}, goal: {least: 1.9}},
];

/** What made the digests, where the hasher says so. */
function engineOf(runs: readonly (Upload | undefined)[]): string {
  const engines = runs.flatMap((run) => (run?.facts as {engine?: string} | undefined)?.engine ?? []);
  return [...new Set(engines)].join(', ');
}

await bench('hash', async (stage) => {
  const sink = await stage.serve('sink');
  const {path} = await stage.shelf.random(size);
  const measured = await inRounds(
    rounds,
    all,
    ({name}) => name,
    (one) => stage.upload(one, sink.origin, [path]),
  );
  const rows = all.map((one): Row => {
    const speed = {values: ratios(measured, loop, one, ({ms}) => ms), ...(one.goal && {goal: one.goal})};
    // A value per round is the loop's time by its own; the ratio of one to the other is how many times as fast.
    return {
      name: one.name,
      cells: [speed, {values: valuesOf(measured, one, ({ms}) => size / MiB / (ms / 1000)), digits: 0}, engineOf(measured.get(one) ?? [])],
    };
  });
  const columns = ['times as fast', 'MiB/s', 'made by'];
  return {
    title: 'Hashing',
    how:
      'A real file of 512 MiB on a disk, as a page gets it. The usual loop makes one MD5 of the file; ours makes one of each block of 4 MiB, ' +
      'which is why it can use a second worker. Starting the workers counts. Without WebAssembly means a policy that does not allow it.',
    rounds,
    tables: [{id: 'hash', title: 'MD5 of 512 MiB', columns, rows}],
  };
});
