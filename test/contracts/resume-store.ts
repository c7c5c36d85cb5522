import type {Json, ResumeStore} from '../../src/core/ports.js';
import {holds, keepsClauses, never, rejection, same, type Clauses, type Exceptions, type Runner, type Stage} from './clauses.js';

/** A store, and the way to open it again as the next page would. */
export interface StoreScene {
  readonly store: ResumeStore;
  /** The same store as another page, or the same one after a reload, sees it. */
  again(): Promise<ResumeStore>;
}

const record: Json = {key: '0123456789abcdef0123456789abcdef', remote: {id: 'u1', counter: 3, list: [1, null, true, 'x']}};
const other: Json = {key: 'ffffffffffffffffffffffffffffffff', remote: null};

/** Names as they come: of any file, in any writing. */
const oddNames = [
  '',
  ' ',
  'a b',
  '"quoted"',
  "it's",
  'new\nline',
  'nul\0',
  '../..',
  '__proto__',
  'constructor',
  'שלום',
  '😀',
  'x'.repeat(4_000),
];

/** Everything that can be saved. */
const values: readonly Json[] = [null, true, false, 0, -1.5, 2 ** 53 - 1, '', 'text', '😀\0"\\', [], [[], [null]], {}, {a: {b: {c: []}}}];

const entries = async (store: ResumeStore): Promise<readonly (readonly [string, Json])[]> =>
  [...(await store.all(never()))].sort(([a], [b]) => (a < b ? -1 : 1));

/** What every `ResumeStore` does. */
export const resumeStoreClauses = {
  'has nothing at first': async ({store}) => same(await store.all(never()), []),
  'gives undefined for what was never saved': async ({store}) =>
    holds((await store.load('nobody', never())) === undefined, 'it is undefined'),
  'gives back what was saved': async ({store}) => {
    await store.save('a', record, never());
    same(await store.load('a', never()), record);
  },
  'gives back what was saved last': async ({store}) => {
    await store.save('a', record, never());
    await store.save('a', other, never());
    same(await store.load('a', never()), other);
  },
  'gives back the last of several saved at once': async ({store}) => {
    await Promise.all([record, other, record, other].map((one) => store.save('a', one, never())));
    same(await store.load('a', never()), other);
  },
  'gives back every kind of value': async ({store}) => {
    for (const value of values) {
      await store.save('value', value, never());
      same(await store.load('value', never()), value);
    }
  },
  'tells null from nothing': async ({store}) => {
    await store.save('a', null, never());
    holds((await store.load('a', never())) === null, 'it is null');
  },
  'keeps keys apart': async ({store}) => {
    await store.save('a', record, never());
    await store.save('A', other, never());
    same([await store.load('a', never()), await store.load('A', never())], [record, other]);
  },
  'takes any name': async ({store}) => {
    for (const [at, name] of oddNames.entries()) await store.save(name, at, never());
    const loaded = await Promise.all(oddNames.map((name) => store.load(name, never())));
    same(loaded, [...oddNames.keys()]);
  },
  'keeps a copy: changing what was saved changes nothing': async ({store}) => {
    const mine = {list: [1]};
    await store.save('a', mine, never());
    mine.list.push(2);
    same(await store.load('a', never()), {list: [1]});
  },
  'gives a copy: changing what was loaded changes nothing': async ({store}) => {
    await store.save('a', {list: [1]}, never());
    const loaded = (await store.load('a', never())) as {list: number[]};
    loaded.list.push(2);
    same(await store.load('a', never()), {list: [1]});
  },
  'lists all that is there, each under its key': async ({store}) => {
    await store.save('b', other, never());
    await store.save('a', record, never());
    same(await entries(store), [
      ['a', record],
      ['b', other],
    ]);
  },
  'lists one that was saved twice once': async ({store}) => {
    await store.save('a', record, never());
    await store.save('a', other, never());
    same(await entries(store), [['a', other]]);
  },
  forgets: async ({store}) => {
    await store.save('a', record, never());
    await store.forget('a', never());
    holds((await store.load('a', never())) === undefined, 'it is undefined');
  },
  'forgets nothing else': async ({store}) => {
    await store.save('a', record, never());
    await store.save('b', other, never());
    await store.forget('a', never());
    same(await entries(store), [['b', other]]);
  },
  'forgets what was never there': async ({store}) => store.forget('nobody', never()),
  'forgets twice': async ({store}) => {
    await store.save('a', record, never());
    await store.forget('a', never());
    await store.forget('a', never());
    same(await entries(store), []);
  },
  'saves again what was forgotten': async ({store}) => {
    await store.save('a', record, never());
    await store.forget('a', never());
    await store.save('a', other, never());
    same(await store.load('a', never()), other);
  },
  'holds many': async ({store}) => {
    await Promise.all(Array.from({length: 300}, (_, at) => store.save(`file-${at}`, {at}, never())));
    same((await store.all(never())).length, 300);
    same(await store.load('file-299', never()), {at: 299});
  },
  'does not answer a load before the save that came first': async ({store}) => {
    void store.save('a', record, never());
    same(await store.load('a', never()), record);
  },
  'outlives the page': async ({store, again}) => {
    await store.save('a', record, never());
    same(await (await again()).load('a', never()), record);
  },
  'has forgotten for the next page too': async ({store, again}) => {
    await store.save('a', record, never());
    await store.forget('a', never());
    same(await (await again()).all(never()), []);
  },
  'rejects a load that is aborted already, with its reason': async ({store}) => rejectsAborted((signal) => store.load('a', signal)),
  'rejects a save that is aborted already, with its reason': async ({store}) => {
    await rejectsAborted((signal) => store.save('a', record, signal));
    holds((await store.load('a', never())) === undefined, 'nothing was saved');
  },
  'rejects a forget that is aborted already, with its reason': async ({store}) => {
    await store.save('a', record, never());
    await rejectsAborted((signal) => store.forget('a', signal));
    same(await store.load('a', never()), record);
  },
  'rejects a list that is aborted already, with its reason': async ({store}) => rejectsAborted((signal) => store.all(signal)),
  'works on after an abort': async ({store}) => {
    await rejection(store.load('a', AbortSignal.abort()));
    await store.save('a', record, never());
    same(await store.load('a', never()), record);
  },
} as const satisfies Clauses<StoreScene>;

async function rejectsAborted(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const reason = new Error('paused');
  holds((await rejection(call(AbortSignal.abort(reason)))) === reason, 'it rejects with the reason');
}

/** Makes a test of every clause. */
export function keepsTheResumeStoreContract(
  name: string,
  stage: Stage<StoreScene>,
  runner: Runner,
  except: Exceptions<typeof resumeStoreClauses> = {},
): void {
  keepsClauses(`the resume store contract: ${name}`, resumeStoreClauses, stage, runner, except);
}
