import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import type {NewFile} from '../core/source-file.js';
import {allIn} from '../core/tally.js';
import {UploaderAttributes} from './attributes.js';
import {isUnfinished} from './engines.js';
import {many} from './many.js';

/** What can be wrong, in words. */
export interface ValidityWords {
  readonly missing: string;
  readonly unfinished: string;
}

/** With many uploads, and as long as some are unfinished, a form is told of the finished ones once in so many ms. */
const pace = 1_000;

/** Where the form's state has files. What is submitted stands under the element's name, and is text. */
const stateKey = 'file';

/**
 * The element as a form control. The URL of every finished upload is submitted under the element's name (the file's name, where the
 * server tells no URL). The form waits for unfinished uploads, failed ones too: without the file it shows it would be a lie.
 */
export abstract class UploaderFormControl extends UploaderAttributes {
  static readonly formAssociated = true;

  protected readonly internals = this.attachInternals();
  #complaint = '';
  #barred = false;
  #submitted = '';
  #held: readonly File[] = [];
  #told = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** All uploads. */
  abstract get uploads(): readonly UploadSnapshot[];
  /** The uploads together. */
  abstract get progress(): Totals;
  /** Lets go of every file. */
  abstract cancel(): void;
  abstract clear(): void;
  /** Whether files that were added are still to join. */
  protected abstract get isTaking(): boolean;
  protected abstract get validityWords(): ValidityWords;
  /** The file of an upload, as long as it is here. */
  protected abstract fileOf(id: string): NewFile | undefined;
  /** Files of unfinished uploads that the browser has put back with the form. Any upload may be over by now, or have its file. */
  protected abstract restoreFiles(files: readonly File[]): void;

  /** Puts the keyboard on the button that opens the picker. */
  override focus(options?: FocusOptions): void {
    this.#anchor?.focus(options);
  }

  /** Where the browser shows what is wrong. */
  get #anchor(): HTMLElement | undefined {
    return this.shadowRoot?.querySelector<HTMLElement>('[part=button]') ?? undefined;
  }

  /** URLs of the finished uploads: what a form gets. */
  get value(): readonly string[] {
    return this.uploads.flatMap(({status, name}) => (status.name === 'done' ? [status.result.url ?? name] : []));
  }

  /** The form it belongs to. */
  get form(): HTMLFormElement | null {
    return this.internals.form;
  }

  /** What is wrong: `valueMissing` (`required`), `customError` (an upload is unfinished, or the page said so). */
  get validity(): ValidityState {
    return this.internals.validity;
  }

  /** What is wrong, in words. */
  get validationMessage(): string {
    return this.internals.validationMessage;
  }

  /** False while disabled. */
  get willValidate(): boolean {
    return this.internals.willValidate;
  }

  /** Whether the form may be submitted as far as this element goes. */
  checkValidity(): boolean {
    return this.internals.checkValidity();
  }

  /** As `checkValidity()`; the browser shows what is wrong. */
  reportValidity(): boolean {
    return this.internals.reportValidity();
  }

  /** Makes the element invalid for a reason of the page's own; `''` takes it back. */
  setCustomValidity(message: string): void {
    this.#complaint = message;
    this.updateFormValue();
  }

  /** A fieldset around it was disabled, or enabled. Called by the browser. */
  formDisabledCallback(disabled: boolean): void {
    this.#barred = disabled;
    this.requestUpdate();
  }

  /** A form that is reset lets go of every file. Called by the browser. */
  formResetCallback(): void {
    this.cancel();
    this.clear();
  }

  /** The page is back, and so are the files that {@link updateFormValue} gave the browser to keep. Called by the browser. */
  formStateRestoreCallback(state: File | string | FormData | null, mode: 'restore' | 'autocomplete'): void {
    if (mode !== 'restore' || !(state instanceof FormData)) return;
    this.restoreFiles(state.getAll(stateKey).filter((one) => one instanceof File));
  }

  /** Whether people may add files. */
  protected get open(): boolean {
    return !this.disabled && !this.#barred;
  }

  /**
   * Tells the form what it gets now, and whether it may be submitted. Dispatches `change` when the value is another. The files of
   * unfinished uploads go into the form's state, which a browser may put back after a page load and never submits. While very many are
   * under way, what the form gets may be a second old; whether it may be submitted never is.
   */
  protected updateFormValue(): void {
    const {count} = this.progress;
    const unfinished = this.isTaking || allIn(count) > count.done + count.canceled;
    this.#validate(unfinished, count.done);
    if (!unfinished || allIn(count) <= many) this.#setFormValue();
    else this.#timer ??= setTimeout(() => this.#setFormValue(), pace);
  }

  #setFormValue(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const {value, name} = this;
    const submitted = JSON.stringify([name, ...value]);
    const isOther = submitted !== this.#submitted;
    const first = this.#submitted === '' && value.length === 0;
    const held = this.#unfinishedFiles;
    if (!isOther && isSame(held, this.#held)) return;
    this.#held = held;
    this.#submitted = submitted;
    const data = entries(name, value);
    if (held.length > 0) this.internals.setFormValue(data, entries(stateKey, held));
    else this.internals.setFormValue(data);
    if (isOther && !first) this.dispatchEvent(new Event('change', {bubbles: true}));
  }

  get #unfinishedFiles(): readonly File[] {
    if (this.noResume) return [];
    const files = this.uploads.filter(isUnfinished).map(({id}) => this.fileOf(id)?.blob);
    return files.filter((file) => file instanceof File);
  }

  #validate(isUnfinished: boolean, done: number): void {
    const {missing, unfinished} = this.validityWords;
    const anchor = this.#anchor;
    const custom = this.#complaint || (isUnfinished ? unfinished : '');
    const words = custom || (this.required && done === 0 ? missing : '');
    const told = JSON.stringify([custom, words, anchor !== undefined]);
    if (told === this.#told) return;
    this.#told = told;
    if (custom) this.internals.setValidity({customError: true}, custom, anchor);
    else if (words) this.internals.setValidity({valueMissing: true}, words, anchor);
    else this.internals.setValidity({});
  }
}

const isSame = (a: readonly File[], b: readonly File[]): boolean => a.length === b.length && a.every((file, index) => file === b[index]);

function entries(name: string, value: readonly (string | File)[]): FormData | null {
  if (name === '' || value.length === 0) return null;
  const data = new FormData();
  for (const one of value) data.append(name, one);
  return data;
}
