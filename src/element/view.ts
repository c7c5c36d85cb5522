import type {Totals} from '../core/snapshot.js';
import type {Act} from './engines.js';
import type {Format} from './format.js';
import type {Messages} from './messages.js';

/** What templates need besides the upload. */
export interface View {
  readonly messages: Messages;
  readonly format: Format;
  readonly totals: Totals;
  readonly manual: boolean;
  /** ms since the epoch. */
  readonly now: number;
  /** What happens to unfinished uploads when the page is closed; `''`: nothing is said of it. */
  readonly hint: string;
  /** Does something with one upload, or with all of them. */
  readonly act: (act: Act, id?: string) => void;
  /** Has a person choose the file of one interrupted upload again. */
  readonly choose: (id: string) => void;
}
