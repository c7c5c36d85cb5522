/**
 * A reporter of node:test: readable lines, and a word per test (`passed`, `failed` or `skipped`) in the file that RESULTS names, as it
 * goes: what is ended in the middle has told what it knows, but not `end`.
 *
 * Only leaves are counted. A suite, or a test with tests inside, counts only when it failed by itself (a hook, say) or was skipped whole.
 */
import {appendFileSync} from 'node:fs';
import {inspect} from 'node:util';

/** @typedef {{name: string, nesting: number, skip?: unknown, todo?: unknown, details: {duration_ms: number, type?: string, error?: Error}}} Result */

/** @param {Error & {failureType?: string} | undefined} error */
const ownFailure = (error) => error?.failureType !== 'subtestsFailed';

/** @param {Result} result @param {boolean} isLeaf @returns {'passed' | 'failed' | 'skipped' | undefined} */
function outcome({skip, todo, details}, isLeaf) {
  if ((skip ?? false) !== false || (todo ?? false) !== false) return 'skipped';
  if (details.error) return isLeaf || ownFailure(details.error) ? 'failed' : undefined;
  return isLeaf ? 'passed' : undefined;
}

const marks = {passed: '✔', failed: '✖', skipped: '﹣'};

/** @param {Result} result @param {keyof typeof marks} what */
function lines({name, nesting, skip, details}, what) {
  const indent = '  '.repeat(nesting + 1);
  const why = typeof skip === 'string' ? ` (${skip})` : '';
  const first = `${indent}${marks[what]} ${name}${why}${details.duration_ms > 500 ? ` ${Math.round(details.duration_ms)} ms` : ''}\n`;
  if (what !== 'failed' || !details.error) return first;
  const error = inspect(details.error.cause ?? details.error, {depth: 4}).replace(/\n +at .*node:internal.*/g, '');
  return `${first}${error.replace(/^/gm, `${indent}    `)}\n`;
}

/** Node's own totals, which would stand beside ours. */
const summary = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/** @param {string} word */
function tell(word) {
  if (process.env.RESULTS) appendFileSync(process.env.RESULTS, `${word}\n`);
}

/** @param {AsyncIterable<{type: 'test:diagnostic', data: {message: string}} | {type: 'test:start' | 'test:pass' | 'test:fail', data: Result}>} source */
export default async function* report(source) {
  /** @type {string[]} names of the suites we are in that are not printed yet */
  const headings = [];
  let deepest = 0;
  for await (const {type, data} of source) {
    if (type === 'test:diagnostic' && !summary.test(data.message)) yield `  ! ${data.message}\n`;
    if (type === 'test:start') headings[data.nesting] = `${'  '.repeat(data.nesting + 1)}${data.name}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isLeaf = deepest <= data.nesting && data.details.type !== 'suite';
    deepest = data.nesting;
    const what = outcome(data, isLeaf);
    if (what === undefined) continue;
    tell(what);
    yield headings.slice(0, data.nesting).join('') + lines(data, what);
    headings.fill('', 0, data.nesting);
  }
  tell('end');
}
