import {describe, it} from 'node:test';
import fc from 'fast-check';
import {changes, faults, makeWorld, persons, surroundings, time, type Step, type WorldSeed} from '../../support/scripted-schedule.js';

/** `SCHEDULES` and `SEED` in the environment run more of them, or the same ones again. */
const numRuns = Number(process.env['SCHEDULES'] ?? 300);
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

const MiB = 2 ** 20;

/** Files, how the server wants its parts, and how much may travel with a creation. */
interface Kind {
  readonly sizes: readonly number[];
  readonly parts: {readonly min: number; readonly preferred: number; readonly max: number};
  readonly head: number;
}

const small: Kind = {sizes: [0, 1, 99, 350, 777], parts: {min: 25, preferred: 100, max: 200}, head: 60};
const large: Kind = {sizes: [4 * MiB + 300, 5 * MiB], parts: {min: MiB, preferred: 1.5 * MiB, max: 2 * MiB}, head: 256 * 1024};

const worlds = ({sizes, parts, head}: Kind): fc.Arbitrary<WorldSeed> =>
  fc.record({
    sizes: fc.subarray([...sizes], {minLength: 1}),
    options: fc.record({
      parts: fc.integer({min: 1, max: 3}).map((parallel) => ({...parts, parallel})),
      head: fc.constantFrom(0, head),
      pace: fc.constantFrom(20, 300, 2_500),
      finishes: fc.boolean(),
      noticesChange: fc.boolean(),
      canRenew: fc.constantFrom(
        () => false,
        () => true,
      ),
      slots: fc.integer({min: 1, max: 4}),
      settings: fc.record({retries: fc.constantFrom(0, 2), resumeOnline: fc.boolean(), filesAtOnce: fc.integer({min: 1, max: 3})}),
    }),
  });

const schedules = ({parts, sizes}: Kind, filesChange: boolean): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      {arbitrary: faults(parts.min), weight: 6},
      {arbitrary: time, weight: 6},
      {arbitrary: persons, weight: 5},
      {arbitrary: surroundings(Math.max(...sizes)), weight: 3},
      {arbitrary: filesChange ? changes : time, weight: 1},
    ),
    {maxLength: 25},
  );

async function live(from: WorldSeed, steps: readonly Step[]): Promise<void> {
  const world = makeWorld(from);
  try {
    for (const step of steps) {
      await step.act(world);
      await world.check();
    }
    await world.heal();
    await world.checkTheEnd();
  } finally {
    world.close();
  }
}

const keepsItsPromises = (kind: Kind, filesChange: boolean, share: number): Promise<void> =>
  fc.assert(fc.asyncProperty(worlds(kind), schedules(kind, filesChange), live), {
    numRuns: Math.ceil(numRuns * share),
    seed,
    includeErrorInReport: true,
    interruptAfterTimeLimit: 240_000,
  });

describe(`any schedule of faults, pauses, retries and cancels, then peace (SEED=${seed})`, {timeout: 600_000}, () => {
  it('keeps P1 to P6 at every step, and small files arrive whole', () => keepsItsPromises(small, false, 0.6));

  it('keeps them when files change meanwhile', () => keepsItsPromises(small, true, 0.2));

  it('keeps them with files of several blocks, which change meanwhile', () => keepsItsPromises(large, true, 0.2));
});
