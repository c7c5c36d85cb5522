import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import {refuseEarly} from '../support/relay.js';
import {html, isOfUploads, isPart, isQuestion, page, partFrom, problem, quarter, spanOf, underWay} from './requests.js';
import type {Play, Row} from './row.js';
import type {Stage} from './stage.js';

/** Larger parts than this are refused in N14. */
const eighth = quarter / 2;

const isLarge = (request: Request): boolean => isPart(request) && spanOf(request).end - spanOf(request).start > eighth;

/** Nothing of a page that answered in the server's place is shown, and no script of it has run. */
async function showsNoMarkup({page: {page: tab}}: Stage): Promise<void> {
  const shown = await tab.evaluate(() => `${document.title} ${document.body.innerText}`);
  assert.doesNotMatch(shown, /broken|Bad gateway|<h1>/);
}

const gateway = (status: number, code: 'server' | 'server-busy'): Play => ({
  variant: String(status),
  inject: (stage) => stage.answers(partFrom(MiB), async () => page(status)),
  expect: {ends: 'failed', code, http: status},
  look: showsNoMarkup,
  again: underWay,
});

/** The server asks to wait 1 s, once; with automatic tries that is done. */
const asksToWait = (variant: string, status: number, retryAfter: () => string): Play => ({
  variant,
  page: {attributes: {retries: '2'}},
  inject: (stage) => stage.answers(partFrom(MiB), async () => problem(status, {'retry-after': retryAfter()}), 1),
  expect: {ends: 'done'},
  after: async ({page: {events}, page: shown}) => {
    const changes = await events.call(shown, 'upload-change');
    const waits = changes.findIndex(({upload}) => upload?.status.name === 'waiting');
    const waited = (changes[waits + 1]?.at ?? 0) - (changes[waits]?.at ?? 0);
    assert.ok(waits > 0 && waited > 800, `It waited ${Math.round(waited)} ms`);
  },
  again: underWay,
});

const redirected = (status: number, expect: Play['expect']): Play => ({
  variant: `${status} of a part`,
  page: {attributes: {concurrency: '1'}},
  inject: (stage) =>
    stage.answers(
      partFrom(MiB),
      async (request) => {
        await request.arrayBuffer();
        return new Response(null, {status, headers: {location: request.url}});
      },
      1,
    ),
  expect,
  again: underWay + quarter,
});

/** Refusals, redirects, and answers from somebody else than the server. */
export const refusalRows: readonly Row[] = [
  {
    number: 'N13',
    fault: 'A proxy answers 502, 503 or 504 with a page of HTML',
    shows: '"Something went wrong on the server" or "is busy", with the number; the page of HTML is shown nowhere',
    keeps: 'All that was confirmed',
    play: [gateway(502, 'server'), gateway(503, 'server-busy'), gateway(504, 'server')],
  },
  {
    number: 'N14',
    fault: 'A proxy finds a part too large, and says so without reading it',
    shows:
      'Nothing: parts get smaller until they pass. Where the browser shows no answer, as Firefox does at times: "The connection to the server was lost" once, and smaller parts with the next try',
    keeps: 'All that was confirmed',
    play: [
      {
        variant: 'and lets the answer be read',
        page: {attributes: {retries: '3'}},
        inject: (stage) => stage.answersEarly(isLarge, async () => page(413)),
        expect: {ends: 'done'},
        again: 0,
      },
      {
        variant: 'and closes at once',
        page: {attributes: {retries: '3'}},
        inject: (stage) =>
          void (stage.undo = stage.relay.always(({method, length}) => method === 'PUT' && length > eighth, refuseEarly(413, html))),
        expect: {ends: 'done'},
        again: 0,
      },
    ],
  },
  {
    number: 'N15',
    fault: 'The server is busy and says how long to wait',
    shows: 'With `retries`: "Trying again in …", and it goes on by itself when the time is over',
    keeps: 'All that was confirmed',
    play: [
      asksToWait('in seconds', 429, () => '1'),
      // A date has no fractions, and the answer takes its time: one that is 6 s away leaves 1 s to wait even when it takes 4 s.
      asksToWait('until a date', 503, () => new Date(Date.now() + 6000).toUTCString()),
    ],
  },
  {
    number: 'N16',
    fault: 'The sign-in runs out in the middle',
    shows: 'Nothing when the page can renew it; else "You are signed out"',
    keeps: 'All that was confirmed',
    play: [
      {
        variant: 'and the page renews it',
        inject: async (stage) => {
          await stage.page.withToken();
          stage.relay.slow(1.5 * MiB);
          stage.answers(
            (request) => request.headers.get('authorization') === 'Token expired',
            async () => problem(401),
          );
        },
        meanwhile: async (stage) => {
          await stage.confirmed(MiB / 2);
          await stage.page.expireToken();
        },
        expect: {ends: 'done'},
        again: underWay,
      },
      ...[401, 403].map((status): Play => ({
        variant: `and the page cannot renew it: ${status}`,
        inject: (stage) => stage.answers(partFrom(MiB), async () => problem(status)),
        expect: {ends: 'failed', code: 'unauthorized', http: status},
        again: underWay,
      })),
    ],
  },
  {
    number: 'N17',
    fault: 'A part is redirected: 301, 302, 307 and 308 bring it to another place, 303 loses it on the way',
    shows: 'Nothing, or "The server gave an answer that makes no sense"; never "done" without the bytes',
    keeps: 'All that was confirmed',
    play: [
      ...[301, 302, 307, 308].map((status) => redirected(status, {ends: 'done'})),
      redirected(303, {ends: 'failed', code: 'protocol'}),
    ],
  },
  {
    number: 'N18',
    fault: 'Every request is redirected to a page to sign in, which answers 200',
    shows: '"The server gave an answer that makes no sense"; never "done"',
    keeps: 'All that was confirmed',
    play: {
      inject: (stage) => {
        const isLogin = ({url}: Request): boolean => new URL(url).pathname === '/login';
        const toLogin = new Response(null, {status: 302, headers: {location: '/login'}});
        stage.relay.slow(1.5 * MiB);
        stage.answers(
          (request) => isLogin(request) || partFrom(MiB)(request) || isQuestion(request),
          async (request) => {
            await request.arrayBuffer();
            return isLogin(request) ? page(200) : toLogin.clone();
          },
        );
      },
      expect: {ends: 'failed', code: 'protocol'},
      look: showsNoMarkup,
      again: 3 * underWay,
    },
  },
  {
    number: 'N22',
    fault: 'A network that wants a sign-in answers everything with its own page',
    shows: '"The server gave an answer that makes no sense"; never "done"',
    keeps: 'All that was confirmed',
    play: [
      {
        variant: 'in the middle',
        inject: ({relay}) => relay.slow(1.5 * MiB),
        meanwhile: async (stage) => {
          await stage.confirmed(MiB / 2);
          stage.answers(isOfUploads, async () => page(200));
        },
        expect: {ends: 'failed', code: 'protocol'},
        look: showsNoMarkup,
        again: underWay,
      },
      {
        variant: 'from the beginning',
        inject: (stage) => stage.answers(isOfUploads, async () => page(200)),
        expect: {ends: 'failed', code: 'protocol'},
        look: showsNoMarkup,
        again: underWay,
      },
    ],
  },
];
