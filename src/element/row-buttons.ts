import {html, nothing, type TemplateResult} from 'lit';
import type {StatusSnapshot, UploadSnapshot} from '../core/snapshot.js';
import {actionIcon} from './icons.js';
import type {ReturnWord, RowAction} from './messages.js';
import type {View} from './view.js';

/** What the first button of a row does. `undefined`: there is nothing to do but to take the row away. */
export function mainAct(status: StatusSnapshot, manual: boolean): RowAction | undefined {
  switch (status.name) {
    case 'queued':
      return manual ? 'start' : 'pause';
    case 'preparing':
    case 'sending':
    case 'finishing':
      return 'pause';
    case 'paused':
      return 'resume';
    case 'waiting':
      return 'retry';
    case 'failed':
      return status.error.retryable ? 'retry' : undefined;
    case 'interrupted':
      return status.needs === 'nothing' ? 'resume' : undefined;
    default:
      return undefined;
  }
}

/** What the last button does: end it as long as it can go on, take it off the list when it cannot. */
const lastAct = (status: StatusSnapshot): RowAction =>
  status.name === 'done' || status.name === 'canceled' || (status.name === 'failed' && !status.error.retryable) ? 'clear' : 'cancel';

/** The buttons of one upload. Where a person has to decide they are words, everywhere else signs. */
export function buttonsFor(upload: UploadSnapshot, name: string, view: View): TemplateResult {
  const {status} = upload;
  if (status.name === 'interrupted' || status.name === 'elsewhere') return inWords(upload, name, view);
  const {messages, manual, act} = view;
  const waiting = status.name === 'waiting';
  const button = (action: RowAction): TemplateResult => {
    const words = waiting && action === 'retry' ? messages.tryNow : messages.actions[action];
    return html`<button
      part="action action-${action}"
      type="button"
      aria-label=${messages.actionOn(words, name)}
      title=${words}
      @click=${() => act(action, upload.id)}
    >
      ${actionIcon(action)}
    </button>`;
  };
  const main = mainAct(status, manual);
  return html`${main ? button(main) : nothing}${waiting ? button('pause') : nothing}${button(lastAct(status))}`;
}

const mainWords = {nothing: 'resume', access: 'access', file: 'choose'} as const satisfies Record<string, ReturnWord | RowAction>;

/** Of an upload that an earlier page or another tab has. Taken off the list, what another tab has goes on there. */
function inWords({id, status}: UploadSnapshot, name: string, {messages, act, choose}: View): TemplateResult {
  const button = (parts: string, word: ReturnWord | RowAction, onClick: () => void): TemplateResult => {
    const words = messages.actions[word];
    return html`<button part="action ${parts}" type="button" aria-label=${messages.actionOn(words, name)} @click=${onClick}>
      ${words}
    </button>`;
  };
  const resume = (): void => act('resume', id);
  const cancel = (): void => act('cancel', id);
  const leave = (): void => {
    cancel();
    act('clear', id);
  };
  if (status.name !== 'interrupted') return html`${button('action-resume', 'here', resume)}${button('action-cancel', 'clear', leave)}`;
  const isLacking = status.needs === 'file';
  const parts = `action-main action-${isLacking ? 'choose' : 'resume'}`;
  const again = (): void => choose(id);
  // Some browsers never ask a second time after a refusal.
  const isRefused = status.needs === 'access' && status.error !== undefined;
  return html`${button(parts, mainWords[status.needs], isLacking ? again : resume)}
  ${isRefused ? button('action-choose', 'choose', again) : nothing} ${button('action-cancel', 'discard', cancel)}`;
}
