import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import {waitOf} from './countdown.js';
import {visibleName} from './file-name.js';
import {percentOf, type Format} from './format.js';
import {errorText, type Messages} from './messages.js';

/** What is to be read aloud. An empty text says nothing. */
export interface Said {
  /** For the polite region: when the reader has a moment. */
  readonly polite: string;
  /** For the alert: at once. */
  readonly alert: string;
}

/** What the sentences are made of besides the uploads. */
export interface Hearing {
  readonly totals: Totals;
  readonly messages: Messages;
  readonly format: Format;
  /** ms since the epoch. */
  readonly now: number;
}

type Name = UploadSnapshot['status']['name'];

/** A quarter is not told sooner than this after the last sentence about progress, in ms. */
const quiet = 10_000;

/**
 * Turns snapshots into sentences for people who do not see the bar: started, a quarter, half and three quarters of the whole, paused,
 * waiting to try again,
 * canceled, done, and each failure once. Several files at a time make one sentence.
 */
export class Announcer {
  readonly #now: () => number;
  #names = new Map<string, Name>();
  #quarter = 0;
  #lastShare = -Infinity;
  #said: Said = {polite: '', alert: ''};

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Looks at the list as it is now and says what is new since the last look. What was said stands until there is something new. */
  look(uploads: readonly UploadSnapshot[], {totals, messages, format, now}: Hearing): Said {
    const turned = (...names: readonly Name[]): readonly UploadSnapshot[] =>
      uploads.filter(({id, status}) => names.includes(status.name) && !names.includes(this.#names.get(id) ?? 'queued'));
    const {said} = messages;
    const about = (some: readonly UploadSnapshot[], sentence: (files: string) => string): readonly string[] =>
      some[0] ? [sentence(some.length === 1 ? visibleName(some[0].name) : said.files(some.length))] : [];
    const started = this.#started(uploads);
    const waiting = turned('waiting');
    const soonest = Math.min(...waiting.map((upload) => waitOf(upload, now)));
    const polite = [
      ...about(started, said.started),
      ...about(turned('paused'), said.paused),
      ...about(waiting, (files) => said.waiting(files, format.countdown(soonest))),
      ...about(turned('canceled'), said.canceled),
      ...about(turned('done'), said.done),
      ...this.#share(totals, started.length > 0).map((share) => said.share(format.percent(share))),
    ].join(' ');
    const alert = this.#alert(uploads, turned('failed'), messages);
    this.#names = new Map(uploads.map(({id, status}) => [id, status.name]));
    this.#said = {polite: polite || this.#said.polite, alert};
    return this.#said;
  }

  /** Uploads that got going from standing still. */
  #started(uploads: readonly UploadSnapshot[]): readonly UploadSnapshot[] {
    const going: readonly (Name | undefined)[] = ['preparing', 'sending', 'finishing'];
    return uploads.filter(({id, status}) => going.includes(status.name) && !going.includes(this.#names.get(id)));
  }

  #share({confirmed, size, count}: Totals, started: boolean): readonly number[] {
    const quarter = Math.floor(percentOf(confirmed, size, false) / 25);
    const going = count.preparing + count.sending + count.finishing > 0;
    if (started) this.#lastShare = this.#now();
    if (started || quarter < this.#quarter) this.#quarter = quarter;
    if (!going || quarter <= this.#quarter || this.#now() - this.#lastShare < quiet) return [];
    this.#quarter = quarter;
    this.#lastShare = this.#now();
    return [quarter * 25];
  }

  /** Stands as long as something has failed, so that the next failure is a change again. */
  #alert(uploads: readonly UploadSnapshot[], failed: readonly UploadSnapshot[], messages: Messages): string {
    if (!uploads.some(({status}) => status.name === 'failed')) return '';
    const sentences = failed.flatMap(({name, status}) =>
      status.name === 'failed' ? [messages.said.failed(visibleName(name), errorText(messages, status.error))] : [],
    );
    return sentences.join(' ') || this.#said.alert;
  }
}
