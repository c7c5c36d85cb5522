import {html, nothing, type ReactiveControllerHost, type TemplateResult} from 'lit';
import {visibleName} from './file-name.js';
import {actionIcon} from './icons.js';
import type {Messages} from './messages.js';

/** So many are told of by name: nobody reads, or listens to, ten thousand. */
const named = 5;

interface Refused {
  /** As it is shown. */
  readonly name: string;
  readonly reason: string;
}

/** Tells people of files that were refused, until they dismiss it or bring others. */
export class Notice {
  readonly #host: ReactiveControllerHost;
  #refused: Refused[] = [];

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** Gives the reason back. */
  refuse(name: string, reason: string): string {
    this.#refused.push({name: visibleName(name), reason});
    this.#host.requestUpdate();
    return reason;
  }

  clear(): void {
    this.#refused = [];
    this.#host.requestUpdate();
  }

  /** An alert, read at once by screen readers. Empty, it takes no room. */
  render({notAdded, notAddedMore, dismiss}: Messages): TemplateResult {
    const more = this.#refused.length - named;
    const content = html`<ul role="list">
        ${this.#refused.slice(0, named).map(({name, reason}) => html`<li>${sentence(notAdded(name, reason), name)}</li>`)}
        ${more > 0 ? html`<li>${notAddedMore(more)}</li>` : nothing}
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
