/**
 * The limits of waits that rows are played with, in ms: a tenth of what they are for people, so that a fault that shows only by a
 * limit takes no time. Two are a fifth: three rows at a time on two busy processors answer a question in more than 300 ms now and then,
 * and an answer that is only late must not look like a fault.
 */
export const shortLimits: Readonly<Record<string, number>> = {stall: 2_000, quiet: 500, discard: 1_000, ask: 600};
