import type {Totals, UploadSnapshot} from '../../src/core/snapshot.js';

/** One event of the element, as a page saw it. */
export interface Seen {
  readonly type: string;
  /** `performance.now()` of the page. */
  readonly at: number;
  readonly upload?: UploadSnapshot;
  readonly totals?: Totals;
  /** Of the error, where the event has one. */
  readonly code?: string;
  readonly status?: number;
  /** The event of a request in whose task this one was dispatched, and that request's HTTP status. */
  readonly during?: {readonly type: string; readonly status: number};
}

/** What a bar shows: `aria-valuenow`, `aria-valuemax`, and how much of its width is dark (0 to 1). */
export interface Bar {
  readonly now: number;
  readonly max: number;
  readonly dark: number;
}

/** A request as the page sent it. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
}

/** One thing that went in or out of the page, or was told of it. `received` is what an answer says that the server has. */
export type LogEntry =
  | {readonly kind: 'send'; readonly method: string; readonly url: string; readonly range: readonly [number, number] | undefined}
  | {
      readonly kind: 'answer';
      readonly method: string;
      /** The upload's own, also in the answer to its creation. */
      readonly url: string;
      readonly status: number;
      readonly received: readonly (readonly [number, number])[] | undefined;
      /** Whether it says that the upload is complete. */
      readonly complete: boolean;
    }
  /** `list` counts the elements of the page that have told of something. */
  | {readonly kind: 'event'; readonly type: string; readonly list: number; readonly id: string; readonly confirmed: number}
  /** An upload is not listed any more. */
  | {readonly kind: 'left'; readonly id: string};

/** When an entry was made, in ms since the epoch: pages of one machine agree on that to about a ms. */
export type TimedEntry = LogEntry & {readonly at: number};

/** What stories do in a page. */
export interface InPage {
  readonly events: Seen[];
  readonly workers: Worker[];
  readonly requests: SentRequest[];
  readonly pendingAtError: number[];
  readonly terminated: ReadonlySet<Worker>;
  readonly bars: () => Bar[];
  readonly names: () => string[];
  readonly failures: () => string[];
  readonly log: readonly TimedEntry[];
  readonly pending: () => number;
  readonly listeners: () => string[];
  tokens: string[];
  readonly element: Face;
}

/** The element's face, as far as stories use it. */
export interface Face extends HTMLElement {
  readonly uploads: readonly UploadSnapshot[];
  readonly progress: Totals;
  readonly hasher: {readonly source: string; readonly why: readonly string[]} | null;
  headers: unknown;
}

/** What a person can do by a method of the element. */
export type Command = 'start' | 'pause' | 'resume' | 'retry' | 'cancel' | 'clear' | 'prepare';
