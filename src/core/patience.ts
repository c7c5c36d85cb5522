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
  /** How long a copy of the file may take to be kept, before the upload goes on without it. Default 15,000. */
  readonly keep: number;
}

/** What stands in {@link Limits} when nothing is given. */
export const defaultLimits: Limits = {stall: 10_000, quiet: 5_000, discard: 10_000, backOff: 1_000, comeBack: 5_000, keep: 15_000};
