/** How many rounds there are: `ROUNDS=n`, or as many as a measurement thinks enough. */
export const roundsOr = (usual: number): number => Math.max(1, Number(process.env['ROUNDS'] ?? usual));

/**
 * Measures every one once per round, A B C A B C, so that a busy machine is as busy for all of them. Gives what was measured in the order of
 * the rounds. One that fails in a round is told of and has no value there.
 */
export async function inRounds<One, T>(
  count: number,
  all: readonly One[],
  nameOf: (one: One) => string,
  measure: (one: One, round: number) => Promise<T>,
): Promise<ReadonlyMap<One, readonly (T | undefined)[]>> {
  const measured = new Map<One, (T | undefined)[]>(all.map((one) => [one, []]));
  for (let round = 0; round < count; round += 1) {
    for (const one of all) measured.get(one)?.push(await told(nameOf(one), () => measure(one, round)));
  }
  return measured;
}

async function told<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    console.error(`  ✖ ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return undefined;
  }
}

/** `of` divided by `by`, round by round; rounds where one of them has failed are left out. */
export function ratios<One, T>(
  measured: ReadonlyMap<One, readonly (T | undefined)[]>,
  of: One,
  by: One,
  value: (measured: T) => number,
): readonly number[] {
  const below = measured.get(by) ?? [];
  return (measured.get(of) ?? []).flatMap((one, round) => {
    const other = below[round];
    return one === undefined || other === undefined ? [] : [value(one) / value(other)];
  });
}

/** The values of the rounds that did not fail. */
export const valuesOf = <One, T>(
  measured: ReadonlyMap<One, readonly (T | undefined)[]>,
  one: One,
  value: (measured: T) => number,
): readonly number[] => (measured.get(one) ?? []).flatMap((each) => (each === undefined ? [] : [value(each)]));
