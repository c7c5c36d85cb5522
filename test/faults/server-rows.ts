import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import {isOfUploads, partFrom, underWay} from './requests.js';
import type {Play, Row} from './row.js';
import type {Stage} from './stage.js';

/** The element sends to another origin than the page's: the same server under its other name. */
const toOtherOrigin = ({page, relay}: Stage): Promise<void> => page.set('endpoint', `http://localhost:${relay.port}/uploads`);

/** The server lets pages of the page's origin use it, if it did not before. */
const allow = ({relay, scene}: Stage): void => scene.forget({origins: [`http://127.0.0.1:${relay.port}`]});

/** An answer that pages of another origin may not read. */
async function unreadable(answer: Response): Promise<Response> {
  const headers = new Headers(answer.headers);
  headers.delete('access-control-allow-origin');
  return new Response(await answer.text(), {status: answer.status, headers});
}

const ends = (variant: string, how: (stage: Stage) => Promise<void>): Play => ({
  variant,
  scene: {process: true},
  size: 4 * MiB,
  inject: ({relay}) => relay.slow(1.5 * MiB),
  meanwhile: async (stage) => {
    await stage.confirmed(MiB / 2);
    await how(stage);
  },
  expect: {ends: 'failed', code: 'network'},
  heal: async ({relay, scene}) => {
    relay.slow(Infinity);
    await scene.restart();
  },
  again: underWay,
});

const overHttp2 = (variant: string, fault: 'reset' | 'go-away'): Play => ({
  variant,
  needs: 'openssl',
  scene: {http2: true},
  inject: (stage) => stage.meets(fault, stage.scene.front.next('PUT', 100_000, fault)),
  // Whether the server has noticed the end of the part when it is asked is a matter of luck.
  expect: {ends: 'failed', code: 'network', orDone: true},
  after: ({scene: {front}}) => assert.ok(front.requests > 4, 'requests over HTTP/2'),
  again: underWay,
});

/** Faults of the server and of what stands before it. */
export const serverRows: readonly Row[] = [
  {
    number: 'N19',
    fault: 'A server on another origin does not let the page read its answers (CORS)',
    shows:
      '"The connection to the server was lost"; the message for developers names CORS. A single answer that cannot be read is asked for again',
    keeps: 'All that the server has',
    play: [
      {
        variant: 'no answer may be read',
        inject: toOtherOrigin,
        expect: {ends: 'failed', code: 'network'},
        look: async (_, {status}) => assert.ok(status.name === 'failed' && /CORS/.test(status.error.message), 'the message names CORS'),
        heal: allow,
        again: underWay,
      },
      {
        variant: 'one answer may not be read',
        inject: async (stage) => {
          await toOtherOrigin(stage);
          allow(stage);
          stage.answers(partFrom(MiB), async (request, next) => unreadable(await next(request)), 1);
        },
        expect: {ends: 'done'},
        again: underWay,
      },
    ],
  },
  {
    number: 'N30',
    fault: 'The server is ended in the middle, and started again',
    shows: '"The connection to the server was lost"; a retry goes on',
    keeps: 'All that was confirmed: it was on the disk before it was confirmed',
    play: [ends('killed', ({scene}) => scene.kill()), ends('asked to end', ({scene}) => scene.kill('SIGTERM'))],
  },
  {
    number: 'N31',
    fault: 'The server’s disk is full',
    shows: '"Something went wrong on the server. … (HTTP 507)"; nothing is tried without end',
    keeps: 'All that was confirmed; what could not be written is not counted',
    play: {
      needs: 'mounts',
      size: 4 * MiB,
      inject: ({scene}) => scene.limitDisk(3),
      expect: {ends: 'failed', code: 'server', http: 507},
      heal: ({scene}) => scene.limitDisk(16),
      again: 2 * underWay,
    },
  },
  {
    number: 'N32',
    fault: 'Requests go in turn to two servers that do not know of each other',
    shows: '"The server no longer has this upload", after two beginnings',
    keeps: 'The file in the list; no endless loop',
    play: {
      inject: async (stage) => {
        const other = await stage.scene.secondServer();
        let turn = 0;
        stage.answers(isOfUploads, async (request, next) => (turn++ % 2 === 0 ? next(request) : other.handle(request)));
      },
      expect: {ends: 'failed', code: 'not-found'},
      look: async ({page}) => {
        const created = (await page.requests()).filter(({method}) => method === 'POST').length;
        assert.ok(created <= 4, `${created} creations`);
      },
      // What one beginning had sent is of no use to the next.
      again: 4 * underWay,
    },
  },
  {
    number: 'N33',
    fault: 'HTTP/2: a stream is reset, or the server says that it goes away',
    shows: 'Nothing, or "The connection to the server was lost"; a retry goes on',
    keeps: 'All that had arrived',
    play: [overHttp2('a stream is reset', 'reset'), overHttp2('the server goes away', 'go-away')],
  },
];
