import type {Upload} from './upload.js';

/** Uploads that wait for their turn, in the order of the list. Mostly they come and go in that order, and then each costs the same. */
export class WaitingLine {
  readonly #placeOf: (upload: Upload) => number;
  readonly #line: Upload[] = [];
  readonly #members = new Set<Upload>();

  /** `placeOf` grows along the list. */
  constructor(placeOf: (upload: Upload) => number) {
    this.#placeOf = placeOf;
  }

  /** One that is in the line already keeps its place. */
  add(upload: Upload): void {
    if (this.#members.has(upload)) return;
    const place = this.#placeOf(upload);
    this.#members.add(upload);
    this.#line.splice(this.#line.findLastIndex((other) => this.#placeOf(other) < place) + 1, 0, upload);
  }

  /** The first one that `mayGo`, which leaves the line, as do all before it. */
  next(mayGo: (upload: Upload) => boolean): Upload | undefined {
    for (let upload = this.#line.shift(); upload; upload = this.#line.shift()) {
      this.#members.delete(upload);
      if (mayGo(upload)) return upload;
    }
    return undefined;
  }
}
