import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import {cut, end} from '../support/relay.js';
import {stays, until} from '../support/wait.js';
import {from, quarter, underWay} from './requests.js';
import type {Row} from './row.js';
import type {Stage} from './stage.js';

/** Slow enough for something to happen in the middle of 2 MiB. */
const unhurried = ({relay}: Stage): void => relay.slow(1.5 * MiB);

/** The line is as it was. */
const passes = ({relay}: Stage): void => {
  relay.slow(Infinity);
  relay.pass();
};

/** The browser says so, whether or not it is true. */
const says = (online: boolean, {page}: Stage): Promise<void> =>
  page.page.evaluate((value) => {
    Object.defineProperty(navigator, 'onLine', {configurable: true, value});
    window.dispatchEvent(new Event(value ? 'online' : 'offline'));
  }, online);

/** Faults of the line itself. */
export const lineRows: readonly Row[] = [
  {
    number: 'N1',
    fault: 'The network is gone, and the browser says so',
    shows: '"You are offline"; the bar stands at what is confirmed',
    keeps: 'All that was confirmed',
    play: {
      inject: unhurried,
      meanwhile: async (stage) => {
        await stage.confirmed(MiB / 2);
        stage.relay.silence();
        await stage.page.page.setOfflineMode(true);
      },
      expect: {ends: 'failed', code: 'offline'},
      heal: async (stage) => {
        passes(stage);
        await stage.page.page.setOfflineMode(false);
      },
      again: underWay,
    },
  },
  {
    number: 'N2',
    fault: 'The browser goes offline while a file is only being read',
    shows: 'Nothing until a request is due; then "You are offline"',
    keeps: 'The work of reading: it is not done a second time',
    play: {
      // The file cannot be read before it is clear that this worker does not answer. One that is still being loaded when the network goes
      // would be given up at once.
      page: {
        worker: 'silent',
        script: `globalThis.started = false; new BroadcastChannel('silent-worker').onmessage = () => { globalThis.started = true; };`,
      },
      limits: {handshake: 12_000},
      meanwhile: async (stage) => {
        const {page, relay} = stage;
        await page.when('the server to have answered', ({status}) => status.name === 'sending');
        await until('the worker to have started', () => page.page.evaluate('started'));
        relay.silence();
        await page.page.setOfflineMode(true);
        await stays('nothing fails', async () => (await page.upload()).status.name === 'sending', 1000);
      },
      expect: {ends: 'failed', code: 'offline'},
      look: async (_, {progress}) => assert.ok(progress.hashed > 0, 'something was read while offline'),
      heal: async (stage) => {
        passes(stage);
        await stage.page.page.setOfflineMode(false);
      },
      again: underWay,
    },
  },
  {
    number: 'N3',
    fault: 'The network swallows everything, and the browser does not notice',
    shows: '"The server does not answer"',
    keeps: 'All that was confirmed',
    play: {
      inject: unhurried,
      meanwhile: async (stage) => {
        await stage.confirmed(MiB / 2);
        stage.relay.silence();
      },
      expect: {ends: 'failed', code: 'timeout'},
      heal: passes,
      again: underWay,
    },
  },
  {
    number: 'N4',
    fault: 'The browser says that it is offline, and it is not',
    shows: 'Nothing: the server is asked, and it goes on',
    keeps: 'Everything',
    play: [
      {
        variant: 'on the way',
        inject: unhurried,
        meanwhile: async (stage) => {
          await stage.confirmed(MiB / 2);
          await says(false, stage);
        },
        expect: {ends: 'done'},
        again: 0,
      },
      {variant: 'from the beginning', inject: (stage) => says(false, stage), expect: {ends: 'done'}, again: 0},
    ],
  },
  {
    number: 'N5',
    fault: 'A connection is reset in the middle of a part',
    shows: 'Nothing: the server is asked what it has, and the rest follows',
    keeps: 'All that had arrived; only the parts that were under way are sent again',
    play: {inject: (stage) => stage.harms(from(MiB), cut(quarter / 2)), expect: {ends: 'done'}, again: underWay},
  },
  {
    number: 'N6',
    fault: 'A connection is closed in good order in the middle of a part',
    shows: 'Nothing: the server is asked what it has, and the rest follows',
    keeps: 'All that had arrived; only the parts that were under way are sent again',
    play: {inject: (stage) => stage.harms(from(MiB), end(quarter / 2)), expect: {ends: 'done'}, again: underWay},
  },
  {
    number: 'N9',
    fault: 'The server stops reading',
    shows: '"The server does not answer"; the bar does not count what was only sent',
    keeps: 'All that was confirmed',
    play: {
      inject: unhurried,
      meanwhile: async (stage) => {
        await stage.confirmed(MiB / 2);
        stage.undo = stage.scene.holdReads();
        stage.relay.slow(Infinity);
      },
      expect: {ends: 'failed', code: 'timeout'},
      again: underWay,
    },
  },
  {
    number: 'N11',
    fault: 'The line brings 300 kbit/s and every answer takes 200 ms',
    shows: 'Slow, steady progress, and no failure',
    keeps: 'Everything; nothing is sent twice',
    play: {
      size: 192 * 1024,
      page: {attributes: {'chunk-size': 'auto'}},
      inject: ({relay}) => {
        relay.slow(300_000 / 8);
        relay.delay(100);
      },
      expect: {ends: 'done'},
      again: 0,
    },
  },
  {
    number: 'N12',
    fault: 'The server cannot be reached: no such host, nobody listens, no TLS',
    shows: '"The connection to the server was lost", at once',
    keeps: 'All that was confirmed',
    play: [
      {
        variant: 'nobody listens',
        inject: unhurried,
        meanwhile: async (stage) => {
          await stage.confirmed(MiB / 2);
          await stage.relay.shut();
        },
        expect: {ends: 'failed', code: 'network'},
        heal: async (stage) => {
          passes(stage);
          await stage.relay.reopen();
        },
        again: underWay,
      },
      {
        variant: 'no such host',
        inject: ({page}) => page.set('endpoint', 'http://no-such-host.invalid/uploads'),
        expect: {ends: 'failed', code: 'network', final: true},
        again: 0,
      },
      {
        variant: 'TLS with a server that has none',
        inject: ({page, scene}) => page.set('endpoint', `https://127.0.0.1:${scene.server.port}/uploads`),
        expect: {ends: 'failed', code: 'network', final: true},
        again: 0,
      },
    ],
  },
  {
    number: 'N34',
    fault: 'The address changes: old connections go nowhere and say nothing',
    shows: 'Nothing, or "The server does not answer"; a retry goes on',
    keeps: 'All that was confirmed',
    play: {
      inject: unhurried,
      meanwhile: async (stage) => {
        await stage.confirmed(MiB / 2);
        stage.relay.strand();
        stage.relay.slow(Infinity);
      },
      expect: {ends: 'failed', code: 'timeout', orDone: true},
      again: underWay,
    },
  },
  {
    number: 'N35',
    fault: 'A proxy passes a part on only when it has all of it',
    shows: 'Steady progress: the bar moves when parts are confirmed',
    keeps: 'Everything; nothing is sent twice',
    play: {
      inject: (stage) => {
        unhurried(stage);
        stage.relay.buffer();
      },
      expect: {ends: 'done'},
      again: 0,
    },
  },
];
