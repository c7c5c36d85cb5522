import fc from 'fast-check';
import type {Fault} from './scripted-line-lies.js';
import {lies, locations, nonsense, problems, refused, waits} from './scripted-line-lies.js';
import {cutAfter, drips, flipsAt, leavesCopy, losesAnswer, lost, neverAnswers, repeats, silentAfter, slow} from './scripted-line-faults.js';
import {LineWorld} from './scripted-line-world.js';
import type {Aftermath, Passage} from './scripted-passage.js';
import {andThen, changes, persons, settings, Step, surroundings, time, WorldSeed} from './scripted-steps.js';

const KiB = 1_024;
const MiB = 1_024 * KiB;

/** Files, and how the server wants their parts. */
export interface LineKind {
  readonly sizes: readonly number[];
  /** Bytes per ms. */
  readonly rates: readonly number[];
  readonly parts: readonly {readonly min: number; readonly preferred: number; readonly max: number}[];
}

/** They travel whole with their creation, if that goes well. */
export const whole: LineKind = {
  sizes: [0, 1, 3_000, 70_000],
  rates: [2, 30],
  parts: [
    {min: KiB, preferred: 4 * KiB, max: 16 * KiB},
    {min: 16 * KiB, preferred: 32 * KiB, max: MiB},
  ],
};

/** They need some parts. */
export const parted: LineKind = {
  sizes: [70_000, MiB + 5, 1_200_000, 1_500_000],
  rates: [30, 60, 300],
  parts: [
    {min: 64 * KiB, preferred: 128 * KiB, max: 512 * KiB},
    {min: 64 * KiB, preferred: 512 * KiB, max: 64 * MiB},
  ],
};

/** They have several blocks. */
export const blocks: LineKind = {
  sizes: [4 * MiB, 4 * MiB + 300, 5 * MiB],
  rates: [200, 2_000],
  parts: [
    {min: MiB, preferred: 1.5 * MiB, max: 2 * MiB},
    {min: 64 * KiB, preferred: 8 * MiB, max: 64 * MiB},
  ],
};

type LineStep = Step<LineWorld>;

type Fits = readonly [words: string, fits: (passage: Passage) => boolean];

const requests: readonly Fits[] = [
  ['POST', ({method}) => method === 'POST'],
  ['PUT', ({method}) => method === 'PUT'],
  ['PUT', ({method}) => method === 'PUT'],
  ['PUT', ({method}) => method === 'PUT'],
  ['GET', ({method}) => method === 'GET'],
  ['GET', ({method}) => method === 'GET'],
  ['request', () => true],
  ['request', () => true],
  ['DELETE', ({method}) => method === 'DELETE'],
];

const share = fc.constantFrom(0, 0.3, 0.5, 0.99, 1);

const breaks: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    ['is lost', lost],
    ['loses its answer', losesAnswer],
    ['never gets its answer', neverAnswers],
    ['drips', drips],
    ['leaves a copy that comes later', leavesCopy],
  ),
  share.map((at): Fault => [`is cut at ${at}`, cutAfter(at)]),
  share.map((at): Fault => [`is silent after ${at}`, silentAfter(at)]),
  share.map((at): Fault => [`is repeated by the browser after ${at}`, repeats(at)]),
  fc.tuple(fc.nat(9_000), fc.nat(9_000)).map(([there, back]): Fault => [`takes ${there} ms and ${back} ms`, slow(there, back)]),
);

const refusals: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .tuple(fc.constantFrom(401, 403, 404, 408, 409, 410, 429, 500, 502, 503, 504, 507), fc.constantFrom(...waits))
    .map((one) => refused(...one)),
  fc.constantFrom(...problems),
);

const anyFault = fc.oneof(
  {arbitrary: breaks, weight: 6},
  {arbitrary: refusals, weight: 3},
  {arbitrary: fc.constantFrom(...lies), weight: 3},
  {arbitrary: fc.constantFrom(...nonsense), weight: 1},
);

const next = ([what, fits]: Fits, [words, behaviour]: Fault, times: number): LineStep =>
  new Step(`${times} x ${what} ${words}`, (world) => world.on(fits, words, behaviour, times));

