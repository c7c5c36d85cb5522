import type {Range} from '../../src/core/ranges.js';
import {answerBecomes, answers, earlyStatus, html, saysReceived} from './scripted-line-faults.js';
import type {Behaviour, Delivered} from './scripted-passage.js';

/** A fault and its words. */
export type Fault = readonly [words: string, behaviour: Behaviour];

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Delivered => ({
  ...{status, text: JSON.stringify(body)},
  headers: {'Content-Type': 'application/json', ...headers},
});

/** Waits that a server asks for, with sense and without. Dates are far away, whatever the day is. */
export const waits: readonly string[] = [
  ...['', '0', '3', '90', '1e9', '999999999999', '-5', 'soon'],
  ...['Fri, 01 Jan 1999 00:00:00 GMT', 'Thu, 01 Jan 2099 00:00:00 GMT'],
];

/** Refusals by somebody on the way, or by a server with other rules. */
export const refused = (status: number, wait: string): Fault => [
  `is refused with ${status}${wait && `, Retry-After: ${wait}`}`,
  answers(html(status, wait === '' ? {} : {'Retry-After': wait})),
];

/** Refusals in the protocol's own words that the server does not mean. */
export const problems: readonly Fault[] = (
  [
    [409, 'superseded', {}],
    [409, 'about:blank', {}],
    [413, 'part-too-large', {}],
    [422, 'blocks-dropped', {blocks: [0], received: []}],
    [422, 'blocks-dropped', {blocks: [99], received: []}],
    [422, 'blocks-dropped', {blocks: 'all'}],
    [404, 'unknown', {}],
    [503, 'busy', {}],
    [507, 'storage-full', {}],
  ] as const
).map(([status, type, members]): Fault => [
  `is answered ${status} ${type} ${JSON.stringify(members)}`,
  answers(json(status, {type: `urn:chunks:${type}`, status, ...members})),
]);

/** Answers that look like success. */
export const lies: readonly Fault[] = [
  ['meets a login page', answers(html(200))],
  ['is led to a login page elsewhere', answers({...html(200), url: 'https://login.test/'})],
  ['is answered 204', answers({status: 204, headers: {}, text: ''})],
  ['is answered {}', answers(json(200, {}))],
  ['is answered [] ', answers({...json(200, {}), text: '[]'})],
  ['is answered "complete" without a result', answers(json(200, {size: 1_100_000, complete: true}))],
  ['is answered early, with nothing stored', earlyStatus],
  ['has half an answer', answerBecomes((answer) => ({...answer, text: answer.text.slice(0, answer.text.length / 2), claims: undefined}))],
  ['is answered "complete", with a wrong digest', completes('0'.repeat(32))],
  ['is answered of another size', answerBecomes((answer) => changed(answer, ({size}) => ({size: Number(size) + 1})))],
  ['is told of behind', saysReceived([], () => [])],
  ['is told of ahead', saysReceived(whole, (size) => [{start: 0, end: size}])],
];

/** Things that cannot be, as bytes that were received. */
export const nonsense: readonly Fault[] = (
  [
    [[0, 'NaN']],
    [[0, null]],
    [[-5, 10]],
    [[0, 2 ** 53 + 2]],
    [[0, 1e300]],
    [[10, 5]],
    [[0, 1.5]],
    [
      [0, 9],
      [5, 20],
    ],
    [[0, 1, 2]],
    'all',
    null,
    {length: 1},
  ] as const
).map((received): Fault => [`is told that ${JSON.stringify(received)} was received`, saysReceived(received)]);

/** Places where no upload is. */
export const locations: readonly Fault[] = [
  '',
  'https://evil.test/uploads/u1',
  'javascript:alert(1)',
  'http://',
  '//',
  '/elsewhere/u1',
  '/uploads',
].map((Location): Fault => [
  `is sent to "${Location}"`,
  answerBecomes((answer) => {
    const {Location: right, ...headers} = answer.headers;
    if (right === undefined) return answer;
    // A place at the same origin has to be believed, until nobody is found there.
    const believed = Location.startsWith('/else') ? answer.claims : undefined;
    return {...answer, headers: Location === '' ? headers : {...headers, Location}, claims: believed};
  }),
]);

function completes(digest: string): Behaviour {
  return answerBecomes((answer) => {
    const {size} = (answer.claims === undefined ? {} : JSON.parse(answer.text)) as {size?: number};
    if (size === undefined) return answer;
    const result = {url: null, size, algorithm: 'md5', digest};
    return {
      ...json(answer.status, {size, received: [[0, size]], complete: true, result}, answer.headers),
      claims: undefined,
      ofAnother: true,
    };
  });
}

function changed(answer: Delivered, change: (status: Readonly<Record<string, unknown>>) => object): Delivered {
  if (answer.claims === undefined) return answer;
  const status = JSON.parse(answer.text) as Readonly<Record<string, unknown>>;
  return {...answer, text: JSON.stringify({...status, ...change(status)}), claims: undefined};
}

function whole(size: number): readonly (readonly [Range['start'], Range['end']])[] {
  return [[0, size]];
}
