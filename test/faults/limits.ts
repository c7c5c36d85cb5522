/**
 * The limits of waits that rows are played with, in ms: a tenth of what they are for people, so that a fault that shows only by a
 * limit takes little time. `stall` is a fifth and `ask` is not cut: with three rows at a time on two busy processors an answer may take a
 * second and more, and one that is only late must not look like a fault.
 */
export const shortLimits: Readonly<Record<string, number>> = {
  stall: 2_000,
  quiet: 500,
  discard: 1_000,
  backOff: 100,
  comeBack: 500,
  handshake: 500,
  ask: 3_000,
};
