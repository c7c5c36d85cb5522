import type {TestContext} from 'node:test';
import fc from 'fast-check';
import type {Step, WorldSeed} from './scripted-steps.js';

/** A world that looks after its promises. */
export interface Lived {
  /** Looks at everything. */
  check(): Promise<void>;
  /** Everything is well again. */
  heal(): Promise<void>;
  /** After {@link heal}: what must have come true. */
  checkTheEnd(): Promise<void>;
  /** What is worth counting. */
  readonly tally: readonly string[];
  close(): void;
}

/** How many schedules a suite runs, in all of its properties together. `SCHEDULES` in the environment says otherwise. */
export const count = Number(process.env['SCHEDULES'] ?? (process.env['DEEP'] ? 10_000 : 300));

/** `SEED` runs the same schedules again. */
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** `REPLAY` runs only the schedule that failed: the property's number, its seed, and the path to the shortest counterexample. */
const replay = process.env['REPLAY']?.split('.');

/** ms that a property may take. */
export const propertyLimit = process.env['DEEP'] ? 3_000_000 : 240_000;

/** What has been counted over all schedules of this process. */
export const tally = new Map<string, number>();

/** Lives through one schedule, looking at all promises after every step; then everything heals, and what must have come true is looked at. */
async function live<W extends Lived>(from: WorldSeed<W>, steps: readonly Step<W>[]): Promise<void> {
  const world = await from.make();
  try {
    for (const step of steps) {
      await step.act(world);
      await world.check();
    }
    await world.heal();
    await world.checkTheEnd();
    for (const words of world.tally) tally.set(words, (tally.get(words) ?? 0) + 1);
  } finally {
    world.close();
  }
}

/** Each property has a number of its own, and schedules of its own. */
const numberOf = (title: string): number => Array.from(title, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum + code);

/** Runs `share` of all schedules of this kind. One that breaks a promise is shrunk, told step by step, and told how it is run again. */
export async function keepsItsPromises<W extends Lived>(
  {name}: TestContext,
  worlds: fc.Arbitrary<WorldSeed<W>>,
  schedules: fc.Arbitrary<readonly Step<W>[]>,
  share: number,
): Promise<void> {
  const number = numberOf(name);
  const [wanted, ownSeed, path] = replay ?? [];
  if (replay && Number(wanted) !== number) return;
  const run = await fc.check(fc.asyncProperty(worlds, schedules, live<W>), {
    numRuns: Math.ceil(count * share),
    seed: Number(ownSeed ?? seed + number),
    ...(path === undefined ? {} : {path, endOnFailure: true}),
    includeErrorInReport: true,
    interruptAfterTimeLimit: propertyLimit,
    markInterruptAsFailure: true,
  });
  if (!run.failed) return;
  const again = `REPLAY=${number}.${run.seed}.${run.counterexamplePath ?? ''} npm test -- --built test/unit/schedules`;
  const words = `Found in run ${run.numRuns}, shrunk ${run.numShrinks} times. Once more: ${again}`;
  throw new Error(`${words}\n${fc.defaultReportMessage(run)}`, {cause: run.errorInstance});
}

/** How often what `words` describe has happened, over all schedules of this process. */
export const happened = (words: RegExp): number => [...tally].reduce((sum, [what, times]) => sum + (words.test(what) ? times : 0), 0);

/** Whether so much has been run that it can be asked what has {@link happened}. */
export const enough = count >= 300 && !replay;
