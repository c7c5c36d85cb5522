import {bytesIn, gaps, union} from '../../src/core/ranges.js';
import type {Range, Ranges} from '../../src/core/ranges.js';
import type {LogEntry, TimedEntry} from '../support/page-face.js';

type Answer = LogEntry & {kind: 'answer'};

/** What happened in one load of a page, in its order. */
export type Log = readonly TimedEntry[];

/** What the server had of an upload when a page was left, whether it still got to say so or not. */
export interface Had {
  readonly kind: 'had';
  readonly url: string;
  readonly received: readonly (readonly [number, number])[];
  /** As in {@link TimedEntry}. */
  readonly at: number;
}

/** How far the clocks of two pages may be apart, in ms. */
const slack = 20;

/** What the server has told in a page, as what it had. */
export const asHad = (log: Log): readonly Had[] =>
  log.flatMap((entry) =>
    entry.kind === 'answer' && entry.received ? [{kind: 'had', url: entry.url, received: entry.received, at: entry.at}] : [],
  );

/**
 * The log of a page load, and in it what `others` were told of the same uploads by then: what earlier loads and other tabs know, a page
 * can have from the browser's storage and from them. It may show all that the server `had`.
 */
export function amongOthers(own: Log, others: readonly Log[], had: readonly Had[]): readonly (LogEntry | Had)[] {
  const heard = [...others.flat().filter(({kind}) => kind === 'answer'), ...had].map((entry) => ({...entry, at: entry.at - slack}));
  return [...heard, ...own].sort((one, other) => one.at - other.at);
}

/** Goes through what happened in a page, in its order, and holds the element to what the server had told it by then. */
export class Ledger {
  /** What the server has said last that it has, by the upload's URL. */
  readonly #told = new Map<string, Ranges>();
  /** The most it has ever said, in bytes, by the upload's URL. */
  readonly #most = new Map<string, number>();
  /** What is shown, by the upload's id. Two elements of a page may show the same upload of the server. */
  readonly #confirmed = new Map<string, {readonly list: number; readonly bytes: number}>();
  readonly #mayFall: boolean;
  #saidLess = false;
  /** Complete at the server and not called done yet: it may turn out to be another file that looked like this one. */
  #complete = false;

  /** @param mayFall Whether a page may find out by itself that what was confirmed is not of its file. */
  constructor(mayFall = false) {
    this.#mayFall = mayFall;
  }

  breaches(log: readonly (LogEntry | Had)[]): readonly string[] {
    return log.flatMap((entry) => {
      if (entry.kind === 'had') return this.#had(entry);
      if (entry.kind === 'answer') return this.#heard(entry);
      if (entry.kind === 'send') return this.#sentAgain(entry.url, entry.range);
      if (entry.kind === 'left') return this.#left(entry.id);
      return this.#shown(entry);
    });
  }

  #heard({method, url, status, received, complete}: Answer): readonly string[] {
    const before = this.#told.get(url) ?? [];
    if (status === 404 || status === 410) {
      this.#told.set(url, []);
      this.#saidLess = true;
    }
    if (!received) return [];
    this.#complete ||= complete;
    // Answers to parts may come in any order; an answer to a question, and a refusal, say how things are now.
    const now = union(...received.map(([start, end]) => ({start, end})), ...(method === 'PUT' && status < 300 ? before : []));
    this.#saidLess ||= bytesIn(now) < bytesIn(before);
    this.#told.set(url, now);
    this.#atMost(url, now);
    return [];
  }

  #had({url, received}: Had): readonly string[] {
    this.#atMost(url, union(...received.map(([start, end]) => ({start, end}))));
    return [];
  }

  #atMost(url: string, now: Ranges): void {
    this.#most.set(url, Math.max(this.#most.get(url) ?? 0, bytesIn(now)));
  }

  /** P2: what was confirmed is not sent again. */
  #sentAgain(url: string, range: readonly [number, number] | undefined): readonly string[] {
    if (!range) return [];
    const span: Range = {start: range[0], end: range[1]};
    const again = span.end - span.start - bytesIn(gaps(this.#told.get(url) ?? [], span));
    return again > 0 ? [`P2: ${again} confirmed bytes were sent again, in ${span.start}-${span.end}`] : [];
  }

  /** What is taken off the list, or taken up again under another id, is not shown any more. */
  #left(id: string): readonly string[] {
    this.#confirmed.delete(id);
    return [];
  }

  /** P6: not more than the server has told, and never less than before unless the server has said so. */
  #shown({type, list, id, confirmed}: LogEntry & {kind: 'event'}): readonly string[] {
    const before = this.#confirmed.get(id)?.bytes ?? 0;
    this.#confirmed.set(id, {list, bytes: confirmed});
    const shown = [...this.#confirmed.values()].reduce((sum, one) => sum + (one.list === list ? one.bytes : 0), 0);
    const told = [...this.#most.values()].reduce((sum, bytes) => sum + bytes, 0);
    const fell = confirmed < before && !this.#saidLess && !this.#complete && !this.#mayFall;
    if (confirmed < before) this.#saidLess = false;
    if (confirmed < before || type === 'upload-done') this.#complete = false;
    return [
      ...(shown > told ? [`P6: ${shown} bytes were shown as confirmed, the server had told of ${told}`] : []),
      ...(fell ? [`P6: confirmed fell from ${before} to ${confirmed}, and the server had not said so`] : []),
    ];
  }
}
