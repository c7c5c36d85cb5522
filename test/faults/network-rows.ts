import {MiB} from '../support/disk-file.js';
import {cut, loseAnswer} from '../support/relay.js';
import type {RequestHead} from '../support/relay.js';
import type {Row} from './row.js';

const quarter = MiB / 4;

const isPart = ({method}: {readonly method: string}): boolean => method === 'PUT';

/** A part that begins at or after `offset`. */
const from =
  (offset: number) =>
  (request: RequestHead): boolean =>
    isPart(request) && request.fileOffset >= offset;

export const networkRows: readonly Row[] = [
  {
    number: 'N5',
    fault: 'A connection is reset in the middle of a part',
    shows: 'Nothing: the server is asked what it has, and the rest follows',
    keeps: 'All that had arrived; only the parts that were under way are sent again',
    play: {
      inject: (stage) => stage.meets('the reset', stage.relay.next(from(MiB), cut(quarter / 2))),
      expect: {ends: 'done'},
      again: 4 * quarter,
    },
  },
  {
    number: 'N7',
    fault: 'The answer is lost after the server has kept the bytes',
    shows: 'Nothing: the server is asked, and it goes on',
    keeps: 'Everything; nothing is sent twice by the element',
    play: {
      inject: (stage) => stage.meets('the lost answer', stage.relay.next(from(MiB), loseAnswer())),
      expect: {ends: 'done'},
      again: 4 * quarter,
    },
  },
  {
    number: 'N13',
    fault: 'A proxy answers 502, 503 or 504 with a page of HTML',
    shows: '"The server has a problem"; the page of HTML is shown nowhere',
    keeps: 'All that was confirmed',
    play: {
      inject: ({scene}) => scene.door.answer(isPart, 502),
      expect: {ends: 'failed', code: 'server', http: 502},
      again: 4 * quarter,
    },
  },
];
