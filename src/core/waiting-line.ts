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

  /** The first one that `mayGo`, where there is `room` for it: then it leaves the line. Those before it leave in any case. */
  next(mayGo: (upload: Upload) => boolean, room: (upload: Upload) => boolean = () => true): Upload | undefined {
    for (let upload = this.#line[0]; upload; upload = this.#line[0]) {
      const goes = mayGo(upload);
      if (goes && !room(upload)) return undefined;
      this.#line.shift();
      this.#members.delete(upload);
      if (goes) return upload;
    }
    return undefined;
  }
}
