/** Which of the things that were not synced survive. `call`: whether the call that was under way has had its effect. */
export interface Survival {
  readonly call: () => boolean;
  readonly name: () => boolean;
  /** How many of these bytes of one write. */
  readonly bytes: (length: number) => number;
}

/** The strictest disk: what was not synced is gone. */
export const dropAll: Survival = {call: () => false, name: () => false, bytes: () => 0};

/** A disk that had got to some of it, in any order; the same for the same seed. */
export function keepSome(seed: number): Survival {
  let state = seed * 7_919 + 1;
  const random = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return {call: () => random(2) === 0, name: () => random(2) === 0, bytes: (length) => [0, random(length), length][random(3)] ?? 0};
}
