import assert from 'node:assert/strict';

import {MiB} from '../support/disk-file.js';
import {otherFileRow} from './file-rows-other.js';
import type {Outcome, Play, Row} from './row.js';
import type {Stage} from './stage.js';

const quarter = MiB / 4;
const block = 4 * MiB;

/** What a file that was changed has to come to, and within how many ms. These rows have the limits that people have. */
const told: Outcome = {ends: 'failed', code: 'file-changed', final: true};
const soon = 25_000;
const limits = {stall: 10_000, quiet: 5_000};

const startOf = ({headers}: Request): number => Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? 0);

/** Its first MiB has been sent, what follows is on its way, and the last part has not been read: then the file is changed. */
function changing(change: (stage: Stage) => Promise<unknown>): Pick<Play, 'inject' | 'meanwhile' | 'look' | 'limits' | 'again'> {
  const doors = new WeakMap<Stage, {readonly came: Promise<void>; readonly release: () => void}>();
  const changedAt = new WeakMap<Stage, number>();
  return {
    limits,
    again: 4 * quarter,
    inject: (stage) =>
      void doors.set(
        stage,
        stage.scene.door.hold((request) => request.method === 'PUT' && startOf(request) >= MiB),
      ),
    async meanwhile(stage) {
      const door = doors.get(stage);
      await door?.came;
      await stage.confirmed(2 * quarter);
      await change(stage);
      changedAt.set(stage, performance.now());
      door?.release();
    },
    async look(stage) {
      const took = performance.now() - (changedAt.get(stage) ?? 0);
      assert.ok(took < soon, `it took ${Math.round(took)} ms to tell`);
    },
  };
}

/** A file that cannot go on is removed and added again, as its failure says, and arrives as it is now. */
async function addAgain({page, scene, file}: Stage): Promise<void> {
  await page.call('clear');
  await page.pick(file.path);
  const {status} = await page.becomes('done');
  assert.equal(await scene.stored(status.result), await file.md5Now());
}

/** Root may read everything; a browser without these two rights may not, like anybody's. */
const withoutRights = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--inh-caps', '-all'];

export const changedFileRows: readonly Row[] = [
  {
    number: 'F1',
    fault: 'The file is written to on its way, where it has not been sent yet',
    shows: '"The file has changed since you added it", soon, and never a failure of the network',
    keeps: 'Other files; the changed one can be added again and arrives as it is then',
    play: {...changing(({file}) => file.overwrite(7 * quarter, quarter)), expect: told, after: addAgain, lies: true},
  },
  {
    number: 'F2',
    fault: 'The file is written to on its way, where it has been sent already',
    shows: 'The same, also where the browser hands out the new bytes without a word',
    keeps: 'No mixed file is ever called done',
    // Of a single block the server compares what it got: that file arrives as it was when it was chosen.
    play: {...changing(({file}) => file.overwrite(0, 1000)), size: block + MiB, expect: told},
  },
  {
    number: 'F3',
    fault: 'The file is written to while a single request reads it',
    shows: '"The file has changed since you added it"',
    keeps: 'No mixed file is ever called done',
    play: {
      size: 16 * MiB,
      page: {attributes: {'chunk-size': String(16 * MiB)}},
      // While this runs nothing is read of the request, and no more than the system's buffers hold (some MiB) has been sent.
      inject: (stage) =>
        stage.meets(
          'the request that carries most of the file',
          stage.relay.next(
            ({method, length}) => method === 'PUT' && length > 12 * MiB,
            () => {
              stage.file.overwriteAtOnce(15 * MiB, MiB);
              return {};
            },
          ),
        ),
      expect: told,
      again: 16 * MiB,
      lies: true,
    },
  },
  {
    number: 'F4',
    fault: 'The file is written to on its way, and its size and time are put back',
    shows: '"The file has changed since you added it"',
    keeps: 'No mixed file is ever called done',
    play: {...changing(({file}) => file.overwriteUnseen(0, 1000)), size: block + MiB, expect: told},
  },
  {
    number: 'F5',
    fault: 'Only the time of the file changes, as programs that sync folders do',
    shows: 'Chromium takes that for a change and has to be given the file again; in Firefox nothing is to be seen',
    keeps: 'In Firefox everything; in Chromium other files',
    play: {
      ...changing(({file}) => file.touch()),

      expect: (browser) => (browser === 'chromium' ? told : {ends: 'done'}),
      after: (stage) => (stage.browser === 'chromium' ? addAgain(stage) : undefined),
    },
  },
  {
    number: 'F6',
    fault: 'The file becomes shorter on its way',
    shows: '"The file has changed since you added it", also where the browser waits for the missing bytes for ever',
    keeps: 'Other files',
    play: {...changing(({file}) => file.truncate(6 * quarter)), expect: told},
  },
  {
    number: 'F7',
    fault: 'The file is gone: deleted, replaced, on a drive that was unplugged',
    shows: '"The file cannot be read", also where the browser waits for it for ever',
    keeps: 'All that was confirmed: plugged in again it goes on',
    play: {
      ...changing(async (stage) => {
        stage.undo = await stage.file.unplug();
      }),
      expect: {ends: 'failed', code: 'file-unreadable'},
    },
  },
  {
    number: 'F8',
    fault: 'The file may not be read any more',
    shows: '"The file has changed since you added it" in Chromium, which does not tell the two apart; "The file cannot be read" in Firefox',
    keeps: 'All that was confirmed',
    play: {
      ...changing(async (stage) => {
        await stage.file.allow(false);
        stage.undo = () => stage.file.allow(true);
      }),
      browser: {under: process.getuid?.() === 0 ? withoutRights : []},
      expect: (browser) => (browser === 'chromium' ? told : {ends: 'failed', code: 'file-unreadable'}),
    },
  },
  {
    number: 'F16',
    fault: 'The file grows on its way: a recording, a log, a download',
    shows: '"The file has changed since you added it" in Chromium; in Firefox the file arrives as long as it was when it was chosen',
    keeps: 'No mixed file is ever called done',
    play: {
      ...changing(({file}) => file.append(1000)),
      expect: (browser) => (browser === 'chromium' ? told : {ends: 'done'}),
    },
  },
  otherFileRow,
];
