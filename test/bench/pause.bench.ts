/** A pause in the middle, and a page that is closed in the middle and comes back. */
import {setTimeout as sleep} from 'node:timers/promises';

import {MiB} from '../support/disk-file.js';
import {until} from '../support/wait.js';
import {ours, tus} from './frame/contestants.js';
import type {Row, Table} from './frame/figures.js';
import {bench} from './frame/results.js';
import {inRounds, roundsOr, valuesOf} from './frame/rounds.js';
import type {Contestant, Stage} from './frame/stage.js';
import {Link} from './line/link.js';
import type {Server} from './servers/server.js';

const size = 32 * MiB;
const rounds = roundsOr(3);
const line = {rate: 10_000_000, rtt: 50};

/** Where in the file it stops. */
const middle = size * 0.55;

interface Pause {
  /** ms from the call until the last byte came to the server. */
  readonly quietAfter: number;
  readonly again: number;
  /** The most that was shown as confirmed beyond what the server had. Our element only. */
  readonly lead: number;
}

async function pause(stage: Stage, sink: Server, one: Contestant, file: string): Promise<Pause> {
  await sink.reset();
  const link = await Link.open(sink.port, line);
  const tab = await stage.enter(one, link.origin, [file]);
  let lead = 0;
  const watch = async (): Promise<void> => {
    if (one !== ours) return;
    const {confirmed} = await tab.evaluate<{confirmed: number}>('contest.state()');
    lead = Math.max(lead, confirmed - (await sink.counts()).has);
  };
  try {
    await tab.evaluate('contest.begin()');
    await until('half of it to be there', async () => (await watch(), (await sink.counts()).bytes > middle), {limit: 60_000, every: 10});
    const called = await tab.evaluate<number>('(contest.pause(), contest.now())');
    await sleep(1_500);
    await watch();
    const quietAfter = link.lastArrival - called;
    await tab.evaluate('void contest.resume()');
    const ended = tab.evaluate('contest.running').then(() => true);
    while (!(await Promise.race([ended, sleep(50, false)]))) await watch();
    const {again, bytes} = await sink.counts();
    return {quietAfter, lead, again: Math.max(again, bytes - size)};
  } finally {
    await tab.close();
    await link.close();
  }
}

interface Return {
  readonly again: number;
  /** Requests of the second page that bring nothing. */
  readonly questions: number;
}

async function comeBack(stage: Stage, sink: Server, one: Contestant, file: string): Promise<Return> {
  await sink.reset();
  const link = await Link.open(sink.port, line);
  const context = await stage.chromium.context();
  try {
    const first = await stage.enter(one, link.origin, [file], await context.open());
    await first.evaluate('contest.begin()');
    await until('half of it to be there', async () => (await sink.counts()).bytes > middle, {limit: 60_000, every: 10});
    await first.close();
    // What was on its way arrives; what was asked until then belongs to the first page.
    await sleep(500);
    const before = await sink.counts();
    const second = await stage.enter(one, link.origin, [file], await context.open());
    await second.evaluate('contest.send()');
    const {bytes, questions} = await sink.counts();
    return {again: bytes - size, questions: questions - before.questions};
  } finally {
    await context.close();
    await link.close();
  }
}

async function pauses(stage: Stage, sink: Server, file: string): Promise<Table> {
  const all = [ours, tus];
  const measured = await inRounds(
    rounds,
    all,
    ({name}) => name,
    (one) => pause(stage, sink, one, file),
  );
  const rows = all.map((one): Row => {
    const own = one === ours;
    const most = (limit: number): object => (own ? {goal: {most: limit}} : {});
    const cells = [
      {values: valuesOf(measured, one, ({quietAfter}) => quietAfter), digits: 0, ...most(110)},
      {values: valuesOf(measured, one, ({again}) => again), digits: 0, ...most(0)},
      own ? {values: valuesOf(measured, one, ({lead}) => lead), digits: 0, ...most(0)} : 'shows none',
    ];
    return {name: one.name, cells};
  });
  const columns = ['traffic stops after, ms', 'sent again, bytes', 'confirmed beyond what the server had, bytes'];
  return {id: 'pause', title: 'Paused after 55 % for 1.5 s', columns, rows};
}

async function returns(stage: Stage, sink: Server, file: string): Promise<Table> {
  const all = [ours, tus];
  const measured = await inRounds(
    rounds,
    all,
    ({name}) => name,
    (one) => comeBack(stage, sink, one, file),
  );
  const rows = all.map((one): Row => {
    const goal = (most: number): object => (one === ours ? {goal: {most}} : {});
    const cells = [
      {values: valuesOf(measured, one, ({again}) => (again / size) * 100), digits: 1, ...goal(0)},
      {values: valuesOf(measured, one, ({questions}) => questions), digits: 0, ...goal(2)},
    ];
    return {name: one.name, cells};
  });
  const columns = ['sent again, % of the file', 'requests without bytes'];
  const note = 'tus-js-client can go on from there when the page asks it for earlier uploads; by default it does not.';
  return {id: 'reload', title: 'Closed after 55 %, and the file chosen again in a new page', columns, rows, note};
}

await bench('pause', async (stage) => {
  const sink = await stage.serve('sink');
  const {path} = await stage.shelf.random(size);
  return {
    title: 'Pause and reload',
    how:
      'One file of 32 MiB over an emulated line of 80 Mbit/s, RTT 50 ms. What the browser has handed to the line and the line has not taken yet is ' +
      'dropped when the browser closes the connection; buffers of an operating system, that go on sending for a while, are not emulated.',
    rounds,
    tables: [await pauses(stage, sink, path), await returns(stage, sink, path)],
  };
});
