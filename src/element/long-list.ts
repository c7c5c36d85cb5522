import type {LitElement, ReactiveController} from 'lit';
import type {UploadSnapshot} from '../core/snapshot.js';
import {many} from './many.js';

/** How many rows of a longer one are drawn before it is known how many can be seen, and at least above and below what can be seen. */
const first = 24;
const spare = 8;

/** A row that is drawn. */
export interface ShownRow {
  readonly upload: UploadSnapshot;
  /** Its number in the list, from 1, and how long that is, where others are left out. */
  readonly place?: number;
  readonly of?: number;
}

/** Rows that are left out, one after the other. */
export interface Gap {
  /** Whether it is the first one, and the last one. */
  readonly key: string;
  readonly rows: number;
}

/**
 * Which rows of a long list are drawn: those that can be seen and some around them, and the one that has the keyboard. The others are a gap
 * of about their height, so that the list is as long as it is, and rows may be of any height.
 */
export class LongList implements ReactiveController {
  readonly #host: LitElement;
  // Not at once: what is seen may change the size of the list once more.
  readonly #sizes = new ResizeObserver(() => requestAnimationFrame(this.#onScroll));
  readonly #onScroll = (): void => this.look();
  #from = 0;
  #to = first;
  #count = 0;
  #onlyFailed = false;
  #list: Element | undefined;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  /** Whether rows may be left out. */
  get isLong(): boolean {
    return this.#count > many;
  }

  /** Whether only failed ones are shown, as long as there are any. */
  get onlyFailed(): boolean {
    return this.#onlyFailed;
  }

  /** Shows only failed ones, or all again. */
  toggleFailed(): void {
    this.#onlyFailed = !this.#onlyFailed;
    this.#list?.scrollTo(0, 0);
    this.#host.requestUpdate();
  }

  /** What is drawn of the list as it is now, of which so many have `failed`. */
  shown(uploads: readonly UploadSnapshot[], failed: number): readonly (ShownRow | Gap)[] {
    this.#count = uploads.length;
    this.#onlyFailed &&= failed > 0 && this.isLong;
    if (!this.isLong) return uploads.map((upload) => ({upload}));
    const all = this.#onlyFailed ? uploads.filter(({status}) => status.name === 'failed') : uploads;
    this.#from = Math.max(0, Math.min(this.#from, all.length - first));
    return withGaps(all, this.#from, this.#to, this.#focusedIn(all));
  }

  hostConnected(): void {
    this.hostUpdated();
  }

  hostUpdated(): void {
    const list = this.isLong && this.#host.isConnected ? (this.#host.shadowRoot?.querySelector('[part=list]') ?? undefined) : undefined;
    if (list === this.#list) return;
    this.hostDisconnected();
    this.#list = list;
    if (!list) return;
    this.#sizes.observe(list);
    list.addEventListener('scroll', this.#onScroll, {passive: true});
    // A page may let the list be as long as it is, and scroll itself.
    document.addEventListener('scroll', this.#onScroll, {passive: true, capture: true});
  }

  hostDisconnected(): void {
    this.#sizes.disconnect();
    this.#list?.removeEventListener('scroll', this.#onScroll);
    document.removeEventListener('scroll', this.#onScroll, {capture: true});
    this.#list = undefined;
  }

  /** Sees which rows can be seen, and has others drawn where these are not. */
  look(): void {
    const list = this.#list as HTMLElement | undefined;
    const drawn = [...(list?.querySelectorAll('[aria-posinset]') ?? [])].filter((row) => {
      const at = Number(row.getAttribute('aria-posinset')) - 1;
      return at >= this.#from && at < this.#to;
    });
    const [top, bottom] = [drawn[0], drawn.at(-1)].map((row) => row?.getBoundingClientRect());
    if (!list || !top || !bottom || bottom.bottom <= top.top) return;
    const height = (bottom.bottom - top.top) / drawn.length;
    list.style.setProperty('--_row', `${height}px`);
    const box = list.getBoundingClientRect();
    const rowAt = (y: number): number => this.#from + Math.floor((y - top.top) / height);
    const from = rowAt(Math.max(0, box.top));
    const to = rowAt(Math.min(innerHeight, box.bottom)) + 1;
    const isDrawn = from - spare / 2 >= this.#from || this.#from === 0;
    if (isDrawn && to + spare / 2 <= this.#to) return;
    this.#from = Math.max(0, from - spare);
    this.#to = Math.max(this.#from + first, to + spare);
    this.#host.requestUpdate();
  }

  /** The row with the keyboard is drawn wherever it is: else the keyboard would be nowhere. */
  #focusedIn(all: readonly UploadSnapshot[]): number {
    const id = this.#host.shadowRoot?.activeElement?.closest<HTMLElement>('[part~=row]')?.dataset['id'];
    return id === undefined ? -1 : all.findIndex((upload) => upload.id === id);
  }
}

function withGaps(all: readonly UploadSnapshot[], from: number, to: number, focused: number): readonly (ShownRow | Gap)[] {
  const shown: (ShownRow | Gap)[] = [];
  let drawn = 0;
  const gapTo = (at: number): void => {
    if (at > drawn) shown.push({key: `${drawn === 0} ${at === all.length}`, rows: at - drawn});
    drawn = Math.max(drawn, at);
  };
  const row = (at: number): void => {
    const upload = all[at];
    if (!upload) return;
    gapTo(at);
    shown.push({upload, place: at + 1, of: all.length});
    drawn = at + 1;
  };
  if (focused >= 0 && focused < from) row(focused);
  for (let at = from; at < Math.min(to, all.length); at += 1) row(at);
  if (focused >= to) row(focused);
  gapTo(all.length);
  return shown;
}
