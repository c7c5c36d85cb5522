import {html, nothing, type TemplateResult} from 'lit';
import {guard} from 'lit/directives/guard.js';
import {repeat} from 'lit/directives/repeat.js';
import type {UploadSnapshot} from '../core/snapshot.js';
import {allIn} from '../core/tally.js';
import {secondsIn, waitOf} from './countdown.js';
import {splitName, visibleName} from './file-name.js';
import {percentOf} from './format.js';
import {statusIcon} from './icons.js';
import type {Gap, ShownRow} from './long-list.js';
import {errorText, statusText, type RowAction} from './messages.js';
import {buttonsFor, mainAct} from './row-buttons.js';
import type {View} from './view.js';

interface Bar {
  readonly size: number;
  readonly confirmed: number;
  readonly sent: number;
  readonly over: boolean;
  readonly label: string;
  readonly text: string;
}

/**
 * The bar. Its dark part is what the server has confirmed; the pale part is on its way and may be lost. Neither is full before the
 * server has said "complete". Lengths are set through the style object: a style attribute would need a laxer content security policy.
 */
export function bar({size, confirmed, sent, over, label, text}: Bar): TemplateResult {
  const percent = percentOf(confirmed, size, over);
  const length = (bytes: number): string => `scale: ${over ? 1 : Math.min(0.99, size > 0 ? bytes / size : 0)} 1`;
  return html`<div
    part="track"
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${percent}
    aria-valuetext=${text}
  >
    <div part="sent" .style=${length(confirmed + sent)}></div>
    <div part="confirmed" .style=${length(confirmed)}></div>
  </div>`;
}

/** All that is told of the uploads; nothing without any. The line about all of them is there when there are several, or when it can start one. */
export function board(uploads: readonly UploadSnapshot[], view: View): TemplateResult {
  const {manual, totals, hint, reading, messages} = view;
  const shown = view.rows.shown(uploads, totals.count.failed);
  return html`${reading > 0 ? html`<span part="reading">${messages.reading(reading)}</span>` : nothing}
  ${uploads.length > 1 || (manual && totals.count.queued > 0) ? total(uploads, view) : nothing}
  ${uploads.length > 0 ? list(shown, view) : nothing} ${hint ? html`<span part="hint">${hint}</span>` : nothing}`;
}

/** All uploads, in their order. A row whose upload has not changed is not made anew: snapshots stay the same object until something does. */
function list(shown: readonly (ShownRow | Gap)[], view: View): TemplateResult {
  const {rows, messages} = view;
  return html`<ul part="list" class=${rows.isLong ? 'long' : nothing} role="list" aria-label=${messages.list}>
    ${repeat(
      shown,
      (one) => ('upload' in one ? one.upload.id : one.key),
      (one) => ('upload' in one ? guarded(one, view) : gap(one)),
    )}
  </ul>`;
}

const gap = ({rows}: Gap): TemplateResult => html`<li class="gap" role="none" .style=${`--_rows: ${rows}`}></li>`;

const guarded = (shown: ShownRow, view: View): unknown => {
  const {upload, place, of} = shown;
  const wait = secondsIn(waitOf(upload, view.now));
  return guard([upload, wait, view.totals.held, view.messages, view.format, view.manual, place, of], () => row(shown, view));
};

function row({upload, place, of}: ShownRow, view: View): TemplateResult {
  const {status, progress, size} = upload;
  const {messages} = view;
  const name = visibleName(upload.name);
  const over = status.name === 'done';
  const isOver = over || status.name === 'canceled';
  const error = 'error' in status && status.name !== 'paused' ? status.error : undefined;
  const isWaiting = status.name === 'waiting';
  const facts = factsOf(upload, view);
  return html`<li
    part="row row-${status.name}"
    data-status=${status.name}
    data-id=${upload.id}
    aria-posinset=${place ?? nothing}
    aria-setsize=${of ?? nothing}
  >
    <span part="icon">${statusIcon(error && !isWaiting ? 'failed' : status.name)}</span>
    ${nameOf(name)}
    <span part="actions">${buttonsFor(upload, name, view)}</span>
    ${bar({...progress, size, over, label: messages.uploadingName(name), text: facts.map(({text, still = text}) => still).join(', ')})}
    <span part="meta">${facts.map(({part, text}) => html`<span part=${part}><bdi>${text}</bdi></span> `)}</span>
    ${upload.startedAgain && !isOver ? html`<span part="note">${messages.startedAgain}</span>` : nothing}
    ${error ? html`<span part="error">${errorText(messages, error)}</span>` : nothing}
  </li>`;
}

