import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import {waitOf} from './countdown.js';
import {visibleName} from './file-name.js';
import {percentOf, type Format} from './format.js';
import {many} from './many.js';
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

/** A quarter is not told sooner than this after the last sentence about progress, nor of a long list what comes by itself, in ms. */
const quiet = 10_000;

/** So many failures are told by name at a time. */
const named = 3;

/**
 * Turns snapshots into sentences for people who do not see the bar: started, a quarter, half and three quarters of the whole, paused,
 * waiting to try again, canceled, done, left by an earlier page, had by another tab, started again, and each failure once. Several files
 * at a time make one sentence. In a long list something starts and ends all the time: there it is told together, now and then, and mostly without
 * quarters, but at once what somebody pauses or cancels, and when nothing is on its way any more.
 */
export class Announcer {
  readonly #now: () => number;
  #before = new Map<string, UploadSnapshot>();
  #looked: readonly UploadSnapshot[] = [];
  #quarter = 0;
  #lastShare = -Infinity;
  #lastLook = -Infinity;
  #said: Said = {polite: '', alert: ''};

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Looks at the list as it is now and says what is new since the last look. What was said stands until there is something new. */
  look(uploads: readonly UploadSnapshot[], {totals, messages, format, now}: Hearing): Said {
    const changed = uploads.filter((upload, at) => upload !== this.#looked[at]);
    const turned = (...names: readonly Name[]): readonly UploadSnapshot[] =>
      changed.filter(({id, status}) => names.includes(status.name) && !names.includes(this.#before.get(id)?.status.name ?? 'queued'));
    const {count} = totals;
    const going = count.preparing + count.sending + count.finishing > 0;
    const isEarly = going && uploads.length > many && this.#now() - this.#lastLook < quiet;
    const paused = turned('paused');
    const canceled = turned('canceled');
    if (isEarly && paused.length + canceled.length === 0) {
      this.#noteLeft(changed);
      return this.#said;
    }
    this.#lastLook = going ? this.#now() : -Infinity;
    const {said} = messages;
    const about = (some: readonly UploadSnapshot[], sentence: (files: string) => string): readonly string[] =>
      some[0] ? [sentence(some.length === 1 ? visibleName(some[0].name) : said.files(some.length))] : [];
    const started = this.#started(changed);
    const waiting = turned('waiting');
    const soonest = Math.min(...waiting.map((upload) => waitOf(upload, now)));
    const polite = [
      ...about(started, said.started),
      ...about(paused, said.paused),
      ...about(waiting, (files) => said.waiting(files, format.countdown(soonest))),
      ...about(canceled, said.canceled),
      ...about(turned('done'), said.done),
      ...about(this.#again(changed), said.startedAgain),
      ...about(turned('elsewhere'), said.elsewhere),
      ...(turned('interrupted').every(isRefused) ? [] : [interrupted(uploads, said, format)]),
      ...this.#share(totals, going, started.length > 0).map((share) => said.share(format.percent(share))),
    ].join(' ');
    const alert = this.#alert(uploads, changed, messages);
    this.#remember(uploads, changed);
    this.#said = {polite: polite || this.#said.polite, alert};
    return this.#said;
  }

  /** What no longer stands still, without a word about it, is told anew should it stop again before the next look. */
  #noteLeft(changed: readonly UploadSnapshot[]): void {
    for (const {id, status} of changed) {
      const before = this.#before.get(id)?.status.name;
      if (before !== status.name && (before === 'failed' || before === 'paused' || before === 'interrupted')) this.#before.delete(id);
    }
  }

  #remember(uploads: readonly UploadSnapshot[], changed: readonly UploadSnapshot[]): void {
    for (const upload of changed) this.#before.set(upload.id, upload);
    if (uploads.length < this.#before.size) this.#before = new Map(uploads.map((upload) => [upload.id, upload]));
    this.#looked = uploads;
  }

  /** Uploads that got going from standing still. */
  #started(uploads: readonly UploadSnapshot[]): readonly UploadSnapshot[] {
    const going: readonly (Name | undefined)[] = ['preparing', 'sending', 'finishing'];
    return uploads.filter(({id, status}) => going.includes(status.name) && !going.includes(this.#before.get(id)?.status.name));
  }

  #share({confirmed, size}: Totals, going: boolean, started: boolean): readonly number[] {
    const quarter = Math.floor(percentOf(confirmed, size, false) / 25);
    if (started) this.#lastShare = this.#now();
    if (started || quarter < this.#quarter) this.#quarter = quarter;
    if (!going || quarter <= this.#quarter || this.#now() - this.#lastShare < quiet) return [];
    this.#quarter = quarter;
    this.#lastShare = this.#now();
    return [quarter * 25];
  }

  /** Uploads that the server has lost since the last look. */
  #again(uploads: readonly UploadSnapshot[]): readonly UploadSnapshot[] {
    return uploads.filter(({id, startedAgain}) => startedAgain && !this.#before.get(id)?.startedAgain);
  }

  #isNewlyRefused(upload: UploadSnapshot): boolean {
    const before = this.#before.get(upload.id);
    return isRefused(upload) && !(before && isRefused(before));
  }

  /** Stands as long as something has failed, so that the next failure is a change again. */
  #alert(uploads: readonly UploadSnapshot[], changed: readonly UploadSnapshot[], messages: Messages): string {
    if (!uploads.some(isRefused)) return '';
    const sentences = changed.flatMap((upload) =>
      'error' in upload.status && upload.status.error && this.#isNewlyRefused(upload)
        ? [messages.said.failed(visibleName(upload.name), errorText(messages, upload.status.error))]
        : [],
    );
    const more = sentences.length - named;
    return [...sentences.slice(0, named), ...(more > 0 ? [messages.said.failedMore(more)] : [])].join(' ') || this.#said.alert;
  }
}

/** Whether something went wrong that only a person can mend. */
const isRefused = ({status}: UploadSnapshot): boolean =>
  (status.name === 'failed' || status.name === 'interrupted') && status.error !== undefined;

/** All that can be continued, in one sentence: on the way back they come one after the other. */
function interrupted(uploads: readonly UploadSnapshot[], said: Messages['said'], format: Format): string {
  const all = uploads.filter(({status}) => status.name === 'interrupted');
  const sum = (key: 'size' | 'confirmed'): number => all.reduce((bytes, {progress}) => bytes + progress[key], 0);
  const percent = format.percent(percentOf(sum('confirmed'), sum('size'), false));
  return said.interrupted(all.length, visibleName(all[0]?.name ?? ''), percent);
}
