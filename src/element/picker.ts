import {html, type TemplateResult} from 'lit';
import type {NewFile} from '../core/source-file.js';
import type {Doorkeeper, DropTarget} from './drop-zone.js';
import {entrance} from './entrance.js';
import {newFile, type Addable} from './files-from.js';
import type {Messages} from './messages.js';
import {pick} from './pick.js';

/** What the picker looks at. */
export interface PickerHost extends DropTarget {
  readonly accept: string;
  readonly multiple: boolean;
  readonly capture: string;
  readonly noResume: boolean;
}

/** Who is asked, and told. */
export interface PickerKeeper extends Doorkeeper {
  /** The file of one interrupted upload was chosen again. */
  readonly onAgain: (id: string, file: NewFile) => void;
}

/** Lets people pick files, and the file of one upload once more. Two inputs, because what was asked for decides what comes of it. */
export class Picker {
  readonly #host: PickerHost;
  readonly #keeper: PickerKeeper;
  #asked = '';

  constructor(host: PickerHost, keeper: PickerKeeper) {
    this.#host = host;
    this.#keeper = keeper;
  }

  /** Opens the picker, where the browser lets it. Does nothing while the element is closed. */
  open(): void {
    if (!this.#keeper.isOpen()) return;
    const {accept, multiple, directory, capture, noResume} = this.#host;
    const withHandles = !noResume && !directory && capture === '';
    void pick({accept, multiple, withHandles}, this.#picked, () => this.#click('[part=dropzone] input'));
  }

  /** Has the file of the upload `id` chosen again, whatever its kind. While the element is closed, too: it adds nothing. */
  openAgain(id: string): void {
    this.#asked = id;
    void pick({accept: '', multiple: false, withHandles: !this.#host.noResume}, this.#again, () => this.#click('.again'));
  }

  /** The drop zone with its button, and the input for one upload. */
  render(messages: Messages): TemplateResult {
    const {accept, multiple, directory, capture} = this.#host;
    const open = this.#keeper.isOpen();
    return html`${entrance({accept, multiple, directory, capture, open, onPick: this.#picked, onClick: () => this.open()}, messages)}
      <input
        class="again"
        type="file"
        hidden
        tabindex="-1"
        @change=${this.#changed}
        @input=${(event: Event) => event.stopPropagation()}
      />`;
  }

  readonly #picked = (files: readonly Addable[]): void => this.#keeper.onFiles(files, []);

  readonly #again = ([file]: readonly Addable[]): void => {
    if (file) this.#keeper.onAgain(this.#asked, newFile(file));
  };

  readonly #changed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.#again(Array.from(input.files ?? []));
    input.value = '';
  };

  #click(selector: string): void {
    this.#host.shadowRoot?.querySelector<HTMLInputElement>(selector)?.click();
  }
}
