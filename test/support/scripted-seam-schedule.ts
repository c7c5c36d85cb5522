import fc from 'fast-check';
import {UploadError} from '../../src/core/errors.js';
import {answers, cutsAfter, fails, flipsBit, losesAnswer, silent, silentlyKeeps, slowly} from './scripted-faults.js';
import type {Behaviour, Call} from './scripted-exchange.js';
import {SeamWorld} from './scripted-seam-world.js';
import {changes, persons, settings, Step, surroundings, time, WorldSeed} from './scripted-steps.js';

const MiB = 2 ** 20;

/** Files, how the server wants its parts, and how much may travel with a creation. */
export interface SeamKind {
  readonly sizes: readonly number[];
  readonly parts: {readonly min: number; readonly preferred: number; readonly max: number};
  readonly head: number;
}

export const small: SeamKind = {sizes: [0, 1, 99, 350, 777], parts: {min: 25, preferred: 100, max: 200}, head: 60};
export const large: SeamKind = {sizes: [4 * MiB + 300, 5 * MiB], parts: {min: MiB, preferred: 1.5 * MiB, max: 2 * MiB}, head: 256 * 1024};

/** A behaviour and its words. */
type Fault = readonly [words: string, behaviour: Behaviour];

const conflict = answers({kind: 'conflict', error: new UploadError('protocol', 'no', {status: 409})});

const tooLarge =
  (min: number): Behaviour =>
  async ({body, serve}) =>
    body.end - body.start > min ? {kind: 'too-large', error: new UploadError('too-large', 'no', {status: 413})} : serve();

/** A behaviour for a share of the body. */
const inBody =
  (share: number, behaviour: (bytes: number) => Behaviour): Behaviour =>
  (exchange) =>
    behaviour(Math.floor((exchange.body.end - exchange.body.start) * share))(exchange);

const share = fc.constantFrom(0, 0.3, 0.5, 0.99, 1);
const refusals = ['server', 'server-busy', 'network', 'timeout', 'unauthorized', 'elsewhere', 'protocol'] as const;

const anywhere: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom(...refusals).map((code): Fault => [`fails as ${code}`, fails(code)]),
  fc.constant<Fault>(['loses the answer', losesAnswer]),
  fc.constant<Fault>(['is silent', silent()]),
  fc.integer({min: 1, max: 9_000}).map((ms): Fault => [`takes ${ms} ms`, slowly(ms)]),
);

const ofParts = (min: number): fc.Arbitrary<Fault> =>
  fc.oneof(
    share.map((at): Fault => [`is cut at ${at}`, inBody(at, cutsAfter)]),
    share.map((at): Fault => [`is silent after ${at}, which is kept`, inBody(at, silentlyKeeps)]),
    fc.constantFrom<Fault>(['flips a bit', flipsBit], ['answers 409', conflict], ['answers 413', tooLarge(min)]),
  );

/** The next requests of a kind go wrong. */
const faults = (min: number): fc.Arbitrary<Step<SeamWorld>> => {
  const calls = fc.constantFrom<Call>('open', 'ask', 'send', 'send', 'finish', 'discard');
  const fault = fc.oneof(fc.tuple(calls, anywhere), fc.tuple(fc.constant<Call>('send'), ofParts(min)));
  return fc
    .tuple(fault, fc.integer({min: 1, max: 4}))
    .map(([[call, [words, behaviour]], times]) => new Step(`${times} x ${call} ${words}`, (world) => world.on(call, behaviour, times)));
};

/** Worlds whose protocol is scripted. */
export const seamWorlds = ({sizes, parts, head}: SeamKind): fc.Arbitrary<WorldSeed<SeamWorld>> =>
  fc
    .record({
      sizes: fc.subarray([...sizes], {minLength: 1}),
      parts: fc.integer({min: 1, max: 3}).map((parallel) => ({...parts, parallel})),
      head: fc.constantFrom(0, head),
      pace: fc.constantFrom(20, 300, 2_500),
      finishes: fc.boolean(),
      noticesChange: fc.boolean(),
      renews: fc.boolean(),
      slots: fc.integer({min: 1, max: 4}),
      settings: fc.record({retries: fc.constantFrom(0, 2), resumeOnline: fc.boolean(), filesAtOnce: fc.integer({min: 1, max: 3})}),
    })
    .map(
      (facts) =>
        new WorldSeed(facts, () => {
          const world = new SeamWorld({...facts, canRenew: () => facts.renews});
          facts.sizes.forEach((size) => world.add(size));
          return world;
        }),
    );

/** What happens in such a world. */
export const seamSchedules = ({parts, sizes}: SeamKind, filesChange: boolean): fc.Arbitrary<readonly Step<SeamWorld>[]> =>
  fc.array(
    fc.oneof(
      {arbitrary: faults(parts.min), weight: 6},
      {arbitrary: time, weight: 6},
      {arbitrary: persons, weight: 5},
      {arbitrary: settings, weight: 1},
      {arbitrary: surroundings(Math.max(...sizes)), weight: 3},
      {arbitrary: filesChange ? changes : time, weight: 1},
    ),
    {maxLength: 25, size: 'max'},
  );
