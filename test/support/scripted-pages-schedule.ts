import fc from 'fast-check';
import {cutsAfter, fails, losesAnswer, silent} from './scripted-faults.js';
import {PagesWorld} from './scripted-pages-world.js';
import {Step, WorldSeed} from './scripted-steps.js';

/** Worlds of one file. Files of 4 MiB and more have several blocks. */
export const pagesWorlds = (sizes: readonly number[]): fc.Arbitrary<WorldSeed<PagesWorld>> =>
  fc
    .record({
      size: fc.constantFrom(...sizes),
      keeps: fc.constantFrom('copy', 'handle', 'nothing'),
      parallel: fc.integer({min: 1, max: 3}),
      pace: fc.constantFrom(20, 300, 2_500),
      head: fc.constantFrom(0, 60),
      isBrief: fc.boolean(),
      noticesChange: fc.boolean(),
      settings: fc.record({autoResume: fc.boolean(), retries: fc.constantFrom(0, 2)}),
    })
    .map((facts) => new WorldSeed(facts, () => new PagesWorld(facts)));

const time = fc
  .constantFrom(1, 20, 100, 400, 900, 1_700, 2_500, 5_000, 12_000)
  .map((ms) => new Step<PagesWorld>(`${ms} ms`, ({pages}) => pages.clock.advance(ms)));

const persons = fc.constantFrom(
  new Step<PagesWorld>('resume', (world) => world.asks('resume')),
  new Step<PagesWorld>('pause', (world) => world.asks('pause')),
  new Step<PagesWorld>('retry', (world) => world.asks('retry')),
  new Step<PagesWorld>('the right file is given', (world) => world.give(true)),
  new Step<PagesWorld>('a look-alike is given', (world) => world.give(false)),
  new Step<PagesWorld>('a look-alike is given, and then the right file', async (world) => {
    world.give(false);
    await world.pages.clock.advance(6_000);
    world.give(true);
    await world.pages.clock.advance(6_000);
  }),
);

const surroundings = fc.constantFrom(
  new Step<PagesWorld>('the server forgets it', (world) => world.forget()),
  new Step<PagesWorld>('the browser throws away what it keeps', ({pages}) => pages.keeper.lose()),
  new Step<PagesWorld>('access to the file has to be allowed', ({pages}) => void (pages.keeper.locked = true)),
  new Step<PagesWorld>('the person refuses access', ({pages}) => void (pages.keeper.allows = false)),
  new Step<PagesWorld>('the keeper is silent', ({pages}) => pages.keeper.on('find', 'silent')),
  new Step<PagesWorld>('the keeper fails', ({pages}) => pages.keeper.on('find', 'fails')),
  new Step<PagesWorld>('the keeper works again', ({pages}) => pages.keeper.heal()),
);

const faults = fc
  .tuple(
    fc.constantFrom('open', 'ask', 'send', 'send', 'finish'),
    fc.constantFrom(
      ['fails as network', fails('network')] as const,
      ['fails as server', fails('server')] as const,
      ['loses its answer', losesAnswer] as const,
      ['is silent', silent()] as const,
      ['is cut', cutsAfter(10)] as const,
    ),
    fc.integer({min: 1, max: 3}),
  )
  .map(
    ([call, [words, behaviour], times]) => new Step<PagesWorld>(`${times} x ${call} ${words}`, (world) => world.on(call, behaviour, times)),
  );

/** What happens in such a world: again and again a page is left in the middle. */
export const pagesSchedules: fc.Arbitrary<readonly Step<PagesWorld>[]> = fc.array(
  fc.oneof(
    {arbitrary: fc.constant(new Step<PagesWorld>('the next page', (world) => world.nextPage())), weight: 4},
    {arbitrary: time, weight: 6},
    {arbitrary: persons, weight: 6},
    {arbitrary: faults, weight: 3},
    {arbitrary: surroundings, weight: 2},
  ),
  {maxLength: 20, size: 'max'},
);
