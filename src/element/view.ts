import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import type {Act} from './engines.js';
import {formatFor, type Format} from './format.js';
import {languageOf} from './language.js';
import {leavingHint} from './leaving-hint.js';
import type {LongList} from './long-list.js';
import type {Messages} from './messages.js';

/** What templates need besides the upload. */
export interface View {
  readonly messages: Messages;
  readonly format: Format;
  readonly totals: Totals;
  readonly manual: boolean;
  /** How many files were found so far in folders that are still being read. */
  readonly reading: number;
  /** Which rows are drawn. */
  readonly rows: LongList;
  /** ms since the epoch. */
  readonly now: number;
  /** What happens to unfinished uploads when the page is closed; `''`: nothing is said of it. */
  readonly hint: string;
  /** Does something with one upload, or with all of them. */
  readonly act: (act: Act, id?: string) => void;
  /** Has a person choose the file of one interrupted upload again. */
  readonly choose: (id: string) => void;
}

/** The element, as far as its templates look at it. */
export interface Viewed extends Element, Record<Act, (id?: string) => void> {
  readonly uploads: readonly UploadSnapshot[];
  readonly progress: Totals;
  readonly manual: boolean;
  readonly noResume: boolean;
  readonly autoResume: boolean;
}

/** What templates need now. */
export function viewOf(element: Viewed, messages: Messages, {rows, reading, choose}: Pick<View, 'rows' | 'reading' | 'choose'>): View {
  const {uploads, progress: totals, manual, noResume, autoResume} = element;
  return {
    messages,
    format: formatFor(languageOf(element)),
    totals,
    manual,
    rows,
    reading,
    now: Date.now(),
    hint: noResume ? '' : leavingHint(uploads, autoResume, messages),
    act: (act, id) => element[act](id),
    choose,
  };
}
