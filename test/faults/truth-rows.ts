import assert from 'node:assert/strict';

import {union} from '../../src/core/ranges.js';
import type {Ranges} from '../../src/core/ranges.js';
import {MiB} from '../support/disk-file.js';
import {flipBit} from '../support/relay.js';
import {holding, isPart, isQuestion, partFrom, problem, spanOf, underWay} from './requests.js';
import {byItself, comesBack, leftAndBack} from './returns.js';
import type {Play, Row} from './row.js';

type Status = Record<string, unknown> & {received: [number, number][]};

/** An answer with another status in it. */
async function changed(answer: Response, change: (status: Status) => unknown): Promise<Response> {
  return Response.json(change((await answer.json()) as Status), {status: answer.status});
}

/** The server tells of bytes that cannot be, in every answer, until it is healed. */
const impossible = (variant: string, received: unknown): Play => ({
  variant,
  inject: (stage) =>
    stage.answers(
      (request) => partFrom(MiB)(request) || isQuestion(request),
      async (request, next) => changed(await next(request), (status) => ({...status, complete: false, received})),
    ),
  expect: {ends: 'failed', code: 'protocol'},
  again: underWay,
});

/** Faults of what the server says that it has, and of what it has. */
export const truthRows: readonly Row[] = [
  {
    number: 'N23',
    fault: 'The server tells of bytes that cannot be: beyond the file, negative, no number, or fewer than before',
    shows: '"The server gave an answer that makes no sense"; fewer bytes than before are sent again',
    keeps: 'All that the server really has',
    play: [
      impossible('beyond the file', [[0, 2 * MiB + 1]]),
      impossible('negative', [[-1, MiB]]),
      impossible('no number', [[0, 'NaN']]),
      impossible('beyond all numbers', [[0, 2 ** 53 + 2]]),
      {
        variant: 'fewer than before',
        inject: ({relay}) => relay.slow(1.5 * MiB),
        meanwhile: async (stage) => {
          await stage.confirmed(MiB);
          await stage.page.call('pause');
          await stage.page.becomes('paused');
          // It stays with that: of what it has, it tells only what comes from now on.
          let told: Ranges = [{start: 0, end: MiB / 2}];
          stage.answers(
            (request) => isQuestion(request) || isPart(request),
            async (request, next) => {
              const answer = await next(request);
              if (isPart(request)) told = union(...told, spanOf(request));
              const less = told.map(({start, end}): [number, number] => [start, end]);
              return changed(answer, (status) => (status['complete'] === false ? {...status, received: less} : status));
            },
          );
          await stage.page.call('resume');
        },
        expect: {ends: 'done'},
        again: 2 * MiB,
      },
    ],
  },
  {
    number: 'N24',
    fault: 'The server has lost the upload',
    shows: 'Nothing: it starts again, once; a second time it says "The server no longer has this upload"',
    keeps: 'The file in the list; no endless loop',
    play: [
      {
        variant: 'once',
        inject: ({relay}) => relay.slow(1.5 * MiB),
        meanwhile: async (stage) => {
          await stage.confirmed(MiB / 2);
          await stage.scene.discardAll();
        },
        expect: {ends: 'done'},
        again: 2 * MiB,
      },
      {
        ...comesBack,
        variant: 'while no page had it',
        page: {attributes: byItself},
        meanwhile: async (stage) => {
          await leftAndBack(
            stage,
            ({page}) => page.close(),
            async () => {
              await stage.scene.discardAll();
              return stage.visits.comeBack();
            },
          );
        },
        again: comesBack.size,
        after: async ({page}) => assert.equal((await page.upload()).startedAgain, true),
      },
      {
        variant: 'again and again',
        inject: (stage) => stage.answers(isPart, async () => problem(404)),
        expect: {ends: 'failed', code: 'not-found'},
        look: async ({page}) => {
          const asked = (await page.requests()).map(({method}) => method);
          assert.equal(asked.filter((method) => method === 'POST').length, 2, `creations among ${asked.join(' ')}`);
        },
        again: 2 * underWay,
      },
    ],
  },
  {
    number: 'N25',
    fault: 'The server says that it has what it never had',
    shows: 'What it lacks is sent again; a false "complete" is told as a damaged file',
    keeps: 'The truth: nothing is done before the digests agree',
    play: [
      {
        variant: 'a part',
        lies: true,
        page: {attributes: {concurrency: '1'}},
        inject: (stage) =>
          stage.answers(
            partFrom(MiB),
            async (request, next) => {
              const {start, end} = spanOf(request);
              await request.arrayBuffer();
              return changed(await next(new Request(request.url)), (status) => ({...status, received: [...status.received, [start, end]]}));
            },
            1,
          ),
        expect: {ends: 'done'},
        again: underWay,
      },
      {
        variant: 'the whole file',
        lies: true,
        inject: (stage) =>
          stage.answers(partFrom(MiB), async (request) => {
            await request.arrayBuffer(); // answered before, a browser may not get to see it
            const url = `${request.url}/content`;
            return Response.json({size: 2 * MiB, complete: true, result: {url, size: 2 * MiB, digest: '0'.repeat(32)}});
          }),
        expect: {ends: 'failed', code: 'corrupt'},
        again: 2 * underWay,
      },
    ],
  },
  {
    number: 'N26',
    fault: 'A bit is turned over on the way',
    shows: 'Nothing: the damaged block is sent again; when that happens three times, "The file arrived damaged"',
    keeps: 'All other blocks',
    play: [
      {
        variant: 'once',
        lies: true,
        inject: (stage) => stage.harms(holding(1.5 * MiB), flipBit(1.5 * MiB)),
        expect: {ends: 'done'},
        again: 2 * MiB,
      },
      {
        variant: 'again and again',
        lies: true,
        inject: (stage) => void (stage.undo = stage.relay.always(holding(1.5 * MiB), flipBit(1.5 * MiB))),
        expect: {ends: 'failed', code: 'corrupt'},
        again: 6 * MiB,
      },
    ],
  },
];
