/** Waits that have a limit. All in ms. */
export interface Limits {
  /** The least time that a request gets to be acknowledged in. Default 10,000. */
  readonly stall: number;
  /** How long no byte may leave before the file is looked at: some browsers wait for ever for a file that is gone. Default 5,000. */
  readonly quiet: number;
  /** How long an upload that is thrown away is still told to the server. Default 10,000. */
  readonly discard: number;
  /** How long the first automatic try waits; each later one twice as long as the one before. Default 1,000. */
  readonly backOff: number;
  /** With `resume-online`: how long the first quiet question after a failure waits. Default 5,000. */
  readonly comeBack: number;
}

/** What stands in {@link Limits} when nothing is given. */
export const defaultLimits: Limits = {stall: 10_000, quiet: 5_000, discard: 10_000, backOff: 1_000, comeBack: 5_000};

/** Bytes per second that are taken for granted as long as nothing was acknowledged. */
const unknownRate = 32_768;

/** How long an acknowledgement may take, learned from those that came. What was only sent says nothing. */
export class Patience {
  readonly #least: number;
  #rate: number | undefined;

  constructor({stall}: Pick<Limits, 'stall'>) {
    this.#least = stall;
  }

  /** ms that a request with `bytes` may take: three times what the last ones suggest. */
  limit(bytes: number): number {
    return Math.max(this.#least, (3 * bytes * 1000) / (this.#rate ?? unknownRate));
  }

  /** `bytes` were acknowledged `ms` after they began to be sent. */
  acknowledged(bytes: number, ms: number): void {
    if (bytes <= 0) return;
    const rate = (bytes * 1000) / Math.max(1, ms);
    this.#rate = this.#rate === undefined ? rate : (this.#rate + rate) / 2;
  }

  /** A limit ran out though bytes were still arriving: the line is slower than thought. */
  slower(): void {
    this.#rate = (this.#rate ?? unknownRate) / 2;
  }
}
