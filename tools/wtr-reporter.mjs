/**
 * A reporter of Web Test Runner: one line per file and browser, and a Count as a line of JSON in the file that RESULTS names. The errors
 * themselves are printed by the runner's own reporter.
 */
import {appendFileSync} from 'node:fs';
import {relative} from 'node:path';
import {root} from './processes.mjs';

/**
 * @typedef {import('@web/test-runner-core').TestSuiteResult} Suite
 * @typedef {import('@web/test-runner-core').TestSession} Session
 * @typedef {import('./summary.mjs').Failure} Failure
 */

/** Each test, by its full name. @param {Suite | undefined} suite @param {string} around @returns {import('@web/test-runner-core').TestResult[]} */
function testsIn(suite, around = '') {
  const tests = (suite?.tests ?? []).map((test) => ({...test, name: `${around}${test.name}`}));
  return [...tests, ...(suite?.suites ?? []).flatMap((inner) => testsIn(inner, `${around}${inner.name} > `))];
}

/** @param {import('@web/test-runner-core').TestResultError | undefined} error */
function textOf(error) {
  const {name, message = '', stack = '', expected, actual} = error ?? {};
  const values = expected === undefined && actual === undefined ? [] : [`expected: ${expected}`, `actual: ${actual}`];
  // Firefox's stacks do not repeat the message, Chromium's do.
  const first = stack.includes(message) ? [] : [name === undefined ? message : `${name}: ${message}`];
  return [...first, ...values, stack].join('\n');
}

/** A file may fail though none of its tests did: it holds none, it does not load, its page crashed. @param {Session} session @returns {Failure} */
function silentFailure({errors}) {
  return {name: 'failed though no test of it did', error: errors.map(textOf).join('\n')};
}

/** @param {Session} session @returns {Omit<import('./summary.mjs').Count, 'file'>} */
function countOf(session) {
  const tests = testsIn(session.testResults);
  const skipped = tests.filter((test) => test.skipped).length;
  const failed = tests.filter((test) => !test.skipped && !test.passed);
  const failures = failed.map(({name, error}) => ({name, error: textOf(error)}));
  const silent = failures.length === 0 && (tests.length === 0 || !session.passed);
  return {
    browser: session.browser.name,
    passed: tests.length - skipped - failures.length,
    skipped,
    failures: silent ? [silentFailure(session)] : failures,
  };
}

/** @returns {import('@web/test-runner-core').Reporter} */
export const countReporter = () => ({
  reportTestFileResults({logger, sessionsForTestFile, testFile}) {
    const file = relative(root, testFile);
    for (const count of sessionsForTestFile.map(countOf)) {
      const {browser, passed, failures, skipped} = count;
      const mark = failures.length === 0 ? '✔' : '✖';
      logger.log(`  ${mark} ${file} ${browser}: ${passed} passed, ${failures.length} failed, ${skipped} skipped`);
      if (process.env.RESULTS) appendFileSync(process.env.RESULTS, `${JSON.stringify({file, ...count})}\n`);
    }
  },
});
