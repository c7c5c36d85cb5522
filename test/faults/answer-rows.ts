import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';

import {MiB} from '../support/disk-file.js';
import {dripAnswer, loseAnswer, truncateAnswer, withholdAnswer} from '../support/relay.js';
import {from, isPart, partFrom, quarter, underWay} from './requests.js';
import type {Row} from './row.js';

/** The same answer, whose head says how long it is. */
async function withLength(answer: Response): Promise<Response> {
  const text = await answer.text();
  return new Response(text, {status: answer.status, headers: {'content-type': 'application/json', 'content-length': String(text.length)}});
}

/** The first half of the same answer. */
async function half(answer: Response): Promise<Response> {
  const text = await answer.text();
  return new Response(text.slice(0, text.length / 2), {status: answer.status, headers: {'content-type': 'application/json'}});
}

/** Faults of an answer: late, lost, in pieces, twice, or not what was done. */
export const answerRows: readonly Row[] = [
  {
    number: 'N7',
    fault: 'The answer is lost after the server has kept the bytes',
    shows: 'Nothing: the server is asked, and it goes on',
    keeps: 'Everything; the element sends nothing twice',
    play: {inject: (stage) => stage.harms(from(MiB), loseAnswer()), expect: {ends: 'done'}, again: underWay},
  },
  {
    number: 'N8',
    fault: 'The answer never comes',
    shows: 'Nothing: when the limit is over the server is asked, and it goes on',
    keeps: 'Everything; the element sends nothing twice',
    play: {inject: (stage) => stage.harms(from(MiB), withholdAnswer()), expect: {ends: 'done'}, again: underWay},
  },
  {
    number: 'N10',
    fault: 'The answer comes one byte at a time',
    shows: 'Nothing: it is waited for within the limit, and beyond it the server is asked',
    keeps: 'Everything; the element sends nothing twice',
    play: [
      {variant: 'within the limit', inject: (stage) => stage.harms(from(MiB), dripAnswer(2)), expect: {ends: 'done'}, again: 0},
      {variant: 'beyond it', inject: (stage) => stage.harms(from(MiB), dripAnswer(400)), expect: {ends: 'done'}, again: underWay},
    ],
  },
  {
    number: 'N20',
    fault: 'Half an answer comes',
    shows: 'Nothing: the server is asked, and it goes on',
    keeps: 'Everything; the element sends nothing twice',
    play: [
      {
        variant: 'cut between chunks',
        inject: (stage) => stage.harms(from(MiB), truncateAnswer(10)),
        expect: {ends: 'done'},
        again: underWay,
      },
      {
        variant: 'shorter than its head says',
        inject: (stage) => {
          stage.harms(from(MiB), truncateAnswer(10));
          stage.answers(isPart, async (request, next) => withLength(await next(request)));
        },
        expect: {ends: 'done'},
        again: underWay,
      },
      {
        variant: 'half of the JSON',
        inject: (stage) => stage.answers(partFrom(MiB), async (request, next) => half(await next(request)), 1),
        expect: {ends: 'done'},
        again: underWay,
      },
    ],
  },
  {
    number: 'N21',
    fault: 'An answer of success comes before the bytes were read',
    shows: '"The server gave an answer that makes no sense", or that the connection broke; nothing is counted',
    keeps: 'All that was confirmed',
    play: {
      page: {attributes: {concurrency: '1'}},
      inject: (stage) => stage.answersEarly(partFrom(MiB), async () => Response.json({ok: true})),
      // Whether a browser gets to see such an answer is a matter of luck.
      expect: {ends: 'failed', code: ['protocol', 'network']},
      again: underWay,
    },
  },
  {
    number: 'N27',
    fault: 'The answer that says "complete" is lost',
    shows: '"Done", once',
    keeps: 'Everything; there is one file on the server',
    play: {
      page: {attributes: {concurrency: '1'}},
      inject: (stage) => stage.harms(from(2 * MiB - quarter), loseAnswer()),
      expect: {ends: 'done'},
      after: async ({page, scene}) => {
        assert.equal((await page.events('upload-done')).length, 1);
        assert.equal((await scene.namesAtServer()).length, 1);
      },
      again: underWay,
    },
  },
  {
    number: 'N28',
    fault: 'Answers to parts come in another order than the parts were sent',
    shows: 'Steady progress that never goes back',
    keeps: 'Everything; nothing is sent twice',
    play: {
      inject: (stage) =>
        stage.answers(isPart, async (request, next) => {
          const answer = await next(request);
          await sleep(Math.random() * 400);
          return answer;
        }),
      expect: {ends: 'done'},
      again: 0,
    },
  },
  {
    number: 'N29',
    fault: 'An answer to a request that was given up comes late',
    shows: 'Nothing: it is ignored',
    keeps: 'Everything; there is one file on the server',
    play: {
      inject: async (stage) => {
        await stage.page.ignoreAborts();
        stage.answers(
          partFrom(MiB / 2),
          async (request, next) => {
            const answer = await next(request);
            await stage.gate.pass();
            return answer;
          },
          2,
        );
      },
      meanwhile: async ({page, gate}) => {
        await gate.came;
        await page.call('pause');
        await page.becomes('paused');
        await page.call('resume');
        await page.when('more to be confirmed', ({progress}) => progress.confirmed >= 1.5 * MiB);
        gate.open();
      },
      expect: {ends: 'done'},
      again: underWay,
    },
  },
];