function nameOf(name: string): TemplateResult {
  const {head, tail} = splitName(name);
  return html`<bdi part="name" dir="auto" title=${name}><span class="head">${head}</span><span class="tail">${tail}</span></bdi>`;
}

interface Fact {
  readonly part: 'status' | 'size' | 'speed' | 'remaining';
  readonly text: string;
  /** What the bar says instead, which would be read aloud every second. */
  readonly still?: string;
}

/** What is told of an upload in words, also to those who do not see the bar. Bytes are confirmed ones. */
function factsOf(upload: UploadSnapshot, {messages, format, totals, now}: View): readonly Fact[] {
  const {status, progress, size, speed, remaining} = upload;
  const wait = waitOf(upload, now);
  const words = statusText(messages, status, totals.held);
  const whole = format.bytes(size);
  const moving = status.name === 'sending';
  const begun = status.name !== 'done' && status.name !== 'canceled' && progress.confirmed > 0;
  const percent = format.percent(percentOf(progress.confirmed, size, status.name === 'done'));
  return [
    wait > 0
      ? {part: 'status', text: messages.tryingAgain(format.countdown(wait)), still: words}
      : {part: 'status', text: begun ? `${words} ${percent}` : words},
    {part: 'size', text: begun ? messages.ofSize(format.bytes(progress.confirmed), whole) : whole},
    ...(moving && speed > 0 ? [{part: 'speed', text: format.speed(speed)} as const] : []),
    ...(moving && remaining !== null ? [{part: 'remaining', text: messages.left(format.duration(remaining))} as const] : []),
  ];
}

/** The line about all uploads. */
function total(uploads: readonly UploadSnapshot[], view: View): TemplateResult {
  const {messages, format, totals} = view;
  const {size, count, speed, remaining, held} = totals;
  const all = allIn(count) - count.canceled;
  const over = all > 0 && count.done === all;
  const moving = count.sending > 0;
  const texts = [
    messages.doneOf(count.done, all),
    ...(held ? [count.waiting > 0 ? messages.status.waiting : messages.held] : []),
    ...(over || size === 0 ? [] : [format.percent(percentOf(totals.confirmed, size, over))]),
    ...(moving && speed > 0 ? [format.speed(speed)] : []),
    ...(moving && remaining !== null ? [messages.left(format.duration(remaining))] : []),
  ];
  return html`<div part="total">
    <span part="meta">${texts.map((text) => html`<span><bdi>${text}</bdi></span> `)}</span>
    <span part="actions"
      >${repeat(
        allActs(uploads, view),
        (action) => action,
        (action) => allButton(action, view),
      )}${failedButton(view)}</span
    >
    ${bar({size, confirmed: totals.confirmed, sent: totals.sent, over, label: messages.total, text: texts.join(', ')})}
  </div>`;
}

const allButton = (action: RowAction, {messages, act}: View): TemplateResult =>
  html`<button part="action-all action-all-${action}" type="button" @click=${() => act(action)}>${messages.allActions[action]}</button>`;

/** In a long list nobody would find those that have failed. */
function failedButton({messages, totals: {count}, rows}: View): TemplateResult | typeof nothing {
  if (!rows.isLong || count.failed === 0) return nothing;
  const toggle = (): void => rows.toggleFailed();
  return html`<button part="action-all action-all-failed" type="button" aria-pressed=${rows.onlyFailed} @click=${toggle}>
    ${messages.onlyFailed(count.failed)}
  </button>`;
}

/** Only what would change something. */
function allActs(uploads: readonly UploadSnapshot[], {manual, totals}: View): readonly RowAction[] {
  const {count} = totals;
  const canGoOn = count.waiting + count.failed > 0 && uploads.some(({status}) => mainAct(status, manual) === 'retry');
  const isHere = ({status}: UploadSnapshot): boolean => status.name === 'interrupted' && status.needs === 'nothing';
  const running = count.preparing + count.sending + count.finishing + count.waiting > 0;
  const acts: readonly (readonly [RowAction, boolean])[] = [
    ['start', manual && count.queued > 0 && !running],
    ['pause', running || (count.queued > 0 && !manual && !totals.held)],
    ['resume', count.paused > 0 || (count.interrupted > 0 && uploads.some(isHere))],
    ['retry', canGoOn],
    ['clear', count.done + count.canceled > 0],
  ];
  return acts.flatMap(([action, makesSense]) => (makesSense ? [action] : []));
}
