import fc from 'fast-check';
import type {Settings} from '../../src/core/settings.js';
import type {World} from './scripted-world.js';

/** Something that happens, and words for it in a counterexample. */
export class Step<W> {
  readonly act: (world: W) => void | Promise<void>;
  readonly #words: string;

  constructor(words: string, act: (world: W) => void | Promise<void>) {
    this.#words = words;
    this.act = act;
  }

  [fc.toStringMethod](): string {
    return this.#words;
  }
}

/** A world that has just begun, and words for it in a counterexample. */
export class WorldSeed<W> {
  readonly make: () => W | Promise<W>;
  readonly #words: string;

  constructor(facts: object, make: () => W | Promise<W>) {
    this.make = make;
    this.#words = `a world of ${JSON.stringify(facts)}`;
  }

  [fc.toStringMethod](): string {
    return this.#words;
  }
}

/** One thing that happens to any world. */
export type AnyStep = Step<World>;

const acts: Readonly<Record<string, (world: World, id: string | undefined) => void>> = {
  pause: (world, id) => world.pause(id),
  resume: (world, id) => world.resume(id),
  retry: (world, id) => world.retry(id),
  start: (world, id) => world.start(id),
};

const asks = (what: string, at: number | undefined): AnyStep =>
  new Step(`${what}(${at ?? ''})`, (world) => acts[what]?.(world, at === undefined ? undefined : world.id(at)));

/** A person asks for something: of one upload, or of all. Most of the time that all goes on. */
export const persons: fc.Arbitrary<AnyStep> = fc.oneof(
  {weight: 9, arbitrary: fc.constantFrom('retry', 'resume', 'start', 'retry').map((what) => asks(what, undefined))},
  {
    weight: 9,
    arbitrary: fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.option(fc.nat(4), {nil: undefined})).map((one) => asks(...one)),
  },
  {weight: 1, arbitrary: fc.nat(4).map((at): AnyStep => new Step(`cancel(${at})`, (world) => world.cancel(world.id(at))))},
);

const wishes: fc.Arbitrary<Partial<Settings>> = fc.oneof(
  fc.nat(3).map((retries) => ({retries})),
  fc.boolean().map((resumeOnline) => ({resumeOnline})),
  fc.boolean().map((manual) => ({manual})),
  fc.integer({min: 1, max: 3}).map((filesAtOnce) => ({filesAtOnce})),
  fc.constantFrom<number | 'auto'>('auto', 60, 70_000, 400_000, 1e12, 0, NaN).map((chunkSize) => ({chunkSize})),
);

/** Somebody changes a setting while everything runs. */
export const settings: fc.Arbitrary<AnyStep> = wishes.map(
  (wish): AnyStep => new Step(`set(${Object.entries(wish).map(String).join()})`, (world) => world.set(wish)),
);

/** What happens to everybody. */
export const surroundings = (size: number): fc.Arbitrary<AnyStep> =>
  fc.oneof(
    fc.constantFrom<AnyStep>(
      new Step('offline', (world) => world.cutOff()),
      new Step('online', (world) => world.reconnect()),
      new Step('offline, which is a lie', ({scene}) => scene.network.goOffline()),
      new Step('online, which is a lie', ({scene}) => scene.network.goOnline()),
      new Step('no way to the server, which nobody notices', (world) => world.setReachable(false)),
      new Step('the hasher fails once', ({scene}) => scene.hasher.failNext()),
      new Step('the hasher is held', ({scene}) => scene.hasher.hold()),
      new Step('the hasher goes on', ({scene}) => scene.hasher.release()),
    ),
    fc.nat(4).map((at): AnyStep => new Step(`the server forgets ${at}`, (world) => world.forget(at))),
    fc.tuple(fc.nat(4), fc.nat(size), fc.nat(size)).map(([at, a, b]): AnyStep => {
      const span = {start: Math.min(a, b), end: Math.max(a, b)};
      return new Step(`the server loses ${span.start}-${span.end} of ${at}`, (world) => world.lose(at, span));
    }),
    fc
      .constantFrom(-86_400_000, 3_600_000)
      .map((ms): AnyStep => new Step(`the clock on the wall is set by ${ms} ms`, ({scene}) => scene.clock.setWall(ms))),
    fc
      .constantFrom(2_000, 20_000, 3_600_000)
      .map((ms): AnyStep => new Step(`the machine sleeps for ${ms} ms`, (world) => world.sleepThrough(ms))),
  );

const spans = fc.constantFrom(1, 20, 100, 400, 900, 1_700, 2_500, 4_000, 5_000, 8_000, 12_000, 160_000);

/** Time goes by after a step. */
export const andThen = <W extends World>(steps: fc.Arbitrary<Step<W>>): fc.Arbitrary<Step<W>> =>
  fc.tuple(steps, fc.option(spans, {nil: 0})).map(
    ([step, ms]) =>
      new Step(`${fc.stringify(step)}${ms > 0 ? `, ${ms} ms` : ''}`, async (world: W) => {
        await step.act(world);
        if (ms === 0) return;
        await world.check();
        await world.scene.clock.advance(ms);
      }),
  );

/** Time goes by. */
export const time: fc.Arbitrary<AnyStep> = spans.map((ms): AnyStep => new Step(`${ms} ms`, ({scene}) => scene.clock.advance(ms)));

/** Somebody saves one of the files anew. */
export const changes: fc.Arbitrary<AnyStep> = fc.nat(4).map((at): AnyStep => new Step(`file ${at} changes`, (world) => world.change(at)));
