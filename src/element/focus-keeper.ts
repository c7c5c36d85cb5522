import type {LitElement, ReactiveController} from 'lit';

/**
 * Keeps the keyboard where it was: when the button under the focus vanishes (its upload is done, or its row was removed), the focus goes
 * to the first one of the same row or line, else to the row that took its place, else to the picker. Does nothing when the focus was elsewhere.
 */
export class FocusKeeper implements ReactiveController {
  readonly #host: LitElement;
  #before: {readonly place: Element | null; readonly index: number} | undefined;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate(): void {
    const focused = this.#host.shadowRoot?.activeElement;
    const place = focused?.closest('[part~=row], [part=total]') ?? null;
    this.#before = focused ? {place, index: place ? this.#rows.indexOf(place) : -1} : undefined;
  }

  hostUpdated(): void {
    if (!this.#before || this.#host.shadowRoot?.activeElement) return;
    const {place, index} = this.#before;
    const next = place?.isConnected ? place : (this.#rows[index] ?? this.#rows.at(-1));
    const button = next?.querySelector('button') ?? this.#host.shadowRoot?.querySelector<HTMLElement>('[part~=button]');
    button?.focus({preventScroll: true});
  }

  get #rows(): Element[] {
    return [...(this.#host.shadowRoot?.querySelectorAll('[part~=row]') ?? [])];
  }
}
