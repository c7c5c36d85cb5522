import type {Listing} from './listing.js';
import type {Upload} from './upload.js';
import {WaitingLine} from './waiting-line.js';

/** So many times more of them may run when the next is over in a single short request: most of its time nothing is on the way. */
const brief = 3;

/** Whose turn it is: queued uploads start in the order of the list, a few at a time, unless something holds them. */
export class Turns {
  readonly #uploads: Listing;
  readonly #line: WaitingLine;
  readonly #width: () => number;
  readonly #unstarted = new Set<string>();
  /** Who may go ahead of a held list, to see whether the server is there again. */
  readonly #probes = new Set<string>();
  #held = false;
  #closed = false;
  /** Above 0 nobody starts: whoever raised it gives the turns when it is through. */
  #resting = 0;

  /** `width` is how many may run at a time. */
  constructor(uploads: Listing, width: () => number) {
    this.#uploads = uploads;
    this.#line = new WaitingLine((upload) => uploads.placeOf(upload));
    this.#width = width;
  }

  /** Whether nobody gets a turn because of a failure. */
  get held(): boolean {
    return this.#held;
  }

  /** Nobody gets a turn until {@link release}. */
  hold(): void {
    this.#held = true;
    this.#probes.clear();
  }

  release(): void {
    this.#held = false;
    this.#probes.clear();
    this.give();
  }

  /** While the list is held this upload gets a turn all the same, one such at a time. The others follow when it has got through. */
  probe(id: string): void {
    if (this.#held) this.#probes.add(id);
  }

  /** Whether this upload has had its turn ahead of a held list. */
  isProbe(id: string): boolean {
    return this.#probes.has(id);
  }

  /** This upload waits for its turn from now on. */
  queue(upload: Upload): void {
    this.#line.add(upload);
  }

  /** This upload waits until it is told to begin. */
  postpone(id: string): void {
    this.#unstarted.add(id);
  }

  /** This upload, or every one, may have its turn. Gives none yet. */
  admit(id: string | undefined): void {
    for (const one of id === undefined ? [...this.#unstarted] : [id]) {
      const upload = this.#unstarted.delete(one) && this.#uploads.get(one);
      if (upload) this.queue(upload);
    }
  }

  /** Turns are given when `act` is through: nobody starts for a moment only because a neighbour was stopped first. */
  after(act: () => void): void {
    this.#resting += 1;
    try {
      act();
    } finally {
      this.#resting -= 1;
    }
    this.give();
  }

  /** Starts those whose turn it is, one after the other: a start that is told at once does not start the next one inside. */
  give(): void {
    if (this.#resting > 0) return;
    this.#resting += 1;
    try {
      for (let upload = this.#next(); upload; upload = this.#next()) upload.start();
    } finally {
      this.#resting -= 1;
    }
  }

  /** No more turns, ever. */
  close(): void {
    this.#closed = true;
  }

  #next(): Upload | undefined {
    const {preparing, sending, finishing} = this.#uploads.tally.count;
    const running = preparing + sending + finishing;
    const width = this.#width();
    const room = (upload: Upload): boolean => running < (width > 1 && upload.isBrief ? width * brief : width);
    if (this.#closed || (this.#held && running > 0)) return undefined;
    if (!this.#held) return this.#line.next((upload) => isQueued(upload) && !this.#unstarted.has(upload.id), room);
    return [...this.#probes].map((id) => this.#uploads.get(id)).find((upload) => upload && isQueued(upload));
  }
}

const isQueued = ({status}: Upload): boolean => status.name === 'queued';
