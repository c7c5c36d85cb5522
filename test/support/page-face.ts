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

/** What stories do in a page. */
export interface InPage {
  readonly events: Seen[];
  readonly workers: Worker[];
  readonly requests: SentRequest[];
  readonly pendingAtError: number[];
  readonly terminated: ReadonlySet<Worker>;
  readonly bars: () => Bar[];
  readonly names: () => string[];
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
export type Command = 'start' | 'pause' | 'resume' | 'retry' | 'cancel' | 'clear';
