import {html, nothing, type ReactiveControllerHost, type TemplateResult} from 'lit';
import {visibleName} from './file-name.js';
import {actionIcon} from './icons.js';
import type {Messages} from './messages.js';

interface Refused {
  /** As it is shown. */
  readonly name: string;
  readonly reason: string;
}

/** Tells people of files that were refused, until they dismiss it or bring others. */
export class Notice {
  readonly #host: ReactiveControllerHost;
  #refused: readonly Refused[] = [];

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** Gives the reason back. */
  refuse(name: string, reason: string): string {
    this.#refused = [...this.#refused, {name: visibleName(name), reason}];
    this.#host.requestUpdate();
    return reason;
  }

  clear(): void {
    this.#refused = [];
    this.#host.requestUpdate();
  }

  /** An alert, read at once by screen readers. Empty, it takes no room. */
  render({notAdded, dismiss}: Messages): TemplateResult {
    const content = html`<ul role="list">
        ${this.#refused.map(({name, reason}) => html`<li>${sentence(notAdded(name, reason), name)}</li>`)}
      </ul>
      <button part="action" type="button" aria-label=${dismiss} title=${dismiss} @click=${() => this.clear()}>
        ${actionIcon('clear')}
      </button>`;
    return html`<div part="notice" role="alert">${this.#refused.length > 0 ? content : nothing}</div>`;
  }
}

/** A name keeps its own direction, and leaves the sentence around it alone. */
function sentence(text: string, name: string): TemplateResult {
  const at = text.indexOf(name);
  if (at < 0) return html`${text}`;
  return html`${text.slice(0, at)}<bdi>${name}</bdi>${text.slice(at + name.length)}`;
}
