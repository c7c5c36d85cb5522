import {TooSlow} from '../driver/tab.js';

/** What was measured of everyone, a value per round; `undefined` where it failed. */
export type Measured<One, T> = ReadonlyMap<One, readonly (T | undefined)[]>;

/** How many rounds there are: `ROUNDS=n`, or as many as a measurement thinks enough. */
export const roundsOr = (usual: number): number => Math.max(1, Number(process.env['ROUNDS'] ?? usual));

/**
 * Measures every one once per round, A B C A B C, so that a busy machine is as busy for all of them. Gives what was measured in the order of
 * the rounds. One that fails in a round is told of and has no value there; one that was too slow is not waited for again.
 */
export async function inRounds<One, T>(
  count: number,
  all: readonly One[],
  nameOf: (one: One) => string,
  measure: (one: One, round: number) => Promise<T>,
): Promise<Measured<One, T>> {
  const measured = new Map<One, (T | undefined)[]>(all.map((one) => [one, []]));
  const tooSlow = new Set<One>();
  for (let round = 0; round < count; round += 1) {
    for (const one of all.filter((each) => !tooSlow.has(each))) {
      const value = await measure(one, round).catch((thrown: unknown) => {
        console.error(`  ✖ ${nameOf(one)}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
        if (thrown instanceof TooSlow) tooSlow.add(one);
        return undefined;
      });
      measured.get(one)?.push(value);
    }
  }
  return measured;
}

/** `of` divided by `by`, round by round; rounds where one of them has failed are left out. */
export function ratios<One, T>(measured: Measured<One, T>, of: One, by: One, value: (measured: T) => number): readonly number[] {
  const below = measured.get(by) ?? [];
  return (measured.get(of) ?? []).flatMap((one, round) => {
    const other = below[round];
    return one === undefined || other === undefined ? [] : [value(one) / value(other)];
  });
}

/** The values of the rounds that did not fail. */
export const valuesOf = <One, T>(measured: Measured<One, T>, one: One, value: (measured: T) => number): readonly number[] =>
  (measured.get(one) ?? []).flatMap((each) => (each === undefined ? [] : [value(each)]));
