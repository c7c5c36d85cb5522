/** A file that the server has already: it is claimed by its digests, and hardly sent. */
import {setTimeout as sleep} from 'node:timers/promises';

import {GiB} from '../support/disk-file.js';
import {ours} from './frame/contestants.js';
import type {Cell} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, roundsOr, valuesOf} from './frame/rounds.js';
import type {Contestant, Stage} from './frame/stage.js';
import {Link} from './line/link.js';
import type {Server} from './servers/server.js';

const size = GiB;
const rounds = roundsOr(3);
const line = {rate: 25_000_000, rtt: 20};

/** Where it is clear that the file is simply sent. */
const hopeless = 0.2;

const hashing: Contestant = {name: 'hashing it', page: 'hash'};

interface Claim {
  readonly ms: number;
  /** Of the file, by what went over the line. */
  readonly sent: number;
  readonly instant: boolean;
}

/** Uploads over the line; given up when so much was sent that it cannot be instant any more. */
async function claim(stage: Stage, server: Server, file: string): Promise<Claim> {
  const link = await Link.open(server.port, line);
  const tab = await stage.enter(ours, link.origin, [file]);
  const before = link.bytes;
  const began = performance.now();
  try {
    const ended = tab.evaluate<{ms: number; facts: {result?: {instant?: boolean}}}>('contest.send()');
    ended.catch(() => undefined);
    let done: Awaited<typeof ended> | undefined;
    while (!done && link.bytes - before < size * hopeless) done = await Promise.race([ended, sleep(50, undefined)]);
    const sent = (link.bytes - before) / size;
    return {ms: done?.ms ?? performance.now() - began, sent, instant: done?.facts.result?.instant === true};
  } finally {
    await tab.close();
    await link.close();
  }
}

await bench('instant', async (stage) => {
  const server = await stage.serve('reference-with-owner');
  const {path} = await stage.shelf.random(size);
  await stage.upload(ours, server.origin, [path]);
  const measured = await inRounds(
    rounds,
    [hashing, ours],
    ({name}) => name,
    async (one): Promise<Claim> => {
      if (one === ours) return claim(stage, server, path);
      return {...(await stage.upload(one, server.origin, [path])), sent: 0, instant: false};
    },
  );
  const claims = (measured.get(ours) ?? []).filter((one) => one !== undefined);
  const available = claims.length > 0 && claims.every(({instant}) => instant);
  const hashed = valuesOf(measured, hashing, ({ms}) => ms);
  const figure = (values: readonly number[], most: number, digits: number): Cell =>
    available ? {values, digits, goal: {most}} : 'not available: the file is sent';
  return {
    title: 'A file that the server has',
    how:
      'One file of 1 GiB, uploaded to the reference server once, and then chosen in a browser that knows nothing of that, over an emulated line of ' +
      '200 Mbit/s, RTT 20 ms. Sending it would take 43 s.',
    rounds,
    tables: [
      {
        id: 'instant',
        title: 'The second upload',
        columns: ['median (range)'],
        rows: [
          {
            name: 'time ÷ hashing it',
            cells: [
              figure(
                claims.map(({ms}, round) => ms / (hashed[round] ?? NaN)),
                1.2,
                2,
              ),
            ],
          },
          {
            name: 'sent, % of the file',
            cells: [
              figure(
                claims.map(({sent}) => sent * 100),
                10,
                1,
              ),
            ],
          },
          {name: 'hashing it, s', cells: [{values: hashed.map((ms) => ms / 1000), digits: 1}]},
        ],
      },
    ],
  };
});
