/**
 * A reporter of node:test: readable lines, and a line of JSON per test (a {@link Told}) in the file that RESULTS names, as it goes: what
 * is ended in the middle has told what it knows, but not `end`.
 *
 * Only leaves are counted. A suite, or a test with tests inside, counts only when it failed by itself (a hook, say) or was skipped whole.
 * Under CI only what failed or was skipped is printed.
 */
import {appendFileSync} from 'node:fs';
import {inspect} from 'node:util';

/**
 * @typedef {{name: string, nesting: number, skip?: unknown, todo?: unknown, details: {duration_ms: number, type?: string, error?: Error}}} Result
 * @typedef {{what: 'passed' | 'skipped', name: string} | {what: 'failed', name: string, error: string} | {what: 'end'}} Told
 *   `name`: with the names of the suites around it
 */

/** @param {Error & {failureType?: string} | undefined} error */
const ownFailure = (error) => error?.failureType !== 'subtestsFailed';

/** @param {Result} result @param {boolean} isLeaf @returns {'passed' | 'failed' | 'skipped' | undefined} */
function outcome({skip, todo, details}, isLeaf) {
  if ((skip ?? false) !== false || (todo ?? false) !== false) return 'skipped';
  if (details.error) return isLeaf || ownFailure(details.error) ? 'failed' : undefined;
  return isLeaf ? 'passed' : undefined;
}

/** Read once: a test may change its own environment. */
const quiet = Boolean(process.env.CI);

const marks = {passed: '✔', failed: '✖', skipped: '﹣'};

/** @param {Error | undefined} error */
function errorText(error) {
  if (error === undefined) return '';
  return inspect(error.cause ?? error, {depth: 4}).replace(/\n +at .*node:internal.*/g, '');
}

/** @param {Result} result @param {keyof typeof marks} what @param {string} error */
function lines({name, nesting, skip, details}, what, error) {
  const indent = '  '.repeat(nesting + 1);
  const why = typeof skip === 'string' ? ` (${skip})` : '';
  const first = `${indent}${marks[what]} ${name}${why}${details.duration_ms > 500 ? ` ${Math.round(details.duration_ms)} ms` : ''}\n`;
  return error === '' ? first : `${first}${error.replace(/^/gm, `${indent}    `)}\n`;
}

/** Node's own totals, which would stand beside ours. */
const totals = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/** @param {Told} told */
function tell(told) {
  if (process.env.RESULTS) appendFileSync(process.env.RESULTS, `${JSON.stringify(told)}\n`);
}

/** @param {AsyncIterable<{type: 'test:diagnostic', data: {message: string}} | {type: 'test:start' | 'test:pass' | 'test:fail', data: Result}>} source */
export default async function* report(source) {
  /** @type {string[]} names of the suites and the test we are in */
  const path = [];
  /** @type {string[]} the suites of it that are not printed yet */
  const headings = [];
  let deepest = 0;
  for await (const {type, data} of source) {
    if (type === 'test:diagnostic' && !totals.test(data.message)) yield `  ! ${data.message}\n`;
    if (type === 'test:start') {
      path[data.nesting] = data.name;
      headings[data.nesting] = `${'  '.repeat(data.nesting + 1)}${data.name}\n`;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isLeaf = deepest <= data.nesting && data.details.type !== 'suite';
    deepest = data.nesting;
    const what = outcome(data, isLeaf);
    if (what === undefined) continue;
    const name = [...path.slice(0, data.nesting), data.name].join(' > ');
    const error = what === 'failed' ? errorText(data.details.error) : '';
    tell(what === 'failed' ? {what, name, error} : {what, name});
    if (quiet && what === 'passed') continue;
    yield headings.slice(0, data.nesting).join('') + lines(data, what, error);
    headings.fill('', 0, data.nesting);
  }
  tell({what: 'end'});
}
