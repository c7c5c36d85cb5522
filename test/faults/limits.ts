/**
 * The limits of waits that rows are played with, in ms: a tenth of what they are for people, so that a fault that shows only by a
 * limit takes little time. `stall` is cut to little more than a half and `ask` is not cut: with three rows at a time on two busy
 * processors an answer may take some seconds, and one that is only late must not look like a fault.
 */
export const shortLimits: Readonly<Record<string, number>> = {
  stall: 6_000,
  quiet: 500,
  discard: 1_000,
  backOff: 100,
  comeBack: 500,
  handshake: 500,
  ask: 3_000,
};
