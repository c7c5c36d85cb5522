/** `true` when both are the same type, also where each could be assigned to the other. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `true` when a value of the first type may stand where the second is wanted. */
export type Fits<A, B> = [A] extends [B] ? true : false;

/** Stops the compiler unless every entry is `true`. It is the compiler that runs these tests: `npm run types`. */
export const holds = <Facts extends readonly true[]>(...facts: Facts): number => facts.length;
