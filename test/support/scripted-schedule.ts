import fc from 'fast-check';
import {UploadError} from '../../src/core/errors.js';
import {answers, cutsAfter, fails, flipsBit, losesAnswer, silent, silentlyKeeps, slowly} from './scripted-faults.js';
import type {Behaviour, Call} from './scripted-exchange.js';
import type {ScriptedSceneOptions} from './scripted-scene.js';
import {ScriptedWorld} from './scripted-world.js';

/** Something that happens, and words for it in a counterexample. */
export class Step {
  readonly act: (world: ScriptedWorld) => void | Promise<void>;
  readonly #words: string;

  constructor(words: string, act: (world: ScriptedWorld) => void | Promise<void>) {
    this.#words = words;
    this.act = act;
  }

  [fc.toStringMethod](): string {
    return this.#words;
  }
}

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
export const faults = (min: number): fc.Arbitrary<Step> => {
  const calls = fc.constantFrom<Call>('open', 'ask', 'send', 'send', 'finish', 'discard');
  const fault = fc.oneof(fc.tuple(calls, anywhere), fc.tuple(fc.constant<Call>('send'), ofParts(min)));
  return fc
    .tuple(fault, fc.integer({min: 1, max: 4}))
    .map(([[call, [words, behaviour]], times]) => new Step(`${times} x ${call} ${words}`, (world) => world.on(call, behaviour, times)));
};

const acts: Readonly<Record<string, (world: ScriptedWorld, id: string | undefined) => void>> = {
  pause: (world, id) => world.pause(id),
  resume: (world, id) => world.resume(id),
  retry: (world, id) => world.scene.uploader.retry(id),
  start: (world, id) => world.scene.uploader.start(id),
};

/** A person asks for something: of one upload, or of all. */
export const persons: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.keys(acts)), fc.option(fc.nat(4), {nil: undefined}))
      .map(([what, at]) => new Step(`${what}(${at ?? ''})`, (world) => acts[what]?.(world, at === undefined ? undefined : world.id(at)))),
  },
  {weight: 1, arbitrary: fc.nat(4).map((at) => new Step(`cancel(${at})`, (world) => world.cancel(world.id(at))))},
);

/** What happens to everybody. */
export const surroundings = (size: number): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.constantFrom(
      new Step('offline', (world) => world.cutOff()),
      new Step('online', (world) => world.reconnect()),
      new Step('offline, which is a lie', ({scene}) => scene.network.goOffline()),
      new Step('no way to the server, which nobody notices', ({scene}) => void (scene.protocol.reachable = false)),
      new Step('the hasher fails once', ({scene}) => scene.hasher.failNext()),
      new Step('the hasher is held', ({scene}) => scene.hasher.hold()),
      new Step('the hasher goes on', ({scene}) => scene.hasher.release()),
    ),
    fc.nat(4).map((at) => new Step(`the server forgets ${at}`, (world) => world.forget(at))),
    fc
      .tuple(fc.nat(4), fc.nat(size), fc.nat(size))
      .map(
        ([at, a, b]) =>
          new Step(`the server loses ${a}-${b} of ${at}`, (world) => world.lose(at, {start: Math.min(a, b), end: Math.max(a, b)})),
      ),
  );

/** Time goes by. */
export const time: fc.Arbitrary<Step> = fc
  .constantFrom(1, 100, 900, 5_000, 12_000, 160_000)
  .map((ms) => new Step(`${ms} ms`, ({scene}) => scene.clock.advance(ms)));

/** Somebody saves one of the files anew. */
export const changes: fc.Arbitrary<Step> = fc.nat(4).map((at) => new Step(`file ${at} changes`, (world) => world.change(at)));

/** What a world is made of. */
export interface WorldSeed {
  readonly options: ScriptedSceneOptions;
  readonly sizes: readonly number[];
}

/** A world in which these files have just been added. */
export function makeWorld({options, sizes}: WorldSeed): ScriptedWorld {
  const world = new ScriptedWorld(options);
  for (const size of sizes) world.add(size);
  return world;
}