const times = fc.integer({min: 1, max: 4});
const [post, put]: readonly Fits[] = requests;

/** The next requests of a kind go wrong. */
const faults: fc.Arbitrary<LineStep> = fc.oneof(
  {arbitrary: fc.tuple(fc.constantFrom(...requests), anyFault, times).map((one) => next(...one)), weight: 20},
  {arbitrary: fc.constantFrom(...locations).map((fault) => next(post ?? ['', () => false], fault, 1)), weight: 1},
  {
    arbitrary: fc
      .tuple(share, times)
      .map(([at, count]) => next(put ?? ['', () => false], [`has a bit flipped at ${at}`, flipsAt(at)], count)),
    weight: 1,
  },
  // What no retry can mend, and so ends the upload: rarely.
  {arbitrary: fc.constantFrom(400, 405, 413, 422).map((status) => next(['request', () => true], refused(status, ''), 1)), weight: 1},
);

/** What happens to the line and to the server. */
const onTheWay: fc.Arbitrary<LineStep> = fc.oneof(
  fc.constantFrom<LineStep>(
    new Step('nothing gets through for long', (world) => world.goDeaf()),
    new Step('all connections are reset', ({line}) => line.reset()),
    new Step('the server crashes and comes back', (world) => world.crash()),
    new Step('the server notices dead connections', ({line}) => line.notice()),
    new Step('the machine sleeps for 60000 ms, and its connections die', async (world) => {
      await world.sleepThrough(60_000);
      world.line.reset();
    }),
  ),
  fc
    .constantFrom<Aftermath>('notices', 'arrives', 'lingers')
    .map((aftermath): LineStep => new Step(`of a dead connection the server ${aftermath}`, ({line}) => void (line.aftermath = aftermath))),
  fc
    .constantFrom(70_000, 300_000, 1_100_000)
    .map((limit): LineStep => new Step(`a proxy lets ${limit} bytes pass`, ({line}) => void (line.proxyLimit = limit))),
  fc.integer({min: 1, max: 4}).map((count): LineStep => new Step(`${count} slots`, (world) => void (world.slots = count))),
);

/** Worlds with the real protocol. */
export const lineWorlds = ({sizes, parts, rates}: LineKind): fc.Arbitrary<WorldSeed<LineWorld>> =>
  fc
    .record({
      sizes: fc.subarray([...sizes], {minLength: 1, maxLength: 3}),
      parts: fc.tuple(fc.constantFrom(...parts), fc.integer({min: 1, max: 4})).map(([rule, parallel]) => ({...rule, parallel})),
      latency: fc.constantFrom(5, 100, 900),
      rate: fc.constantFrom(...rates),
      noticesChange: fc.boolean(),
      renews: fc.boolean(),
      greeted: fc.boolean(),
      slots: fc.integer({min: 1, max: 4}),
      settings: fc.record({
        retries: fc.constantFrom(0, 0, 1, 5),
        resumeOnline: fc.boolean(),
        filesAtOnce: fc.integer({min: 1, max: 3}),
        manual: fc.constantFrom(false, false, false, false, true),
      }),
    })
    .map(
      (facts) =>
        new WorldSeed(facts, async () => {
          const world = new LineWorld({...facts, algorithm: 'md5', canRenew: () => facts.renews});
          if (facts.greeted) {
            world.scene.uploader.prepare();
            await world.scene.clock.advance(3 * facts.latency);
          }
          facts.sizes.forEach((size) => world.add(size));
          return world;
        }),
    );

/** What happens in such a world. */
export const lineSchedules = ({sizes}: LineKind, filesChange: boolean): fc.Arbitrary<readonly LineStep[]> =>
  fc.array(
    andThen<LineWorld>(
      fc.oneof(
        {arbitrary: faults, weight: 12},
        {arbitrary: persons, weight: 6},
        {arbitrary: settings, weight: 2},
        {arbitrary: onTheWay, weight: 3},
        {arbitrary: surroundings(Math.max(...sizes)), weight: 2},
        {arbitrary: filesChange ? changes : time, weight: 1},
      ),
    ),
    {maxLength: 20, size: 'max'},
  );
