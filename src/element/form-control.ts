import type {UploadSnapshot} from '../core/snapshot.js';
import {UploaderAttributes} from './attributes.js';
import {isUnfinished} from './engines.js';

/** What can be wrong, in words. */
export interface ValidityWords {
  readonly missing: string;
  readonly unfinished: string;
}

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

  /** All uploads. */
  abstract get uploads(): readonly UploadSnapshot[];
  /** Lets go of every file. */
  abstract cancel(): void;
  abstract clear(): void;
  protected abstract get validityWords(): ValidityWords;

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

  /** Whether people may add files. */
  protected get open(): boolean {
    return !this.disabled && !this.#barred;
  }

  /** Tells the form what it gets now, and whether it may be submitted. Dispatches `change` when the value is another. */
  protected updateFormValue(): void {
    const {value, name} = this;
    this.#validate(value);
    const submitted = JSON.stringify([name, ...value]);
    if (submitted === this.#submitted) return;
    const first = this.#submitted === '' && value.length === 0;
    this.#submitted = submitted;
    this.internals.setFormValue(entries(name, value));
    if (!first) this.dispatchEvent(new Event('change', {bubbles: true}));
  }

  #validate(value: readonly string[]): void {
    const {missing, unfinished} = this.validityWords;
    if (this.#complaint) this.internals.setValidity({customError: true}, this.#complaint, this.#anchor);
    else if (this.uploads.some(isUnfinished)) this.internals.setValidity({customError: true}, unfinished, this.#anchor);
    else if (this.required && value.length === 0) this.internals.setValidity({valueMissing: true}, missing, this.#anchor);
    else this.internals.setValidity({});
  }
}

function entries(name: string, value: readonly string[]): FormData | null {
  if (name === '' || value.length === 0) return null;
  const data = new FormData();
  for (const one of value) data.append(name, one);
  return data;
}
