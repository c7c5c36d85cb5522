import {html, nothing, type TemplateResult} from 'lit';
import {uploadIcon} from './icons.js';
import type {Messages} from './messages.js';

/** What the entrance looks at and calls. */
export interface Entrance {
  readonly accept: string;
  readonly multiple: boolean;
  readonly directory: boolean;
  readonly capture: string;
  /** Whether people may add files. */
  readonly open: boolean;
  readonly onClick: () => void;
  readonly onPick: (files: readonly File[]) => void;
}

/**
 * Where files come in: a labelled group with a real button that opens a real file input. The input itself is hidden from everybody,
 * because a button can be named, styled and reached with the keyboard everywhere.
 */
export function entrance({accept, multiple, directory, capture, open, onClick, onPick}: Entrance, messages: Messages): TemplateResult {
  const picked = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    onPick(Array.from(input.files ?? []));
    input.value = '';
  };
  return html`<div part="dropzone" role="group" aria-label=${messages.dropzone}>
    ${uploadIcon}
    <span part="label"><slot>${messages.drop(multiple)}</slot></span>
    <button part="button" type="button" ?disabled=${!open} @click=${onClick}>
      <slot name="button">${messages.choose(multiple, directory)}</slot>
    </button>
    <input
      type="file"
      hidden
      tabindex="-1"
      accept=${accept || nothing}
      capture=${capture || nothing}
      ?multiple=${multiple}
      ?webkitdirectory=${directory}
      @change=${picked}
      @input=${(event: Event) => event.stopPropagation()}
    />
  </div>`;
}
