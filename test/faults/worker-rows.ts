import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import type {PageOptions} from '../support/site.js';
import type {Play, Row} from './row.js';

/** Digests are made by somebody else than `module-worker`, and `why` says so. Nobody who uploads sees anything of that. */
const takenOver = (page: PageOptions, why: RegExp, {limits, variant}: Pick<Play, 'limits' | 'variant'> = {}): Play => ({
  ...(variant === undefined ? {} : {variant}),
  page,
  limits: {handshake: 10_000, ...limits},
  expect: {ends: 'done'},
  again: 0,
  async after(stage) {
    const {source, why: reasons} = await stage.page.hasher();
    assert.match(source, /^(blob-worker|this-thread)$/);
    assert.match(reasons[0] ?? 'nothing was said', why);
  },
});

const self = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

export const workerRows: readonly Row[] = [
  {
    number: 'W1',
    fault: "The worker's file is missing, or the page's policy forbids it",
    shows: 'Nothing: another worker takes over, or digests are made by the page itself',
    keeps: 'Everything',
    play: [
      takenOver({worker: 'missing'}, /^module-worker: error event/, {variant: 'missing'}),
      takenOver({csp: `${self}; worker-src 'none'`}, /^module-worker: /, {variant: 'every worker is forbidden'}),
      takenOver({worker: 'missing', csp: `${self}; worker-src 'self'`}, /^module-worker: error event/, {
        variant: 'missing, and others are forbidden',
      }),
    ],
  },
  {
    number: 'W2',
    fault: "The worker's file cannot be run",
    shows: 'Nothing: another worker takes over',
    keeps: 'Everything',
    play: [
      takenOver({worker: 'cut-off'}, /^module-worker: error event/, {variant: 'cut off in the middle'}),
      takenOver({worker: 'throwing'}, /^module-worker: error event/, {variant: 'it throws as it starts'}),
    ],
  },
  {
    number: 'W3',
    fault: 'The worker starts and never answers',
    shows: 'Nothing: after a limit another worker takes over',
    keeps: 'Everything',
    play: takenOver({worker: 'silent'}, /^module-worker: no answer within/, {limits: {handshake: 300}}),
  },
  {
    number: 'W4',
    fault: 'The worker ends in the middle of its work, of which browsers tell nobody',
    shows: 'Nothing: after a limit another worker takes over',
    keeps: 'Digests that were made by then',
    play: takenOver({worker: 'closing'}, /^module-worker: no sign of life/, {limits: {silence: 800}}),
  },
  {
    number: 'W5',
    fault: 'The worker has no memory to read the file with',
    shows: '"Something unexpected happened. Retry"; a retry helps when there is memory again',
    keeps: 'All that was confirmed',
    play: {
      page: {worker: 'out-of-memory'},
      expect: {ends: 'failed', code: 'unexpected'},
      heal: ({page}) => page.page.evaluate(() => new BroadcastChannel('memory').postMessage('there is some')),
      again: MiB,
    },
  },
  {
    number: 'W6',
    fault: 'The worker hangs in an endless loop',
    shows: 'Nothing: after a limit it is ended and another worker takes over',
    keeps: 'Digests that were made by then',
    play: takenOver({worker: 'looping'}, /^module-worker: no sign of life/, {limits: {silence: 800}}),
  },
  {
    number: 'W7',
    fault: 'The worker is of another version than the page, as after a deployment',
    shows: 'Nothing: another worker takes over',
    keeps: 'Everything',
    play: takenOver({worker: 'older'}, /^module-worker: it is version/),
  },
];
